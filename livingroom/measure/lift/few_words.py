"""What a reader of a few treated units should know beside the figure: fit, weights, second opinion, chart."""

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift.chart import moments
from livingroom.measure.lift.cohorts import Cohort, Together
from livingroom.measure.lift.few_found import NAMES, Found
from livingroom.measure.lift.panel import Panel
from livingroom.measure.lift.reading import Check, Moment
from livingroom.measure.lift.synthetic import Floats, Method

POOR_FIT = 0.25
LARGE_WEIGHT = 0.5
MANY_TREATED = 8


def weights(
    panel: Panel, cohorts: tuple[Cohort, ...], controls: NDArray[np.int64], effect: Together
) -> tuple[tuple[str, float], ...]:
    """Return the controls' weights, cohorts averaged by their treated cells, the largest first."""
    cells = np.array([cohort.n_cells for cohort in cohorts], dtype=float)
    mean: Floats = np.average([each.unit_weights for each in effect.effects], axis=0, weights=cells)
    named = [
        (panel.units[row], float(weight)) for row, weight in zip(controls, mean, strict=True) if weight > 1e-6
    ]
    return tuple(sorted(named, key=lambda pair: -pair[1]))


def checks(
    panel: Panel,
    cohorts: tuple[Cohort, ...],
    controls: NDArray[np.int64],
    estimator: Method,
    found: dict[Method, Found],
) -> tuple[Check, ...]:
    """Return the placebo test, the fit before the start, the largest weight and what other methods say."""
    due = found[estimator]
    imbalance = [each.imbalance for each in due.effect.effects]
    own = [float(np.std(panel.outcome[c.rows].mean(axis=0)[c.pre]) * np.sqrt(c.pre.sum())) for c in cohorts]
    share = max(gap / wave if wave > 0 else 0.0 for gap, wave in zip(imbalance, own, strict=True))
    largest = max((weight for _, weight in weights(panel, cohorts, controls, due.effect)), default=0.0)
    shown = ", ".join(f"{gap:,.3f}" for gap in imbalance)
    before = f"Before the start the gap to the synthetic unit is {share:.0%} of the unit's own ups and downs"
    return (
        Check("placebo", True, f"Untreated units show as large an effect with p = {due.p:.3f}.", due.p),
        Check(
            "fit before",
            share <= POOR_FIT or estimator in ("sdid", "did"),
            f"{before} (L2 imbalance {shown}).",
        ),
        Check("weights", largest <= LARGE_WEIGHT, f"The largest weight of a single unit is {largest:.0%}."),
        _second_opinion(found),
    )


def _second_opinion(found: dict[Method, Found]) -> Check:
    """Whether the two methods that allow units a level of their own lie inside each other's interval."""
    one, other = found["sdid"], found["sc_intercept"]
    agree = (
        one.att.low <= other.att.value <= one.att.high and other.att.low <= one.att.value <= other.att.high
    )
    shares = [
        "" if isinstance(each.relative, NotEnoughData) else f" ({each.relative.value:+.1%})"
        for each in (one, other)
    ]
    first = f"Synthetic difference in differences says {one.att.value:,.4g}{shares[0]} per cell"
    second = f"{NAMES['sc_intercept']} {other.att.value:,.4g}{shares[1]}"
    return Check("second opinion", agree, f"{first}, {second}.")


def remarks(cohorts: tuple[Cohort, ...], n_treated: int) -> tuple[str, ...]:
    """Return what is to be said of staged and of many starts."""
    said: tuple[str, ...] = ()
    if len(cohorts) > 1:
        said += (
            f"{len(cohorts)} cohorts began at different times; their effects are added up by treated cells.",
        )
    if n_treated > MANY_TREATED:
        said += (
            f"{n_treated} units are treated: with chance deciding, a holdout of half of the units says more.",
        )
    return said


def chart(panel: Panel, cohorts: tuple[Cohort, ...], due: Found) -> tuple[Moment, ...]:
    """Return the total of the treated, and what they would have done; the band is the estimate's, over treated times."""
    actual, expected, at_stake = np.zeros((3, len(panel.times)))
    for cohort, effect in zip(cohorts, due.effect.effects, strict=True):
        actual += panel.outcome[cohort.rows].sum(axis=0)
        expected += effect.expected * len(cohort.rows)
        at_stake += cohort.post * len(cohort.rows)
    up, down = due.att.high - due.att.value, due.att.value - due.att.low
    return moments(
        panel, actual, expected, expected - up * at_stake, expected + down * at_stake, at_stake > 0
    )
