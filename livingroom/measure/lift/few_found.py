"""What one method finds for a few treated units, and what it finds where nothing was done."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.lift.cohorts import Cohort, Together, jackknife_variance, placebos, together
from livingroom.measure.lift.intervals import around
from livingroom.measure.lift.panel import Panel
from livingroom.measure.lift.synthetic import Method

Interval = Literal["placebo", "jackknife"]
LARGE_OVER_SMALL = 3.0
NAMES: dict[Method, str] = {
    "sdid": "synthetic difference in differences",
    "sc_intercept": "synthetic control with unit intercept",
    "sc": "synthetic control",
    "did": "difference in differences",
}
NO_SHARE = "What the treated units would have done is not above zero, so there is no relative lift."


@dataclass(frozen=True)
class Found:
    """One method's answer.

    Parameters
    ----------
    effect : Together
        The fit.
    att : Estimate
        The mean effect on treated cells.
    relative : Estimate or NotEnoughData
        The same as a share of what they would have been.
    p : float
        How often untreated units show as large an effect.
    """

    effect: Together
    att: Estimate
    relative: Estimate | NotEnoughData
    p: float

    def as_estimates(self) -> dict[str, Estimate]:
        """Return what there is by its name in a reading."""
        share = {} if isinstance(self.relative, NotEnoughData) else {"relative": self.relative}
        return {"average": self.att} | share


def find(
    method: Method,
    panel: Panel,
    cohorts: tuple[Cohort, ...],
    controls: NDArray[np.int64],
    chosen: NDArray[np.int64] | None,
    level: float,
) -> Found:
    """Fit one method, and its interval from placebos; from a jackknife, if `chosen` is None."""
    effect = together(method, panel.outcome, cohorts, controls, as_published=True)
    n = len(controls) + sum(len(cohort.rows) for cohort in cohorts)
    if chosen is None:
        reach, p = _by_jackknife(method, panel, cohorts, controls, effect, level)
        name = f"{NAMES[method]}, jackknife"
        return _found(effect, reach, p, level, n, name)
    from scipy.stats import t

    found = placebos(method, panel.outcome, cohorts, chosen, controls)
    # Placebos of units that differ much in size compare as shares of their own past, otherwise as amounts, as the
    # published cases do.
    as_shares = _differ_in_size(panel, controls)
    unit = effect.past if as_shares else 1.0
    seen, chance = effect.att / unit, found[:, 1 if as_shares else 0]
    # The treated unit is one more draw, beside the n whose spread was measured: t with the factor of a prediction.
    # Placebos of several units share some of them: only so many tell something of their own as there are sets apart.
    n_controls = len(controls)
    n_sets = n_controls / sum(len(cohort.rows) for cohort in cohorts)
    quantile = float(t.ppf((1 + level) / 2, max(n_sets - 1, 1))) * float(np.sqrt(1 + 1 / n_controls))
    reach = quantile * float(np.std(chance, ddof=1))
    p = float((1 + (np.abs(chance) >= abs(seen)).sum()) / (len(found) + 1))
    return _found(
        effect,
        reach * unit,
        p,
        level,
        n,
        f"{NAMES[method]}, {len(found)} placebos",
    )


def _by_jackknife(
    method: Method,
    panel: Panel,
    cohorts: tuple[Cohort, ...],
    controls: NDArray[np.int64],
    effect: Together,
    level: float,
) -> tuple[float, float]:
    from scipy.stats import norm

    spread = float(np.sqrt(jackknife_variance(method, panel.outcome, cohorts, controls)))
    p = 2 * float(norm.sf(abs(effect.att) / spread)) if spread else 1.0
    return spread * float(norm.ppf((1 + level) / 2)), p


def _found(effect: Together, reach: float, p: float, level: float, n: int, name: str) -> Found:
    """Return both estimates from the reach of the amount, so that they agree on which side of zero they lie."""
    att = around(effect.att, reach, level, n, name)
    if effect.expected <= 0:
        return Found(effect, att, NotEnoughData(NO_SHARE), p)
    return Found(effect, att, _inverted(effect.relative, reach / effect.expected, level, n, name), p)


def _differ_in_size(panel: Panel, controls: NDArray[np.int64]) -> bool:
    """Whether the large units are several times the small ones, and none is ever at zero."""
    if (panel.outcome <= 0).any():
        return False
    small, large = np.quantile(panel.outcome[controls].mean(axis=1), (0.1, 0.9))
    return bool(large > LARGE_OVER_SMALL * small)


def _inverted(value: float, reach: float, level: float, n: int, method: str) -> Estimate:
    """Invert the placebo test: at a true lift L the estimate errs by (1 + L) times what a placebo errs by."""
    high = (value + reach) / (1 - reach) if reach < 1 else float("inf")
    return Estimate(value, min((value - reach) / (1 + reach), value), max(high, value), level, n, method)
