"""Rows of any step as buckets: hours by the clock, or the series' own step where that is longer."""

from dataclasses import dataclass
from math import isclose
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.spikes.rule import HOUR, SECOND

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Gaps = Literal["unknown", "zero"]

MINUTE = 60 * SECOND
REGULAR = 0.8  # of all steps are the usual one, give or take a tenth
LEAST_COVERED = 0.5  # of a bucket's rows, or its volume is unknown


@dataclass(frozen=True)
class Buckets:
    """Volumes by bucket.

    Parameters
    ----------
    step : int
        Microseconds of one bucket.
    start : (b,) int
        Start of every bucket whose volume is known, microseconds UTC, ascending.
    volume : (b,) float
        What was said in it.
    last_row : (b,) int
        The newest row in it, or before it where it holds none: an alert belongs to the row with which it became known.
    is_regular : bool
        Whether the rows come at one step.
    n_unknown : int
        Buckets between the first and the last whose volume is not known.
    are_counts : bool
        Whether all volumes are whole numbers.
    """

    step: int
    start: Integers
    volume: Floats
    last_row: Integers
    is_regular: bool
    n_unknown: int
    are_counts: bool


def bucket_rows(at: Integers, volume: Floats, gaps: Gaps | None = None) -> Buckets:
    """Add rows up by bucket.

    Parameters
    ----------
    at : (n,) int
        Times in microseconds UTC, ascending, each once.
    volume : (n,) float
        Volumes of 0 or more.
    gaps : "unknown" or "zero", optional
        What it means that an hour has no row. By default unknown where rows come at one step, and zero where they do not:
        then a row is there because something was said.
    """
    usual, is_regular = usual_step(at)
    meaning = gaps or ("unknown" if is_regular else "zero")
    is_own = is_regular and usual > HOUR - MINUTE
    step = usual if is_own and usual > HOUR + MINUTE else HOUR
    # Rows of an hour or longer are numbered from the first, so that one some minutes early or late stays in its own bucket.
    number = np.rint((at - at[0]) / step).astype(np.int64) if is_own else at // HOUR
    origin = int(at[0]) if is_own else 0
    index, first = np.unique(number, return_index=True)
    n_rows = np.diff(np.append(first, len(at)))
    total = np.add.reduceat(volume, first)
    last_row = np.append(first[1:], len(at)) - 1
    if meaning == "zero":
        index, total, last_row = _with_zeros(index, total, last_row)
        is_known = np.ones(len(index), dtype=bool)
    else:
        expected = max(step / usual, 1.0) if is_regular else n_rows
        is_known = n_rows >= LEAST_COVERED * expected
        # An hour of which a part is missing is taken for as loud as the rest of it.
        total = np.where(np.isclose(n_rows, expected), total, total / n_rows * expected)
    n_all = int(index[-1] - index[0] + 1)
    return Buckets(
        step,
        origin + index[is_known] * step,
        total[is_known],
        last_row[is_known],
        is_regular,
        n_all - int(is_known.sum()),
        bool(np.all(volume == np.rint(volume))),
    )


def usual_step(at: Integers) -> tuple[int, bool]:
    """Return the median step between rows in microseconds, and whether nearly all steps are that long."""
    if len(at) < 2:
        return HOUR, False
    steps = np.diff(at)
    usual = int(np.median(steps))
    near = np.abs(steps - usual) <= usual / 10
    return usual, bool(near.mean() >= REGULAR)


def _with_zeros(index: Integers, total: Floats, last_row: Integers) -> tuple[Integers, Floats, Integers]:
    whole = np.arange(index[0], index[-1] + 1)
    volumes, rows = np.zeros(len(whole)), np.zeros(len(whole), dtype=np.int64)
    volumes[index - index[0]] = total
    rows[index - index[0]] = last_row
    return whole, volumes, np.maximum.accumulate(rows)


def readable_step(step: int) -> str:
    """Return a step as people say it."""
    hours = step / HOUR
    if isclose(hours, round(hours)):
        return "1 hour" if round(hours) == 1 else f"{round(hours):,} hours"
    return f"{hours * 60:g} minutes"
