"""One to eight treated units, or a launch in stages: what would they have done, read off units like them.

docs/methods/lift.md says what is estimated and holds the published cases.
"""

from dataclasses import replace

import numpy as np

from livingroom.measure.design.assignment import Design
from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift.assigned import known_to
from livingroom.measure.lift.cohorts import Cohort, cohorts_of, stand_ins
from livingroom.measure.lift.few_found import Interval, find
from livingroom.measure.lift.few_words import chart, checks, remarks, weights
from livingroom.measure.lift.intervals import scaled
from livingroom.measure.lift.panel import Panel
from livingroom.measure.lift.reading import Reading
from livingroom.measure.lift.synthetic import METHODS, Method

LEAST_CONTROLS = 5
LEAST_PAST = 2
JACKKNIFE_FROM = 20
NOT_DRAWN = "Nobody drew by chance who was treated: the figure stands on the other units going on as before."


def few_lift(
    panel: Panel,
    *,
    level: float = 0.95,
    seed: int = 0,
    estimator: Method = "sdid",
    interval: Interval = "placebo",
    assignment: Design | None = None,
    n_draws: int = 100,
) -> Reading:
    """Estimate the lift of a few treated units.

    Parameters
    ----------
    panel : Panel
        At least five units that were never treated and two times before the first start. Cohorts may begin at
        different times; each stays treated until its end.
    level : float
        Level of the intervals.
    seed : int
        For the draws of placebos, where more than one unit was treated.
    estimator : str
        "sdid" (default), "sc_intercept", "sc" or "did"; the others stand beside it.
    interval : str
        "placebo", or "jackknife" from 20 treated units on.
    assignment : Design, optional
        The log, if chance decided; without it the reading is modelled, not tested.
    n_draws : int
        How many placebos; with one treated unit, each control is one.

    Returns
    -------
    Reading
        `relative` is the added outcome over treated cells as a share of what they would have been, `average` the
        effect on the treated per cell, `estimators` both for every method.

    Raises
    ------
    InputError
        If the log and the panel name different units.

    Source: docs/methods/lift.md, "Few".
    """
    panel = _balanced(known_to(assignment, panel))
    is_tested = assignment is not None
    cohorts = cohorts_of(panel)
    reason = cohorts if isinstance(cohorts, str) else _refusal(panel, cohorts, interval)
    if reason or isinstance(cohorts, str):
        return Reading("few", NotEnoughData(str(reason)), is_tested=is_tested, notes=panel.notes)
    controls = np.flatnonzero(~panel.treated.any(axis=1))
    n_treated = sum(len(cohort.rows) for cohort in cohorts)
    chosen = stand_ins(controls, n_treated, n_draws, seed) if interval == "placebo" else None
    found = {name: find(name, panel, cohorts, controls, chosen, level) for name in METHODS}
    due = found[estimator]
    n_cells = sum(cohort.n_cells for cohort in cohorts)
    return Reading(
        design="few",
        relative=due.relative,
        total=scaled(due.att, n_cells, ", added over all treated cells"),
        average=due.att,
        is_tested=is_tested,
        others=tuple(
            each.relative
            for name, each in found.items()
            if name != estimator and not isinstance(each.relative, NotEnoughData)
        ),
        checks=checks(panel, cohorts, controls, estimator, found),
        weights=weights(panel, cohorts, controls, due.effect),
        notes=(*panel.notes, *remarks(cohorts, n_treated), *(() if is_tested else (NOT_DRAWN,))),
        moments=chart(panel, cohorts, due),
        estimators={name: each.as_estimates() for name, each in found.items()},
    )


def _balanced(panel: Panel) -> Panel:
    """Weights need whole series: leave away controls with holes, and times at which a treated unit has one."""
    holes = ~np.isfinite(panel.outcome)
    if not holes.any():
        return panel
    ever = np.asarray(panel.treated.any(axis=1))
    mostly_empty = holes[~ever].mean(axis=0) > 0.5 if (~ever).any() else np.zeros(len(panel.times), bool)
    times = ~holes[ever].any(axis=0) & ~mostly_empty
    units = ever | ~holes[:, times].any(axis=1)
    kept = panel.only(units=units, because="cells are empty").only(times=times)
    if times.all():
        return kept
    gone = f"{int((~times).sum())} times are left away, because a treated unit or most of the others have no outcome."
    return replace(kept, notes=(*kept.notes, gone))


def _refusal(panel: Panel, cohorts: tuple[Cohort, ...], interval: Interval) -> str | None:
    n_controls = int((~panel.treated.any(axis=1)).sum())
    n_treated = sum(len(cohort.rows) for cohort in cohorts)
    if not cohorts:
        return "No unit is treated at any time. Name the treated units and the test's window."
    if n_controls == 0:
        return "All units are treated at some time: none is left to compare with."
    first = cohorts[0]
    if first.pre.sum() < LEAST_PAST:
        return (
            f"{panel.units[first.rows[0]]} has {int(first.pre.sum())} times before its start; "
            f"at least {LEAST_PAST} are needed. Say with --from when the test began."
        )
    if interval == "jackknife" and n_treated < JACKKNIFE_FROM:
        return (
            f"A jackknife over {n_treated} treated units covers too seldom (87 to 91 % instead of 95 %); "
            f"it is due from {JACKKNIFE_FROM} on. Use placebos."
        )
    if interval == "jackknife" and min(len(cohort.rows) for cohort in cohorts) < 2:
        return "A jackknife needs at least two units in every cohort. Use placebos."
    needed = max(LEAST_CONTROLS, n_treated + 1 if interval == "placebo" else 0)
    if n_controls < needed:
        return f"{n_controls} untreated units are too few for placebos of {n_treated} treated: at least {needed} are needed."
    if float(np.std(panel.outcome)) == 0:
        return "The outcome never changes."
    return None
