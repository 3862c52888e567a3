"""The brand's own past, cut into placebo windows: stretches like the test, in which nothing was tried."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift.panel import Panel

Floats = NDArray[np.float64]
MOST_WINDOWS = 24


@dataclass(frozen=True)
class Features:
    """What is known of each unit before the test.

    Parameters
    ----------
    level : array of float, shape (n,)
        Logarithm of the mean outcome.
    trend : array of float, shape (n,)
        Logarithm of the second half over the first.
    weeks : array of float, shape (n, w)
        Logarithm of each seven days' outcome, less the unit's mean and less the mean of all units in that week.
    """

    level: Floats
    trend: Floats
    weeks: Floats

    def table(self) -> Floats:
        """Level and trend side by side, shape (n, 2)."""
        return np.column_stack([self.level, self.trend])


def usable(history: Panel, units: Sequence[str] = ()) -> tuple[Panel, tuple[str, ...]]:
    """The units that can be analysed on a log scale, and those that cannot, because they sold nothing for a quarter of the days.

    Parameters
    ----------
    history : Panel
        Past outcomes, one column a day.
    units : sequence of str
        The units to keep to; all if empty.

    Raises
    ------
    ValueError
        If a named unit is not in the history.
    """
    wished = tuple(units) or history.units
    unknown = [unit for unit in wished if unit not in history.units]
    if unknown:
        raise ValueError(f"The history does not know {', '.join(unknown[:5])}.")
    rows = np.array([history.units.index(unit) for unit in wished], dtype=np.int64)
    outcome = history.outcome[rows]
    sells = np.mean(np.nan_to_num(outcome) > 0, axis=1) >= 0.75
    kept = tuple(unit for unit, does in zip(wished, sells, strict=True) if does)
    left = tuple(unit for unit, does in zip(wished, sells, strict=True) if not does)
    strata = history.stratum
    chosen = tuple(strata[row] for row, does in zip(rows, sells, strict=True) if does) if strata else None
    treated = history.treated[rows][sells]
    return replace(history, units=kept, outcome=outcome[sells], treated=treated, stratum=chosen), left


def features(outcome: Floats) -> Features:
    """Level, trend and weekly shape of each unit; `outcome` is (units, days)."""
    half = outcome.shape[1] // 2
    level = np.log(np.nanmean(outcome, axis=1))
    trend = np.log(_mean(outcome[:, -half:])) - np.log(_mean(outcome[:, :half]))
    n_weeks = max(outcome.shape[1] // 7, 1)
    weekly = outcome[:, -7 * n_weeks :] if outcome.shape[1] >= 7 else outcome
    weeks = np.log(_mean(weekly.reshape(outcome.shape[0], n_weeks, -1), axis=2))
    weeks = weeks - weeks.mean(axis=1, keepdims=True)
    return Features(level, trend, weeks - weeks.mean(axis=0))


def windows(n_days: int, length: int, step: int | None = None) -> list[int]:
    """The first days of the placebo windows, the newest first; none if the history is shorter than one."""
    last = n_days - length
    stride = max(step or length // 4, 1)
    return list(range(last, -1, -stride))[:MOST_WINDOWS] if last >= 0 else []


def too_short(history_days: int, needed: int, what: str) -> NotEnoughData:
    return NotEnoughData(
        f"the history has {history_days} days, and {what} needs {needed}. Give a longer history or plan a shorter test"
    )


def _mean(outcome: Floats, axis: int = 1) -> Floats:
    """The mean over days that are known; a stretch that sold nothing counts as a tenth of the smallest that did."""
    mean: Floats = np.nanmean(outcome, axis=axis)
    positive = mean[mean > 0]
    return np.maximum(mean, positive.min() / 10 if positive.size else 1.0)
