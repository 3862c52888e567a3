"""Times of which some have not ended yet: Kaplan and Meier's curve, and its quantiles with intervals."""

from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from livingroom.measure.estimate import Estimate, NotEnoughData

Floats = NDArray[np.float64]
METHOD = "Kaplan-Meier"
FEWEST = 5
_SAME = 1e-9
_LOOK_AHEAD = 256


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
    ordered = np.sort(length[over])
    starts = _first_of_each(ordered)
    times, ends = ordered[starts], np.diff(starts, append=len(ordered))
    at_risk = len(length) - starts - _looked_away_before(times, length[~over])
    waiting: Floats = np.cumprod(1 - ends / at_risk, dtype=np.float64)
    with np.errstate(divide="ignore"):  # where nobody is left the error is infinite
        error: Floats = np.sqrt(np.cumsum(ends / (at_risk * (at_risk - ends))))
    return Survival(times, waiting, error, len(length), int(over.sum()))


def _first_of_each(ordered: Floats) -> NDArray[np.int64]:
    """Return where each value begins."""
    is_first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return np.flatnonzero(is_first)


def _looked_away_before(times: Floats, lasted: Floats) -> NDArray[np.int64]:
    """Return how many of the waits that are not over are known to last less long than each time."""
    places = np.searchsorted(
        times, np.sort(lasted), side="right"
    )  # in order, each is found beside the one before
    before: NDArray[np.int64] = np.cumsum(np.bincount(places, minlength=len(times) + 1))[: len(times)]
    return before


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
    place = _crossing(curve.waiting, 1 - share)
    if place == len(curve.times):
        return NotEnoughData(
            f"only {curve.n_ended:,} of {curve.n:,} were answered so far, too few to say how long {share:.0%} wait"
        )
    value = _time_at(curve, place, 1 - share)
    low, high = _low_end(curve, place, 1 - share, level), _high_end(curve, place, 1 - share, level)
    return Estimate(value, min(low, value), max(high, value), level, curve.n, METHOD)


def _crossing(waiting: Floats, share: float) -> int:
    """Return at which time no more than a share wait longer."""
    return int(np.searchsorted(-waiting, -share - _SAME))


def _time_at(curve: Survival, place: int, share: float) -> float:
    times = curve.times
    if abs(curve.waiting[place] - share) < _SAME and place + 1 < len(times):
        return float(times[place] + times[place + 1]) / 2
    return float(times[place])


def _low_end(curve: Survival, place: int, share: float, level: float) -> float:
    """Return the first time at which the low end of the band is at most a share.

    It lies under the curve, so it gets there no later than the curve does, which is at `place`.
    """
    found = np.flatnonzero(_band(curve, slice(0, place + 1), "low", level) <= share + _SAME)
    return float(curve.times[found[0]]) if len(found) else float(curve.times[place])


def _high_end(curve: Survival, place: int, share: float, level: float) -> float:
    """Return the same of the high end, which lies over the curve and gets there no sooner."""
    length = _LOOK_AHEAD
    while place < len(curve.times):
        found = np.flatnonzero(_band(curve, slice(place, place + length), "high", level) <= share + _SAME)
        if len(found):
            return float(curve.times[place + found[0]])
        place, length = place + length, 4 * length
    return inf


def _band(curve: Survival, part: slice, end: Literal["low", "high"], level: float) -> Floats:
    """Return one end of the log-log interval of a part of the curve, which stays between 0 and 1."""
    from scipy.special import ndtri

    reach, waiting = float(ndtri((1 + level) / 2)), curve.waiting[part]
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(waiting)
        width = np.exp(reach * curve.error[part] / np.abs(logs))
        found = np.exp(logs * width if end == "low" else logs / width)
    return np.where(waiting < _SAME, 0.0 if end == "low" else _highest(curve, level), found)


def _highest(curve: Survival, level: float) -> float:
    """Return how large the share that waits longer than the longest may still be: the rule of three, exactly."""
    return float(1 - ((1 - level) / 2) ** (1 / max(curve.n, 1)))
