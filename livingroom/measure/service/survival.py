"""Times of which some have not ended yet: Kaplan and Meier's curve, and its quantiles with intervals."""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import ArrayLike, NDArray

from livingroom.measure.estimate import Estimate, NotEnoughData

Floats = NDArray[np.float64]
METHOD = "Kaplan-Meier"
FEWEST = 5
_SAME = 1e-9


@dataclass(frozen=True)
class Survival:
    """The share still waiting after a time.

    Parameters
    ----------
    times : (k,) float
        Times at which somebody was answered, ascending.
    waiting : (k,) float
        The share that waits longer than each.
    error : (k,) float
        Greenwood's standard error of the logarithm of that share.
    n : int
        All who waited.
    n_ended : int
        Those whose wait is over.
    """

    times: Floats
    waiting: Floats
    error: Floats
    n: int
    n_ended: int


def kaplan_meier(durations: ArrayLike, ended: ArrayLike) -> Survival:
    """Return the curve of waiting times.

    Parameters
    ----------
    durations : (n,) float
        How long each has waited, in any unit, 0 or more.
    ended : (n,) bool
        Whether that wait is over; one that is not is known to last at least that long.

    Source
    ------
    Kaplan and Meier, Journal of the American Statistical Association 53 (1958).
    """
    length, over = np.asarray(durations, dtype=np.float64), np.asarray(ended, dtype=bool)
    if np.any(length < 0) or not np.all(np.isfinite(length)):
        raise ValueError("A wait is 0 or more.")
    times, ends = np.unique(length[over], return_counts=True)
    ordered = np.sort(length)
    at_risk = len(ordered) - np.searchsorted(ordered, times, side="left")
    waiting: Floats = np.cumprod(1 - ends / at_risk, dtype=np.float64)
    left = at_risk - ends
    with np.errstate(divide="ignore"):
        error: Floats = np.sqrt(np.cumsum(np.where(left > 0, ends / (at_risk * np.maximum(left, 1)), inf)))
    return Survival(times, waiting, error, len(length), int(over.sum()))


def quantile(curve: Survival, share: float, level: float = 0.95) -> Estimate | NotEnoughData:
    """Return the time by which a share was answered.

    Parameters
    ----------
    curve : Survival
    share : float
        0.5 for the median, 0.9 for the 90th percentile.
    level : float
        Of the interval.

    Returns
    -------
    Estimate or NotEnoughData
        The interval holds the times at which a log-log interval of the curve holds the share. Its high end is infinite where
        too many still wait to say. Where the curve stands exactly at the share, the middle of that step.

    Source
    ------
    Brookmeyer and Crowley, Biometrics 38 (1982); docs/methods/service.md.
    """
    if curve.n < FEWEST:
        return NotEnoughData(f"{curve.n} waited, and {FEWEST} are needed")
    value = _crossing(curve.times, curve.waiting, 1 - share)
    if value == inf:
        return NotEnoughData(
            f"only {curve.n_ended:,} of {curve.n:,} were answered so far, too few to say how long {share:.0%} wait"
        )
    low_share, high_share = _band(curve, level)
    low = _first_at_most(curve.times, low_share, 1 - share)
    high = _first_at_most(curve.times, high_share, 1 - share)
    return Estimate(value, min(low, value), max(high, value), level, curve.n, METHOD)


def _crossing(times: Floats, waiting: Floats, share: float) -> float:
    place = int(np.searchsorted(-waiting, -share - _SAME))
    if place == len(times):
        return inf
    if abs(waiting[place] - share) < _SAME and place + 1 < len(times):
        return float(times[place] + times[place + 1]) / 2
    return float(times[place])


def _first_at_most(times: Floats, waiting: Floats, share: float) -> float:
    found = np.flatnonzero(waiting <= share + _SAME)
    return float(times[found[0]]) if len(found) else inf


def _band(curve: Survival, level: float) -> tuple[Floats, Floats]:
    """Return both ends of the log-log interval of the curve, which stays between 0 and 1."""
    from scipy.special import ndtri

    reach = float(ndtri((1 + level) / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(curve.waiting)
        width = np.exp(reach * curve.error / np.abs(logs))
        low, high = np.exp(logs * width), np.exp(logs / width)
    ended = curve.waiting < _SAME
    return np.where(ended, 0.0, low), np.where(ended, _high_end(curve, level), high)


def _high_end(curve: Survival, level: float) -> float:
    """Return how large the share that waits longer than the longest may still be: the rule of three, exactly."""
    return float(1 - ((1 - level) / 2) ** (1 / max(curve.n, 1)))
