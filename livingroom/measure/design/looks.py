"""Looking before the end: bounds that hold at every look at once, however often one looks and whenever one stops."""

from dataclasses import dataclass
from math import log, sqrt
from typing import Literal

from livingroom.measure.estimate import Estimate, NotEnoughData

Verdict = Literal["more", "less", "go on"]
FEWEST = 30


@dataclass(frozen=True)
class Look:
    """What may be said at one look.

    Parameters
    ----------
    estimate : Estimate or NotEnoughData
        The value with its always-valid bounds.
    verdict : str
        "more" or "less" if the bounds exclude zero, else "go on".
    share_done : float
        The share of the planned information that has come.
    """

    estimate: Estimate | NotEnoughData
    verdict: Verdict
    share_done: float


def mixture_rho(n_planned: float, level: float = 0.95) -> float:
    """The mixture's width that makes the bounds tightest when the planned number has come.

    Source
    ------
    I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy, A. Ramdas (2021, arXiv 2103.06476), appendix on tuning:
    ρ(n) = √((−2 log α + log(−2 log α + 1)) / n).
    """
    alpha = 1 - level
    return sqrt((-2 * log(alpha) + log(-2 * log(alpha) + 1)) / n_planned)


def bound(n: float, standard_deviation: float, rho: float, level: float = 0.95) -> float:
    """Half the width of the confidence sequence for a mean at its n-th observation.

    Parameters
    ----------
    n : float
        Observations so far.
    standard_deviation : float
        Of one observation, estimated from those so far.
    rho : float
        The mixture's width; fixed before the first look.
    level : float
        The chance that the truth lies inside at all looks together, in the limit.

    Returns
    -------
    float
        σ √( 2 (n ρ² + 1) / (n² ρ²) · log( √(n ρ² + 1) / α ) )

    Source
    ------
    Theorem 2.2 of the same paper (asymptotic confidence sequences), the normal mixture of H. Robbins (1970), "Statistical
    methods related to the law of the iterated logarithm".
    """
    alpha = 1 - level
    spread = n * rho**2
    return standard_deviation * sqrt(2 * (spread + 1) / (n * spread) * log(sqrt(spread + 1) / alpha))


def look(
    value: float,
    standard_error: float,
    n: int,
    *,
    n_planned: int,
    level: float = 0.95,
    fewest: int = FEWEST,
) -> Look:
    """Bounds around an estimate at one of any number of looks.

    Parameters
    ----------
    value, standard_error : float
        The estimate so far and its ordinary standard error.
    n : int
        Independent observations that it stands on: people, unit-days, blocks.
    n_planned : int
        How many the design plans; must be the same at every look, for it fixes where the bounds are tightest.
    fewest : int
        Looks before so many are refused: the bounds hold for large numbers.

    Returns
    -------
    Look
        Wider than the ordinary interval (by about 1.5 at the planned end): the price of looking when one likes.

    Raises
    ------
    ValueError
        If n_planned or the standard error is not positive.
    """
    if n_planned <= 0 or standard_error < 0:
        raise ValueError("A look needs a planned number and a standard error.")
    share = n / n_planned
    if n < fewest:
        reason = f"{n:,} of {n_planned:,} have come; a look is due from {fewest:,} on"
        return Look(NotEnoughData(reason), "go on", share)
    half = bound(n, standard_error * sqrt(n), mixture_rho(n_planned, level), level)
    estimate = Estimate(value, value - half, value + half, level, n, "always-valid bounds (normal mixture)")
    verdict: Verdict = "more" if estimate.low > 0 else "less" if estimate.high < 0 else "go on"
    return Look(estimate, verdict, share)


def always_valid(estimate: Estimate, *, n_planned: int, log_scale: bool = False) -> Look:
    """Widen the ordinary interval of any analysis to bounds that may be looked at again and again.

    Parameters
    ----------
    estimate : Estimate
        A lift with its ordinary interval, from which its standard error is read. Its n must grow from look to look: for
        regions or branches give units × days so far.
    n_planned : int
        The n that the estimate will have at the planned end.
    log_scale : bool
        Whether the lift was estimated as exp(b) − 1, so that the bounds are symmetric in b.
    """
    from math import exp, log1p

    from scipy.stats import norm

    z = norm.ppf((1 + estimate.level) / 2)
    if not log_scale:
        error = (estimate.high - estimate.low) / (2 * z)
        return look(estimate.value, error, estimate.n, n_planned=n_planned, level=estimate.level)
    error = (log1p(estimate.high) - log1p(estimate.low)) / (2 * z)
    found = look(log1p(estimate.value), error, estimate.n, n_planned=n_planned, level=estimate.level)
    if isinstance(found.estimate, NotEnoughData):
        return found
    inside = found.estimate
    low, high = exp(inside.low) - 1, exp(inside.high) - 1
    moved = Estimate(estimate.value, low, high, estimate.level, estimate.n, inside.method)
    return Look(moved, found.verdict, found.share_done)
