"""One branch's switchback as periods: what was seen, what the past expected, which toss decided and what it said."""

from dataclasses import dataclass

import numpy as np

from livingroom.measure.design.assignment import Design
from livingroom.measure.design.rules import CoinPoints
from livingroom.measure.lift.assigned import as_days, blocks_of, is_daily
from livingroom.measure.lift.coins import Booleans, Floats, Integers
from livingroom.measure.lift.panel import Panel

LEAST_TOSSES = 12
LEAST_PAST = 14


@dataclass(frozen=True)
class Tosses:
    """The test of one branch.

    Parameters
    ----------
    outcome, expected : array, shape (T,)
        What was seen in each period, and what the past says of it.
    segment : array of int, shape (T,)
        Which toss decided the period.
    tossed : array of bool, shape (tosses,)
        What it said.
    carry_over : int
        For how many periods a treatment reaches on.
    length : int
        Times in a period.
    """

    outcome: Floats
    expected: Floats
    segment: Integers
    tossed: Booleans
    carry_over: int
    length: int


def tosses_of(panel: Panel, horizon: int, assignment: Design | None) -> Tosses | str:
    """Return the periods of a panel with one unit, or why there is nothing to read."""
    inside = blocks_of(assignment, panel) >= 0
    if not inside.any() or not panel.treated.any():
        return "The branch is treated at no time."
    if not np.isfinite(panel.outcome[0, inside]).all():
        return "A time of the test has no outcome; one branch alone has nothing to fill it from."
    logged = assignment is not None and isinstance(assignment.rule, CoinPoints)
    found = _from_log(panel, horizon, assignment) if assignment and logged else _from_blocks(panel, horizon)
    n_tosses = len(found.tossed)
    if n_tosses < LEAST_TOSSES:
        return f"One branch needs at least {LEAST_TOSSES} tosses to tell a lift from luck; there were {n_tosses}."
    if found.tossed.all() or not found.tossed.any():
        return "The coin said the same each time: nothing can be compared."
    return found


def _from_log(panel: Panel, horizon: int, assignment: Design) -> Tosses:
    block = blocks_of(assignment, panel)
    inside = block >= 0
    n_periods = int(block.max()) + 1
    counts = np.bincount(block[inside], minlength=n_periods)
    outcome, expected = (
        np.bincount(block[inside], weights=values[inside], minlength=n_periods) / counts
        for values in (panel.outcome[0], expected_from_past(panel))
    )
    points = np.array(assignment.rule.points if isinstance(assignment.rule, CoinPoints) else (1,))
    segment = np.searchsorted(points, np.arange(1, n_periods + 1), side="right") - 1
    length = assignment.block_days or 1
    tossed = planned(assignment)[points[points <= n_periods] - 1]
    return Tosses(outcome, expected, segment.astype(np.int64), tossed, -(-horizon // length), length)


def _from_blocks(panel: Panel, horizon: int) -> Tosses:
    """Without a log, each block is taken for one toss."""
    block = blocks_of(None, panel)
    inside = block >= 0
    segment = block[inside]
    starts = np.searchsorted(segment, np.arange(int(segment.max()) + 1))
    tossed = panel.treated[0, inside][starts]
    return Tosses(panel.outcome[0, inside], expected_from_past(panel)[inside], segment, tossed, horizon, 1)


def planned(assignment: Design) -> Booleans:
    """Return what the log says of each period, shape (periods,)."""
    lines = sorted(assignment.assignments, key=lambda line: line.block or 0)
    return np.array([line.arm == "treated" for line in lines])


def expected_from_past(panel: Panel) -> Floats:
    """Return what the past says of each time: its mean for that day of the week, or the test's own mean without a past."""
    values = panel.outcome[0]
    past = panel.pre & np.isfinite(values)
    if past.sum() < LEAST_PAST:
        return np.full(len(values), float(np.nanmean(values[~panel.pre])))
    expected = np.full(len(values), float(values[past].mean()))
    days = as_days(panel.times)
    if days is not None and is_daily(panel.times):
        weekday = np.array([day.weekday() for day in days])
        for number in range(7):
            expected[weekday == number] = values[past & (weekday == number)].mean()
    return expected
