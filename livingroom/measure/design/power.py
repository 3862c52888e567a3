"""From how an analysis behaves on history to what it can promise: power, the smallest lift it sees, a curve."""

from collections.abc import Callable
from math import ceil, expm1, log1p, sqrt

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.design.promise import Power

WISHED = 0.8
LEVEL = 0.95
HALVINGS = 9
LIFTS = (0.0, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0)

Floats = NDArray[np.float64]
Rejects = Callable[[float], float]


def promised(
    rejects: Rejects,
    *,
    lift: float,
    wished: float,
    level: float,
    standard_error: float,
    n: int,
    method: str,
) -> Power:
    """Make a promise of how often the analysis rejects at a lift.

    Parameters
    ----------
    rejects : callable
        From a relative lift to the share of simulated tests that find it.
    lift : float
        The lift asked about; its sign is kept.
    wished : float
        Power wished for.
    level, standard_error, n, method
        Passed on.
    """
    lifts = sorted({*LIFTS, abs(lift)})
    curve = tuple((at, rejects(at)) for at in lifts)
    return Power(
        lift=lift,
        power=dict(curve)[lift] if lift > 0 else rejects(lift),
        wished=wished,
        detectable_lift=_smallest(rejects, wished, curve),
        level=level,
        standard_error=standard_error,
        n=n,
        curve=curve,
        method=method,
        false_alarms=curve[0][1],
    )


def _smallest(rejects: Rejects, wished: float, curve: tuple[tuple[float, float], ...]) -> float | None:
    """The least lift from which the wished power is kept: found on the curve, then by halving."""
    short = [lift for lift, power in curve if power < wished]
    enough = [lift for lift, power in curve if power >= wished and lift > max(short, default=-1.0)]
    if not enough or not short:
        return min(enough, default=None)
    low, high = max(short), min(enough)
    for _ in range(HALVINGS):
        middle = expm1((log1p(low) + log1p(high)) / 2)
        low, high = (low, middle) if rejects(middle) >= wished else (middle, high)
    return high


def shortfall(power: Power) -> tuple[str, ...]:
    """A sentence where the wished power is not reached, with the days that would reach it."""
    if power.power >= power.wished:
        return ()
    sentence = f"A lift of {power.lift:.1%} is seen with a chance of {power.power:.0%} only; {power.wished:.0%} were wished for."
    if power.days_needed:
        return (f"{sentence} {power.days_needed} days would do.",)
    return (f"{sentence} Look for a larger lift, or take more units or more days than this history can try.",)


def rejects_beyond(estimates: Floats, reaches: Floats) -> Rejects:
    """How often an interval of half-width `reaches` around a log effect excludes zero, when a lift is added to `estimates`.

    Adding a constant effect on the log scale moves a least-squares estimate by just so much and leaves its residuals alone,
    so one simulation without effect answers for every lift.
    """

    def rejects(lift: float) -> float:
        return float(np.mean(np.abs(estimates + log1p(lift)) > reaches))

    return rejects


def two_arm_power(
    *,
    mean: float,
    standard_deviation: float,
    n: int,
    share: float,
    lift: float,
    wished: float = WISHED,
    level: float = LEVEL,
    explained: float = 0.0,
    is_share: bool = False,
) -> Power:
    """Power of comparing two arms of people, each drawn by itself.

    Parameters
    ----------
    mean, standard_deviation : float
        Of one person's outcome in history.
    n : int
        People in both arms.
    share : float
        The share treated.
    explained : float
        The share of the variance that what was known before explains (R²), taken out by CUPED or Lin's adjustment.
    is_share : bool
        Whether the outcome is yes or no: then its variance follows from its mean, and the exact test is a little cautious.

    Returns
    -------
    Power
        By the normal approximation of the difference in means. Amounts that grow by a lift spread by it, too.

    Source
    ------
    A. Deng, Y. Xu, R. Kohavi, T. Walker (2013), "Improving the Sensitivity of Online Controlled Experiments by Utilizing
    Pre-Experiment Data", WSDM.
    """
    from scipy.stats import norm

    z = norm.ppf((1 + level) / 2)
    # Outcomes of yes and no differ by whole people: half of one on either side is what a test of counts cannot see.
    step = 0.5 / n * (1 / share + 1 / (1 - share)) / mean if is_share and mean < 1 else 0.0

    def error(at: float) -> float:
        unit = _unit_variance(mean, standard_deviation, share, at, explained, is_share=is_share)
        return sqrt(unit / n) / mean

    def rejects(at: float) -> float:
        seen = max(abs(at) - step, 0.0) / error(at)
        return float(norm.sf(z - seen) + norm.cdf(-z - seen))

    method = "difference in means, normal approximation with the variance of history"
    return promised(
        rejects, lift=lift, wished=wished, level=level, standard_error=error(0.0), n=n, method=method
    )


def _unit_variance(
    mean: float, standard_deviation: float, share: float, lift: float, explained: float, *, is_share: bool
) -> float:
    """The variance of the difference in means, times the number of people."""
    reached = mean * (1 + lift)
    grows = (1 + lift) ** 2
    if is_share and 0 < reached < 1 and 0 < mean < 1:
        grows = reached * (1 - reached) / (mean * (1 - mean))
    return standard_deviation**2 * (1 - explained) * (grows / share + 1 / (1 - share))


def people_needed(
    mean: float,
    standard_deviation: float,
    share: float,
    lift: float,
    wished: float = WISHED,
    level: float = LEVEL,
    explained: float = 0.0,
    is_share: bool = False,
) -> int:
    """How many people, in both arms together, see the lift with the wished power."""
    from scipy.stats import norm

    z = norm.ppf((1 + level) / 2) + norm.ppf(wished)
    unit = _unit_variance(mean, standard_deviation, share, lift, explained, is_share=is_share)
    n: int = ceil(unit * (z / (lift * mean)) ** 2)
    return n
