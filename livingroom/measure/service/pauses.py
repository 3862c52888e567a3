"""Clocks that stand still while we wait for the customer."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from livingroom.measure.moments import as_datetime, as_microseconds
from livingroom.measure.service.calendars import SECOND, Calendar

Pause: TypeAlias = tuple[datetime, datetime | None]

# Clocks of one zone would be subtracted as they hang on the wall, so all reckoning is in microseconds UTC.
NEVER = 2**62


def running_seconds(
    start: datetime, end: datetime, calendar: Calendar | None = None, pauses: Sequence[Pause] = ()
) -> float:
    """Return the seconds that a clock ran which stands still in pauses, and outside of the calendar if there is one.

    Parameters
    ----------
    start, end : datetime
        Aware; the end is not before the start.
    calendar : Calendar, optional
        Without one the clock runs day and night.
    pauses : sequence of (datetime, datetime or None)
        In any order, overlapping or not; None is a pause that still lasts.

    Raises
    ------
    ValueError
        If the end is before the start.
    """
    low, high = as_microseconds(start), as_microseconds(end)
    if high < low:
        raise ValueError(f"The end, {end}, is before the start, {start}.")
    return running(low, high, calendar, in_order(pauses)) / SECOND


def running(low: int, high: int, calendar: Calendar | None, pauses: Sequence[tuple[int, int]]) -> int:
    """Return the same, all in microseconds UTC; pauses in order and apart."""
    stood = sum(
        _open(max(begin, low), min(stop, high), calendar)
        for begin, stop in pauses
        if begin < high and stop > low
    )
    return _open(low, high, calendar) - stood


def due_at(
    start: datetime, seconds: float, calendar: Calendar | None = None, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """Return when a clock will have run for that long, or None while a pause lasts that keeps it from doing so.

    Raises
    ------
    ValueError
        If the seconds are below 0; NeverOpen if the calendar is not open for that long in years.
    """
    if seconds < 0:
        raise ValueError(f"A promise is 0 seconds or more, not {seconds:g}.")
    cursor, left = as_microseconds(start), round(seconds * SECOND)
    for begin, stop in in_order(pauses):
        if stop <= cursor:
            continue
        runs = _open(cursor, max(begin, cursor), calendar)
        if runs >= left:
            break
        if stop == NEVER:
            return None
        cursor, left = stop, left - runs
    if calendar is None or left == 0:
        return as_datetime(cursor + left)
    return as_datetime(calendar.opening.moment_after(cursor, left))


def _open(low: int, high: int, calendar: Calendar | None) -> int:
    if calendar is None:
        return high - low
    return calendar.opening.open_between(low, high)


def in_order(pauses: Sequence[Pause]) -> list[tuple[int, int]]:
    """Return pauses as microseconds UTC, in order, and those that overlap as one."""
    whole = ((as_microseconds(low), NEVER if high is None else as_microseconds(high)) for low, high in pauses)
    found: list[tuple[int, int]] = []
    for low, high in sorted(whole):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        elif high > low:
            found.append((low, high))
    return found
