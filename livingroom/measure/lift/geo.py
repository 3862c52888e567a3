"""Geo or country holdout: some units get the posts, others are left out for the whole test, and chance decides which.

docs/methods/lift.md says what is estimated and how it was chosen.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.design.assignment import Design
from livingroom.measure.design.checks import as_drawn, balance, compliance, placebo_dates
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.lift.ancova import (
    WHY_NOT_LOG,
    Collapsed,
    ancova,
    collapse,
    intervals,
    randomised,
    ratio_of_totals,
)
from livingroom.measure.lift.assigned import in_window, known_to, redrawn, strata_of, treated_units
from livingroom.measure.lift.chart import scaled_controls
from livingroom.measure.lift.intervals import added
from livingroom.measure.lift.linear import Floats, hc3
from livingroom.measure.lift.panel import Panel
from livingroom.measure.lift.randomisation import draws_within, without_observed
from livingroom.measure.lift.reading import Check, Reading

LEAST_UNITS = 16
LEAST_PER_ARM = 3
LEAST_CELLS = 0.8
PLACEBO_DATES = (0.4, 0.6, 0.8)
ON_TRUST = "No assignment log was given: that chance decided who was treated is taken on trust."
LONG_RUN = (
    "A holdout over the whole test: orders that posts merely pulled forward within it do not count as lift."
)


def geo_lift(
    panel: Panel,
    *,
    level: float = 0.95,
    seed: int = 0,
    assignment: Design | None = None,
    n_draws: int = 2000,
) -> Reading:
    """Estimate the lift of a randomised holdout of units.

    The logarithm of each unit's mean in the test is explained by its arm, the logarithm of its mean before the test and
    its stratum or pair (ANCOVA). The interval is that of the randomisation test, by inversion; HC3 stands beside it.

    Parameters
    ----------
    panel : Panel
        At least 16 units, with times before the test.
    level : float
        Level of the intervals.
    seed : int
        For the draws of the randomisation test.
    assignment : Design, optional
        The assignment log. Units are analysed as assigned, and redrawn by the log's own rule.
    n_draws : int
        How many other assignments are compared; all of them, if there are fewer.

    Returns
    -------
    Reading
        `relative` is the lift as a share of what the treated units would have done; `NotEnoughData` says why there is none.

    Raises
    ------
    InputError
        If the log and the panel name different units or days.

    Source: docs/methods/lift.md, "Geo".
    """
    panel = in_window(assignment, known_to(assignment, panel))
    panel = _complete_enough(panel if assignment else _while_treated(panel))
    arm = treated_units(assignment, panel) if assignment else panel.ever_treated
    reason = _refusal(panel, arm)
    if reason:
        return Reading("geo", NotEnoughData(reason), notes=panel.notes)
    units = collapse(panel, panel.pre, ~panel.pre, arm, strata_of(assignment, panel))
    exact = randomised(units, _other_draws(assignment, panel, units, n_draws, seed), level)
    found = intervals(units, exact, ancova(units), level)
    if not found:
        reason = "Arms and strata go together, so nothing can be compared inside a stratum."
        return Reading("geo", NotEnoughData(reason), notes=panel.notes)
    total, average = _added(panel, arm, found[0])
    by_total = ratio_of_totals(units, level)
    chance = Check(
        "randomisation test", True, f"Chance alone gives such a difference with p = {exact.p:.3f}.", exact.p
    )
    why = (WHY_NOT_LOG[units.scale],) if units.scale != "log" else ()
    return Reading(
        design="geo",
        relative=found[0],
        total=total,
        average=average,
        others=(*found[1:], *((by_total,) if by_total else ())),
        checks=(chance, *_checks(panel, units, assignment)),
        notes=(*panel.notes, *why, LONG_RUN, *(() if assignment else (ON_TRUST,))),
        moments=scaled_controls(panel, arm, found[0]),
    )


def _while_treated(panel: Panel) -> Panel:
    """Without a log the test ends with the last treatment of any unit; say so, if the panel goes on."""
    treated = np.flatnonzero((panel.treated & ~panel.pre).any(axis=0))
    if len(treated) == 0 or treated[-1] == len(panel.times) - 1:
        return panel
    last = int(treated[-1])
    note = f"The test ends with the last treatment, {panel.times[last]}; later times are left away."
    kept = panel.only(times=np.arange(len(panel.times)) <= last)
    return replace(kept, notes=(*kept.notes, note))


def _complete_enough(panel: Panel) -> Panel:
    """Leave away units with too many holes, and say which; a few holes do not move a mean."""
    known = np.isfinite(panel.outcome)
    whole = np.ones(len(panel.units), bool)
    for window in (panel.pre, ~panel.pre):
        if window.any():
            whole &= known[:, window].mean(axis=1) >= LEAST_CELLS
    return panel.only(units=whole, because="more than a fifth of their cells are empty")


def _refusal(panel: Panel, arm: NDArray[np.bool_]) -> str | None:
    if not panel.pre.any():
        return (
            "There is no time before the test. Give a column `pre`, or say with --from when the test began."
        )
    if panel.pre.all() or not arm.any():
        return "No unit is treated at any time."
    if arm.all():
        return "All units are treated: nobody was left out to compare with."
    if min(arm.sum(), (~arm).sum()) < LEAST_PER_ARM:
        return f"{arm.sum()} of {len(arm)} units are treated, too few on one side: use the design `few`."
    if len(panel.units) < LEAST_UNITS:
        return (
            f"A holdout of units needs at least {LEAST_UNITS}; there are {len(panel.units)}. "
            "Use a switchback, or the design `few` for one to eight treated units."
        )
    if float(np.nanstd(panel.outcome)) == 0:
        return "The outcome never changes."
    return None


def _other_draws(
    assignment: Design | None, panel: Panel, units: Collapsed, n_draws: int, seed: int
) -> NDArray[np.bool_]:
    if assignment is not None:
        return np.asarray(redrawn(assignment, panel, n_draws, seed)[:, :, 0])
    drawn = draws_within(units.arm, units.stratum, n_draws, np.random.default_rng(seed))
    return without_observed(drawn, units.arm) if len(drawn) < n_draws else drawn


def _added(panel: Panel, arm: NDArray[np.bool_], relative: Estimate) -> tuple[Estimate, Estimate]:
    cells = panel.outcome[np.ix_(arm, ~panel.pre)]
    return added(
        relative, float(np.nansum(cells)), int(np.isfinite(cells).sum()), "added over all treated cells"
    )


def _checks(panel: Panel, units: Collapsed, assignment: Design | None) -> tuple[Check, ...]:
    found = [balance(_past_features(panel), units.arm), _placebo(panel, units)]
    if assignment is not None:
        wanted = units.arm[:, None] & np.ones(int((~panel.pre).sum()), bool)
        found += [compliance(wanted, panel.treated[:, ~panel.pre]), as_drawn(assignment.is_as_drawn())]
    return tuple(found)


def _past_features(panel: Panel) -> dict[str, Floats]:
    """Return what was known of each unit before the test: its level, and its trend if there is time for one."""
    past = panel.outcome[:, panel.pre]
    features = {"level": np.log1p(np.maximum(np.nanmean(past, axis=1), 0))}
    if past.shape[1] >= 4:
        half = past.shape[1] // 2
        first, second = (np.nan_to_num(part).sum(axis=1) / half for part in (past[:, :half], past[:, -half:]))
        features["trend"] = np.divide(second, first, out=np.ones(len(first)), where=first > 0)
    return features


def _placebo(panel: Panel, units: Collapsed) -> Check:
    """Pretend that the test began earlier, three times, and look for what cannot be there."""
    from scipy.stats import t

    past = np.flatnonzero(panel.pre)
    p_values: dict[str, float] = {}
    for share in PLACEBO_DATES if len(past) >= 10 else ():
        cut = int(len(past) * share)
        before, after = np.zeros_like(panel.pre), np.zeros_like(panel.pre)
        before[past[:cut]] = True
        after[past[cut : cut + len(past) // 5]] = True
        if np.isnan(panel.outcome[:, after]).all(axis=1).any():
            continue
        fit = ancova(collapse(panel, before, after, units.arm, units.stratum))
        if fit is not None and fit.df > 0 and (spread := float(np.sqrt(hc3(fit)[0, 0]))) > 0:
            p_values[panel.times[past[cut]]] = 2 * float(t.sf(abs(fit.coefficients[0]) / spread, fit.df))
    return placebo_dates(p_values)
