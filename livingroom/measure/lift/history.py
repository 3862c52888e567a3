"""History in which chance decided nothing: a local level and a regression on series that were not touched.

What it says is modelled, not tested: docs/methods/lift.md says what it can and cannot tell.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.design.checks import placebo_dates
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.lift.assigned import as_days, is_daily
from livingroom.measure.lift.linear import independent_columns
from livingroom.measure.lift.local_level import Forecast, forecast
from livingroom.measure.lift.peer import causal_impact
from livingroom.measure.lift.reading import Check, Moment, Reading
from livingroom.measure.lift.reading_series import Series
from livingroom.measure.lift.synthetic import simplex_weights
from livingroom.measure.lift.turning import Past

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
LEAST_PAST = 12
PLACEBO_DATES = (0.5, 0.65, 0.8)
ALONE = "There is no other series to lean on: a change that comes from outside looks like lift."
# With k of n draws below, k ÷ (n + 1): what comes falls between two such places exactly as often as they say.
PLACES: Final = "weibull"
METHOD = "local level, regression and lingering noise, simulated"
MODELLED = "Modelled, not tested: nothing was drawn by chance, so anything else that changed at that time counts as lift."
NARROW = "CausalImpact's interval is narrow where its prior holds the level nearly still: the prior says so, not the data."


def history_lift(series: Series, *, level: float = 0.95, seed: int = 0, n_draws: int = 2000) -> Reading:
    """Model what a series would have done without the change.

    Parameters
    ----------
    series : Series
        The series, its controls, and which times lie before.
    level : float
        Level of the intervals.
    seed : int
        For the simulated paths.
    n_draws : int
        How many paths.

    Returns
    -------
    Reading
        With `is_tested` False. `average` is the mean effect per time, `total` their sum.

    Source: docs/methods/lift.md, "History"; Brodersen et al. 2015 for the idea, Durbin and Koopman 2012 for the model.
    """
    reason = _refusal(series)
    if reason:
        return Reading("history", NotEnoughData(reason), is_tested=False, notes=series.notes)
    columns, notes, n_spent = _regressors(series)
    known = np.isfinite(series.outcome)
    found = _forecast(
        series.outcome, columns, series.pre & known, ~series.pre & known, n_draws, seed, n_spent
    )
    seen, n_past = series.outcome[~series.pre & known], int((series.pre & known).sum())
    added = seen.sum() - found.paths.sum(axis=1)
    total = _interval(added, float((seen - found.mean).sum()), level, n_past, METHOD)
    average = _interval(added / len(seen), float((seen - found.mean).mean()), level, n_past, METHOD)
    others = causal_impact(series, level)
    return Reading(
        design="history",
        relative=_relative(seen, found, level, n_past),
        total=total,
        average=average,
        is_tested=False,
        others=others,
        checks=(_placebo(series, columns, level, seed, n_spent),),
        notes=(*series.notes, *notes, MODELLED, *((NARROW,) if others else ())),
        moments=_chart(series, found, known, level),
    )


def _refusal(series: Series) -> str | None:
    past = series.outcome[series.pre]
    n_past = int(np.isfinite(past).sum())
    if series.pre.all():
        return "There is no time after the change."
    if n_past < LEAST_PAST:
        return f"There are {n_past} times before the change; at least {LEAST_PAST} are needed to learn the series' ways."
    if float(np.nanstd(past)) == 0:
        return "The outcome never changes before."
    if not np.isfinite(series.outcome[~series.pre]).any():
        return "No time after the change has an outcome."
    return None


def _regressors(series: Series) -> tuple[Floats, tuple[str, ...], int]:
    """Return what explains the series, shape (t, k), notes, and how many weights were fitted on the way.

    The controls, and the day of the week where times are days.
    """
    pre = series.pre & np.isfinite(series.outcome)
    n_past = int(pre.sum())
    controls, notes, n_spent = _few_controls(series, pre)
    columns = controls.T
    days = as_days(series.times) if is_daily(series.times) and n_past >= 28 else None
    if days is not None:
        weekday = np.array([day.weekday() for day in days])
        columns = np.column_stack([columns, np.equal.outer(weekday, np.arange(1, 7)).astype(float)])
    if columns.shape[1] == 0:
        return columns, notes, n_spent
    kept = independent_columns(np.column_stack([np.ones(len(columns)), columns])[pre])
    names = [
        at for at in range(columns.shape[1]) if any(np.array_equal(columns[pre, at], one) for one in kept.T)
    ]
    chosen = columns[:, names]
    spread = chosen[pre].std(axis=0)
    chosen = chosen[:, spread > 0]
    standard: Floats = (chosen - chosen[pre].mean(axis=0)) / spread[spread > 0]
    return standard, notes, n_spent


def _few_controls(series: Series, pre: Booleans) -> tuple[Floats, tuple[str, ...], int]:
    """Return the controls, shape (k, t); many are brought together to one by weights that fit the past, lest they fit noise."""
    controls = series.controls
    if len(controls):
        controls = controls[controls[:, pre].std(axis=1) > 0]
    if len(controls) == 0:
        return np.zeros((0, len(series.times))), (ALONE,), 0
    if len(controls) <= max(1, int(pre.sum()) // 12):
        return controls, (), 0
    past = controls[:, pre]
    scaled = (controls - past.mean(axis=1, keepdims=True)) / past.std(axis=1, keepdims=True)
    target = series.outcome[pre]
    weights = simplex_weights(scaled[:, pre].T, (target - target.mean()) / target.std())
    note = f"{len(controls)} controls are brought together to one by weights that fit the past."
    return (weights @ scaled)[None, :], (note,), int((weights > 1e-6).sum()) - 1


def _forecast(
    outcome: Floats, columns: Floats, before: Booleans, after: Booleans, n_draws: int, seed: int, n_spent: int
) -> Forecast:
    """Forecast on a scale of its own, for the numbers' sake, and bring it back."""
    centre, scale = float(outcome[before].mean()), float(outcome[before].std())
    at = np.arange(len(outcome), dtype=float)
    past = Past(
        (outcome[before] - centre) / scale, columns[before], at[before], columns[after], at[after], n_spent
    )
    found = forecast(past, n_draws=n_draws, seed=seed)
    return Forecast(found.smooth * scale + centre, found.mean * scale + centre, found.paths * scale + centre)


def _interval(draws: Floats, value: float, level: float, n: int, method: str) -> Estimate:
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], method=PLACES)
    return Estimate(value, min(float(low), value), max(float(high), value), level, n, method)


def _relative(seen: Floats, found: Forecast, level: float, n: int) -> Estimate | NotEnoughData:
    expected, paths = float(found.mean.sum()), found.paths.sum(axis=1)
    if expected <= 0 or np.quantile(paths, (1 - level) / 2) <= 0:
        return NotEnoughData(
            "What would have been may lie below zero, so there is no relative lift; see the average effect."
        )
    return _interval(float(seen.sum()) / paths - 1, float(seen.sum()) / expected - 1, level, n, METHOD)


def _placebo(series: Series, columns: Floats, level: float, seed: int, n_spent: int) -> Check:
    """Pretend that the change came earlier, at three dates, and look for what cannot be there."""
    known = np.flatnonzero(series.pre & np.isfinite(series.outcome))
    length = max(1, min(int((~series.pre).sum()), len(known) // 5))
    p_values: dict[str, float] = {}
    for share in PLACEBO_DATES:
        cut = int(len(known) * share)
        before, after = np.zeros(len(series.times), bool), np.zeros(len(series.times), bool)
        before[known[:cut]], after[known[cut : cut + length]] = True, True
        if cut < LEAST_PAST or not after.any() or series.outcome[before].std() == 0:
            continue
        usable = columns[:, columns[before].std(axis=0) > 0]
        if cut <= usable.shape[1] + 2:
            continue
        found = _forecast(series.outcome, usable, before, after, 1000, seed, n_spent)
        above = float((found.paths.sum(axis=1) >= series.outcome[after].sum()).mean())
        p_values[series.times[known[cut]]] = max(2 * min(above, 1 - above), 1 / 1000)
    return placebo_dates(p_values, level)


def _chart(series: Series, found: Forecast, known: Booleans, level: float) -> tuple[Moment, ...]:
    before, after = np.flatnonzero(series.pre & known), np.flatnonzero(~series.pre & known)
    low, high = np.quantile(found.paths, [(1 - level) / 2, (1 + level) / 2], axis=0)
    past = [
        Moment(series.times[at], float(series.outcome[at]), float(mean), float(mean), float(mean), False)
        for at, mean in zip(before, found.smooth, strict=True)
    ]
    later = [
        Moment(series.times[at], float(series.outcome[at]), float(mean), float(under), float(over), True)
        for at, mean, under, over in zip(after, found.mean, low, high, strict=True)
    ]
    return (*past, *later)
