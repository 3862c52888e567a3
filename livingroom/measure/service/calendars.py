"""Business calendars: how much working time lies between two moments, and when a promise falls due."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from livingroom.measure.moments import as_datetime, as_microseconds
from livingroom.measure.service.opening import Minutes, NeverOpen, Opening

Shifts: TypeAlias = tuple[Minutes, ...]
__all__ = [
    "Calendar",
    "NeverOpen",
    "add_business_time",
    "business_seconds",
    "calendar_of",
]

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SECOND = 1_000_000
_SHIFT = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True)
class Calendar:
    """When somebody is there to answer.

    Parameters
    ----------
    zone : str
        Name in the time zone database, such as Europe/Berlin.
    week : tuple of seven tuples of (int, int)
        From Monday: the shifts that begin on that day, as minutes of the local day. A shift whose end is not after its start
        ends on the next day; 1440 is midnight.
    holidays : frozenset of date
        Local days on which no shift begins.
    special : mapping of date to shifts
        Days with hours of their own, holiday or not.

    Raises
    ------
    ValueError
        If the week has not seven days, a shift lies outside of a day, or there is no such zone.
    """

    zone: str
    week: tuple[tuple[Minutes, ...], ...]
    holidays: frozenset[date] = frozenset()
    special: Mapping[date, tuple[Minutes, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError(f"A week has seven days, from Monday; this one has {len(self.week)}.")
        for opens, closes in (shift for day in (*self.week, *self.special.values()) for shift in day):
            if not (0 <= opens < 1440 and 0 <= closes <= 1440):
                raise ValueError(f"A shift lies between minute 0 and 1440 of a day, not {opens} to {closes}.")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, OSError) as error:
            raise ValueError(f"{self.zone!r} is no time zone; write Europe/Berlin.") from error

    def shifts_on(self, day: date) -> tuple[Minutes, ...]:
        """Return the shifts that begin on a local day."""
        if day in self.special:
            return self.special[day]
        return () if day in self.holidays else self.week[day.weekday()]

    @cached_property
    def opening(self) -> Opening:
        """The calendar made ready to reckon with: a year takes some milliseconds once, a question then microseconds."""
        days = tuple(sorted((day, tuple(shifts)) for day, shifts in self.special.items()))
        return _shared(self.zone, tuple(map(tuple, self.week)), frozenset(self.holidays), days)

    def is_open(self, now: datetime) -> bool:
        """Return whether somebody is there; at closing time nobody is."""
        return self.opening.is_open(as_microseconds(now))


@lru_cache(maxsize=256)
def _shared(
    zone: str, week: tuple[Shifts, ...], holidays: frozenset[date], special: tuple[tuple[date, Shifts], ...]
) -> Opening:
    """Calendars are read from tables again and again; what was made of equal ones is kept."""
    return Opening(ZoneInfo(zone), Calendar(zone, week, holidays, dict(special)).shifts_on)


def business_seconds(start: datetime, end: datetime, calendar: Calendar) -> float:
    """Return the seconds between two moments in which somebody is there.

    Parameters
    ----------
    start, end : datetime
        Aware; the end is not before the start.

    Raises
    ------
    ValueError
        If the end is before the start.
    """
    low, high = as_microseconds(start), as_microseconds(end)
    if high < low:
        raise ValueError(f"The end, {end}, is before the start, {start}.")
    return calendar.opening.open_between(low, high) / SECOND


def add_business_time(start: datetime, seconds: float, calendar: Calendar) -> datetime:
    """Return the moment at which that many seconds have been open since the start, UTC.

    Parameters
    ----------
    start : datetime
        Aware.
    seconds : float
        0 or more.

    Raises
    ------
    ValueError
        If the seconds are below 0; NeverOpen if the calendar is not open for that long in years.
    """
    if seconds < 0:
        raise ValueError(f"Time to add is 0 or more, not {seconds:g} seconds.")
    if seconds == 0:
        return as_datetime(as_microseconds(start))
    return as_datetime(calendar.opening.moment_after(as_microseconds(start), round(seconds * SECOND)))


def calendar_of(said: Mapping[str, Any]) -> Calendar:
    """Read a calendar as people write it.

    Parameters
    ----------
    said : mapping
        {"zone": "Europe/Berlin", "week": {"mon": ["09:00-12:30", "14:00-18:00"], …}, "holidays": ["2026-12-25"],
        "special": {"2026-12-24": ["09:00-12:00"]}}; days that are not named are closed.

    Raises
    ------
    ValueError
        With what is wrong.
    """
    try:
        named = {str(day).strip().lower()[:3]: shifts for day, shifts in dict(said["week"]).items()}
        unknown = [day for day in named if day not in _DAYS]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no day; write {', '.join(_DAYS)}.")
        return Calendar(
            str(said["zone"]),
            tuple(_shifts(named.get(day, ())) for day in _DAYS),
            frozenset(date.fromisoformat(day) for day in said.get("holidays", ())),
            {
                date.fromisoformat(day): _shifts(shifts)
                for day, shifts in dict(said.get("special", {})).items()
            },
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"A calendar has a zone and a week of shifts; this one lacks {error}.") from error


def _shifts(texts: Sequence[str]) -> tuple[Minutes, ...]:
    return tuple(_shift(text) for text in texts)


def _shift(text: str) -> Minutes:
    found = _SHIFT.fullmatch(str(text).strip())
    if found is None:
        raise ValueError(f"{text!r} is no shift; write 09:00-12:30.")
    opens, closes = (int(found[n]) * 60 + int(found[n + 1]) for n in (1, 3))
    return opens, closes
