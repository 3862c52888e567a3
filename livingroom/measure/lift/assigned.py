"""The assignment log beside a panel: what chance decided, against what the panel says was done."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.design.assignment import Design
from livingroom.measure.lift.panel import Panel, first_of
from livingroom.measure.problems import InputError

Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]


def known_to(design: Design | None, panel: Panel) -> Panel:
    """Return the panel without the units that the log does not know; say which they were.

    Raises InputError if the log knows none of them.
    """
    if design is None or not design.units:
        return panel
    logged = set(design.units)
    known = np.array([unit in logged for unit in panel.units])
    if not known.any():
        raise InputError(
            [
                f"The assignment log names units such as {design.units[0]!r}, the panel such as {panel.units[0]!r}."
            ]
        )
    found = panel.only(units=known, because="the assignment log does not know them")
    missing = sorted(logged - set(panel.units))
    note = (f"In the assignment log and not in the panel: {first_of(missing)}.",) if missing else ()
    return replace(found, notes=(*found.notes, *note))


def in_window(design: Design | None, panel: Panel) -> Panel:
    """Return the panel over the log's own days: the history that the analysis was planned with, and the test.

    Without a log, or without days in it or in the panel, the panel's own `pre` says which times lie before.
    """
    days = None if design is None or design.starts_on is None else as_days(panel.times)
    if design is None or design.starts_on is None or design.ends_on is None or days is None:
        return panel
    first = design.starts_on - timedelta(days=design.pre_days) if design.pre_days else date.min
    pre = np.array([day < design.starts_on for day in days])
    inside = np.array([first <= day <= design.ends_on for day in days])
    if not (inside & ~pre).any():
        raise InputError(
            [
                f"The test of the log began on {design.starts_on}; the panel goes from {panel.times[0]} to {panel.times[-1]}."
            ]
        )
    return replace(panel, pre=pre).only(times=inside)


def treated_units(design: Design, panel: Panel) -> Booleans:
    """Which units the log of a holdout treats, shape (n,)."""
    arms = {line.unit: line.arm == "treated" for line in design.assignments}
    return np.array([arms[unit] for unit in panel.units])


def strata_of(design: Design | None, panel: Panel) -> Integers:
    """The stratum of each unit as a number, shape (n,): the log's, or the panel's, or one for all."""
    names: tuple[str, ...] | None = panel.stratum
    if design is not None and design.units:
        strata = {line.unit: line.stratum for line in design.assignments}
        names = tuple(strata[unit] for unit in panel.units)
    if names is None:
        return np.zeros(len(panel.units), dtype=np.int64)
    return np.unique(np.array(names), return_inverse=True)[1].astype(np.int64)


def blocks_of(design: Design | None, panel: Panel) -> Integers:
    """The block of each time, shape (t,), -1 outside the test: the log's, or the panel's, or read from the switches.

    Without a log or a column, a block ends wherever any unit changes its arm.
    """
    if design is not None and design.starts_on is not None:
        days = as_days(panel.times)
        if days is not None:
            return design.blocks(days)
    if panel.block is not None:
        return _numbered(np.where(panel.pre, -1, panel.block))
    test = np.flatnonzero(~panel.pre)
    if design is not None and design.block_days:
        block = np.full(len(panel.times), -1, dtype=np.int64)
        block[test] = np.minimum((test - test[0]) // design.block_days, design.n_blocks - 1)
        return block
    switches = (panel.treated[:, 1:] != panel.treated[:, :-1]).any(axis=0)
    starts = np.concatenate([[False], switches])
    starts[: test[0] + 1 if len(test) else 0] = False
    return np.where(panel.pre, -1, np.cumsum(starts)).astype(np.int64)


def _numbered(block: Integers) -> Integers:
    """Number blocks from 0 in order of time, whatever they were called."""
    inside = block >= 0
    names, first = np.unique(block[inside], return_index=True)
    order = np.argsort(np.argsort(first))
    numbered = np.full(len(block), -1, dtype=np.int64)
    numbered[inside] = order[np.searchsorted(names, block[inside])]
    return numbered


def redrawn(design: Design, panel: Panel, n_draws: int, seed: int) -> Booleans:
    """Other assignments by the log's own rule, shape (draws, n, blocks), units in the panel's order."""
    place = {unit: row for row, unit in enumerate(design.units)}
    rows = [place[unit] for unit in panel.units]
    return design.redraws(n_draws, seed)[:, rows, :]


def as_days(times: tuple[str, ...]) -> list[date] | None:
    """The times as days, if they all are."""
    try:
        return [date.fromisoformat(time[:10]) for time in times]
    except ValueError:
        return None


def is_daily(times: tuple[str, ...]) -> bool:
    """Whether times are days, one after the other."""
    days = as_days(times)
    if days is None or len(days) < 2:
        return False
    return all(later - sooner == timedelta(days=1) for sooner, later in pairwise(days))
