"""Opening hours of a zone as stretches of absolute time, made year by year when they are asked for."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import TypeAlias
from zoneinfo import ZoneInfo

from livingroom.measure.moments import as_datetime, as_microseconds

Minutes: TypeAlias = tuple[
    int, int
]  # opening and closing, minutes of the local day; closing before opening is next day

_MINUTES = 24 * 60
FARTHEST_YEARS = 12


def instant(day: date, minute: int, zone: ZoneInfo, *, closes: bool) -> int:
    """Return the moment at which a clock on the wall shows a time.

    Where an hour comes twice, doors open with the first and close with the second. Where one is skipped, they do so at the jump.
    """
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 - the zone follows
    first, second = (as_microseconds(wall.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    if second < first:
        return _jump(second, first, zone)
    return second if closes else first


def _jump(low: int, high: int, zone: ZoneInfo) -> int:
    """Find the moment between the two at which the clock is put forward."""
    before = as_datetime(low).astimezone(zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if as_datetime(middle).astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


class NeverOpen(ValueError):
    """A calendar has too little time for what was promised."""


@dataclass(frozen=True)
class Stretches:
    """When it is open, all in microseconds UTC, ascending.

    Parameters
    ----------
    low, high : int
        The time that is covered.
    opens, closes : list of int
        Ends of each stretch.
    before, until : list of int
        Time open before each stretch, and up to its end.
    """

    low: int
    high: int
    opens: list[int]
    closes: list[int]
    before: list[int]
    until: list[int]

    def open_until(self, at: int) -> int:
        """Return the time open since the first stretch."""
        place = bisect_right(self.opens, at) - 1
        if place < 0:
            return 0
        return self.before[place] + min(at, self.closes[place]) - self.opens[place]


class Opening:
    """All stretches in which somebody is there. Threads may share it: what was made is never changed, only replaced.

    Parameters
    ----------
    zone : ZoneInfo
    shifts_on : callable
        The shifts that begin on a day.
    """

    def __init__(self, zone: ZoneInfo, shifts_on: Callable[[date], Sequence[Minutes]]) -> None:
        self._zone, self._shifts_on = zone, shifts_on
        self._made = Stretches(0, 0, [], [], [], [])

    def covering(self, low: int, high: int) -> Stretches:
        """Return the stretches between two moments, and some more."""
        made = self._made
        if not (made.low <= low and high < made.high):
            first, last = as_datetime(low).year - 1, as_datetime(high).year + 1
            if made.opens:
                first, last = (
                    min(first, as_datetime(made.low).year),
                    max(last, as_datetime(made.high).year - 1),
                )
            made = self._made = self._make(first, last)
        return made

    def _make(self, first: int, last: int) -> Stretches:
        stretches = []
        day = date(first, 1, 1)
        while day.year <= last:
            for opens, closes in self._shifts_on(day):
                end = closes if closes > opens else closes + _MINUTES
                start = instant(day, opens, self._zone, closes=False)
                stretches.append((start, instant(day, end, self._zone, closes=True)))
            day += timedelta(days=1)
        low, high = (as_microseconds(datetime(year, 1, 2, tzinfo=UTC)) for year in (first, last + 1))
        whole = merged(stretches)
        until = list(accumulate(stop - start for start, stop in whole))
        opens_at, closes_at = [start for start, _ in whole], [stop for _, stop in whole]
        return Stretches(low, high, opens_at, closes_at, [0, *until[:-1]] if until else [], until)

    def open_between(self, low: int, high: int) -> int:
        """Return the microseconds open between two moments."""
        stretches = self.covering(low, high)
        return stretches.open_until(high) - stretches.open_until(low)

    def moment_after(self, start: int, amount: int) -> int:
        """Return when that much time has been open since `start`. Raises NeverOpen if it never will."""
        year = as_datetime(start).year
        for farther in range(1, FARTHEST_YEARS + 1):
            stretches = self.covering(start, as_microseconds(datetime(year + farther, 1, 1, tzinfo=UTC)))
            goal = stretches.open_until(start) + amount
            place = bisect_left(stretches.until, goal)
            if place < len(stretches.until):
                return stretches.opens[place] + goal - stretches.before[place]
        raise NeverOpen(f"This calendar is not open for that long in the next {FARTHEST_YEARS} years.")

    def is_open(self, at: int) -> bool:
        """Return whether somebody is there at that moment; at closing time nobody is."""
        stretches = self.covering(at, at)
        place = bisect_right(stretches.opens, at) - 1
        return place >= 0 and at < stretches.closes[place]


def merged(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Put stretches in order, and those that touch or overlap into one."""
    found: list[tuple[int, int]] = []
    for start, stop in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(stop, found[-1][1]))
        elif stop > start:
            found.append((start, stop))
    return found
