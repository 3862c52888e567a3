"""Who was treated when, said by hand: for files without such a column, and for tests that end before the file does."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.lift.cells import order_times
from livingroom.measure.lift.panel import Panel
from livingroom.measure.problems import InputError


def with_treated_units(panel: Panel, units: tuple[str, ...]) -> Panel:
    """Return the panel with these units treated at all times; `within` then cuts the window. Raises InputError for a stranger."""
    by_name = {unit.lower(): row for row, unit in enumerate(panel.units)}
    strangers = [unit for unit in units if unit.lower() not in by_name]
    if strangers:
        raise InputError(
            [f"There is no unit {', '.join(map(repr, strangers))}. Units are {', '.join(panel.units[:8])}, …"]
        )
    treated = np.zeros_like(panel.treated)
    treated[[by_name[unit.lower()] for unit in units]] = True
    return replace(panel, treated=treated)


def within(panel: Panel, start: str | None, end: str | None) -> Panel:
    """Return the panel with its test from `start` to `end`, both included: earlier times are the past, later ones are left away.

    A time is written as the file has it, as it is shown, or as its place, counted from 1. Raises InputError if it is not there.
    """
    first = place_of(panel.times, start, "--from") if start is not None else None
    last = place_of(panel.times, end, "--to") if end is not None else len(panel.times) - 1
    at = np.arange(len(panel.times))
    pre = at < first if first is not None else panel.pre
    treated = panel.treated & ~pre
    if first is not None and not treated[:, : last + 1].any():
        raise InputError([f"No unit is treated between {panel.times[first]} and {panel.times[last]}."])
    changed = replace(panel, pre=pre, treated=treated)
    return changed.only(times=at <= last)


def place_of(times: tuple[str, ...], written: str, option: str) -> int:
    """Return where a time stands that was written as the file has it, as it is shown, or as its place, counted from 1."""
    text = written.strip()
    if text in times:
        return times.index(text)
    try:
        shown = order_times([text])[text][1]
    except InputError:
        shown = text
    if shown in times:
        return times.index(shown)
    if text.isdigit() and 1 <= int(text) <= len(times):
        return int(text) - 1
    raise InputError(
        [f"{option} {written} is no time of the file, which goes from {times[0]} to {times[-1]}."]
    )


def is_constant(treated: NDArray[np.bool_]) -> bool:
    """Whether each unit is either always or never treated: the column names the arm, not the time."""
    return bool((treated == treated[:, :1]).all())
