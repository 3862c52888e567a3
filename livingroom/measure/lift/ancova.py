"""A holdout as a table of one line per unit, and the analysis of covariance on it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.estimate import Estimate
from livingroom.measure.lift.intervals import around, as_share
from livingroom.measure.lift.linear import Fit, Floats, hc3, independent_columns, least_squares
from livingroom.measure.lift.panel import Panel
from livingroom.measure.lift.randomisation import Inversion, invert

Booleans = NDArray[np.bool_]
Scale = Literal["log", "ratio", "level"]
WHY_NOT_LOG = {
    "ratio": "Some unit has no outcome in the test, so its ratio to its past is used instead of logarithms.",
    "level": "Some unit has no outcome before the test, so amounts are used instead of logarithms.",
}


@dataclass(frozen=True)
class Collapsed:
    """One line per unit.

    Parameters
    ----------
    after, before : array, shape (n,)
        Its mean in the test and before.
    arm : array of bool, shape (n,)
        Whether it is treated.
    stratum : array of int, shape (n,)
        Inside which stratum or pair chance decided.
    """

    after: Floats
    before: Floats
    arm: Booleans
    stratum: NDArray[np.int64]

    @property
    def scale(self) -> Scale:
        """Logarithms where all means are positive; otherwise a scale that bears zeros."""
        if self.before.min() <= 0:
            return "level"
        return "log" if self.after.min() > 0 else "ratio"

    @property
    def variables(self) -> tuple[Floats, Floats]:
        """What is explained, and the past that explains it, each of shape (n,)."""
        if self.scale == "log":
            return np.log(self.after), np.log(self.before)
        if self.scale == "ratio":
            return self.after / self.before, np.log(self.before)
        return self.after, self.before

    @property
    def nuisance(self) -> Floats:
        """The columns beside the arm: strata and the past."""
        _, past = self.variables
        dummies = np.equal.outer(self.stratum, np.unique(self.stratum)).astype(float)
        return independent_columns(np.column_stack([dummies, past - past.mean()]))

    @property
    def is_paired(self) -> bool:
        """Whether each stratum has one treated unit and one other."""
        sizes, n_treated = np.bincount(self.stratum), np.bincount(self.stratum, weights=self.arm)
        return bool((sizes == 2).all() and (n_treated == 1).all())


def collapse(
    panel: Panel, before: Booleans, after: Booleans, arm: Booleans, stratum: NDArray[np.int64]
) -> Collapsed:
    """Return each unit's means over the two windows, empty cells left out."""
    means = [np.nanmean(panel.outcome[:, window], axis=1) for window in (after, before)]
    return Collapsed(means[0], means[1], arm, stratum)


def ancova(units: Collapsed) -> Fit | None:
    """Fit by least squares, the effect first; None if arm and strata cannot be told apart.

    Pairs are fitted as their differences: the same effect, and leverages that HC3 can be trusted with.
    """
    explained, past = units.variables
    try:
        if units.is_paired:
            order = np.lexsort((~units.arm, units.stratum))
            gap, past_gap = (values[order][0::2] - values[order][1::2] for values in (explained, past))
            return least_squares(np.column_stack([np.ones(len(gap)), past_gap]), gap)
        return least_squares(np.column_stack([units.arm.astype(float), units.nuisance]), explained)
    except np.linalg.LinAlgError:
        return None


def randomised(units: Collapsed, drawn: Booleans, level: float) -> Inversion:
    """Compare with other assignments, shape (draws, n), and invert the test."""
    basis, _ = np.linalg.qr(units.nuisance)

    def cleaned(values: Floats) -> Floats:
        rest: Floats = values - (values @ basis) @ basis.T
        return rest

    explained, _ = units.variables
    return invert(
        cleaned(explained), cleaned(units.arm.astype(float)), cleaned(drawn.astype(float)), level=level
    )


def intervals(units: Collapsed, exact: Inversion, fit: Fit | None, level: float) -> tuple[Estimate, ...]:
    """Return the relative lift with both intervals, the one that is due first; none if neither can be had."""
    from scipy.stats import t

    n, found = len(units.arm), []
    if np.isfinite([exact.low, exact.high]).all():
        name = f"geo ANCOVA on {units.scale}, Fisher re-randomisation ({exact.n_draws:,} draws)"
        found.append(Estimate(exact.estimate, exact.low, exact.high, level, n, name))
    if fit is not None and fit.df > 0:
        reach = float(t.ppf((1 + level) / 2, fit.df) * np.sqrt(hc3(fit)[0, 0]))
        name = f"geo ANCOVA on {units.scale}, HC3 (t, {fit.df} df)"
        found.append(around(float(fit.coefficients[0]), reach, level, n, name))
    reached = float(units.variables[0][units.arm].mean())
    return tuple(as_share(effect, is_log=units.scale == "log", reached=reached) for effect in found)


def ratio_of_totals(units: Collapsed, level: float) -> Estimate | None:
    """Return the growth of the treated units' total over that of the others: each order counts alike, so large units weigh more.

    A difference in differences of logarithms, with a jackknife over units; None where a total is zero.
    """
    from scipy.stats import t

    sides = (units.arm, ~units.arm)
    totals = [(float(units.after[side].sum()), float(units.before[side].sum())) for side in sides]
    if min(min(pair) for pair in totals) <= 0:
        return None
    growth = [float(np.log(after / before)) for after, before in totals]
    variance = 0.0
    for side, (after, before) in zip(sides, totals, strict=True):
        with np.errstate(divide="ignore", invalid="ignore"):
            left = np.log((after - units.after[side]) / (before - units.before[side]))
        if not np.isfinite(left).all():
            return None
        variance += (side.sum() - 1) / side.sum() * float(((left - left.mean()) ** 2).sum())
    reach = float(t.ppf((1 + level) / 2, len(units.arm) - 2) * np.sqrt(variance))
    method = "geo ratio of totals, jackknife over units"
    effect = around(growth[0] - growth[1], reach, level, len(units.arm), method)
    return as_share(effect, is_log=True, reached=0.0)
