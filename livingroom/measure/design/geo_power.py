"""What a geo holdout can show, tried on the brand's own past with the analysis that will be used."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.design.chance import ExactTest, Trial, without
from livingroom.measure.design.history import too_short, windows
from livingroom.measure.design.power import LEVEL, WISHED, promised
from livingroom.measure.design.promise import Power
from livingroom.measure.design.rules import WithinStrata
from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift.panel import Panel

Floats = NDArray[np.float64]
DRAWS, OTHERS = 600, 399
ROUGH = 200  # draws that are enough to look for a length
DAYS_TRIED = (7, 14, 21, 28, 42, 56, 70, 84, 112, 140, 182)


def geo_power(
    history: Panel,
    rule: WithinStrata,
    *,
    pre_days: int,
    test_days: int,
    lift: float = 0.05,
    wished: float = WISHED,
    level: float = LEVEL,
    n_draws: int = DRAWS,
    seed: int = 0,
) -> Power | NotEnoughData:
    """How often the analysis of a geo holdout finds a lift, tried on placebo windows of this history.

    In each window the units are drawn again by the very rule, and the analysis (ANCOVA on the logarithm of the mean with
    strata, and the randomisation test) is run as it will be; a lift moves its estimate by log(1 + lift).

    Parameters
    ----------
    history : Panel
        Past outcomes of the rule's units.
    rule : WithinStrata
        The rule.
    pre_days, test_days : int
        Days before and of the test.
    n_draws : int
        Draws over all windows together.
    seed : int
        Seed of the simulation.
    """
    n_days = history.outcome.shape[1]
    starts = windows(n_days, pre_days + test_days)
    if not starts:
        return too_short(n_days, pre_days + test_days, "one placebo window")
    generator = np.random.default_rng(seed)
    each = -(-n_draws // len(starts))
    others = rule.many(min(OTHERS, 2 * n_draws), generator)[:, :, 0]
    trials = []
    for start in starts:
        before = np.log(_positive(history.outcome[:, start : start + pre_days]))
        after = np.log(_positive(history.outcome[:, start + pre_days : start + pre_days + test_days]))
        nuisance = _nuisance(rule.strata, before)
        drawn = rule.many(each, generator)[:, :, 0]
        cleaned = (without(nuisance, values.astype(np.float64)) for values in (after, drawn, others))
        trials.append(Trial(*cleaned))
    estimates = np.concatenate([trial.estimates for trial in trials])
    return promised(
        ExactTest(trials, level),
        lift=lift,
        wished=wished,
        level=level,
        standard_error=float(np.sqrt(np.mean(estimates**2))),
        n=len(rule.units),
        method=f"geo ANCOVA with re-randomisation, tried on {len(starts)} placebo windows of history",
    )


def days_needed(
    history: Panel,
    rule: WithinStrata,
    *,
    above: int,
    lift: float,
    wished: float = WISHED,
    level: float = LEVEL,
) -> int | None:
    """The shortest of some usual lengths above one that is not enough with which the lift is seen as wished.

    None if none that the history can try.
    """
    n_days = history.outcome.shape[1]
    for days in (days for days in DAYS_TRIED if days > above):
        pre = max(28, min(days, n_days - days))
        if n_days < pre + days:
            return None
        power = geo_power(
            history, rule, pre_days=pre, test_days=days, lift=lift, wished=wished, level=level, n_draws=ROUGH
        )
        if isinstance(power, Power) and power.power >= wished:
            return days
    return None


def _nuisance(strata: Sequence[str], before: Floats) -> Floats:
    """Orthonormal columns of strata and the past, shape (n, k)."""
    names, places = np.unique(np.array(strata), return_inverse=True)
    basis, triangle = np.linalg.qr(np.column_stack([np.eye(len(names))[places], before]))
    kept: Floats = basis[:, np.abs(np.diag(triangle)) > 1e-9]
    return kept


def _positive(outcome: Floats) -> Floats:
    mean: Floats = np.nanmean(outcome, axis=1)
    positive = mean[mean > 0]
    return np.maximum(mean, positive.min() / 10 if positive.size else 1.0)
