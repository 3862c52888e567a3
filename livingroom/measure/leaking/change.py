"""Since when a code is used by strangers: a sequential test with a false-alarm rate that is proved, not tuned."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, logsumexp

from livingroom.measure.leaking.baseline import Baseline
from livingroom.measure.leaking.days import CodeDays
from livingroom.measure.leaking.place import place_start

# The mean number of days of use between two false alarms of one code: two code-years at the least.
DAYS_BETWEEN_FALSE_ALARMS = 730
# A leak is worth a word if it makes up at least so much of all uses since; a share that only drifts is none.
LEAST_SHARE = 0.1
LEAST_USES = 3
# After a leak: uses by strangers come on top, how many is not known; a beta of this weight.
_ALTERNATIVE_WEIGHT = 4.0
_EXCESS_SHARE = 0.6


@dataclass(frozen=True)
class Change:
    """What was seen of a possible leak.

    Parameters
    ----------
    found : int or None
        The place of the day on which the test rang.
    log_odds : float
        How much more likely what was seen is with a leak that began on any of the days than without: a log Bayes factor.
    near : int
        The place of a day near the start, if there is a leak.
    """

    found: int | None
    log_odds: float
    near: int
    uses: CodeDays = field(repr=False)
    baseline: Baseline = field(repr=False)

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """How likely a leak, if there is one, began on each day; they sum to 1."""
        return place_start(self.uses, self.baseline, self.near)

    @cached_property
    def start(self) -> int:
        """The most likely first day."""
        return int(np.argmax(self.weights))


def find_change(uses: CodeDays, baseline: Baseline) -> Change | None:
    """Look for the day on which strangers began to use a code.

    Touched uses tell how popular the post is, so only the share of untouched ones is looked at. For every possible first
    day the likelihood of the shares before and after is compared with no change at all; their sum is Shiryaev and
    Roberts' statistic. Without a leak it grows by 1 a day in the mean, so it takes at least
    `DAYS_BETWEEN_FALSE_ALARMS` days in the mean to reach that number.

    Parameters
    ----------
    uses : CodeDays
        One code's days.
    baseline : Baseline
        What is usual without a leak.

    Returns
    -------
    Change or None
        None: every use was touched, so there is nothing to look at.

    Source
    ------
    Shiryaev, Theory of Probability and its Applications 8 (1963) 22-46; Roberts, Technometrics 8 (1966) 411-430;
    docs/methods/leaks.md.
    """
    untouched = np.cumsum(uses.counts["n_untouched"])
    if untouched[-1] == 0:
        return None
    touched, signed = np.cumsum(uses.counts["n_touched"]), np.cumsum(uses.counts["n_signed"])
    ratios = _log_ratios(untouched, touched, signed, baseline)
    last = ratios[:, -1]
    log_odds = float(logsumexp(last) - np.log(len(last)))
    found = _first_ring(ratios, untouched, touched, baseline)
    return Change(found, log_odds, int(np.argmax(last)), uses, baseline)


def _first_ring(
    ratios: NDArray[np.float64], untouched: NDArray[np.int64], touched: NDArray[np.int64], baseline: Baseline
) -> int | None:
    rings = logsumexp(ratios, axis=0) >= np.log(DAYS_BETWEEN_FALSE_ALARMS)
    for day in np.flatnonzero(rings & (untouched >= LEAST_USES)).tolist():
        if _is_worth_a_word(untouched, touched, int(np.argmax(ratios[: day + 1, day])), day, baseline):
            return day
    return None


def _log_ratios(
    untouched: NDArray[np.int64], touched: NDArray[np.int64], signed: NDArray[np.int64], baseline: Baseline
) -> NDArray[np.float64]:
    """Return log(likelihood with a change / without), one row per first day, one column per last day."""

    def before(sums: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.concatenate([[0], sums[:-1]])[:, None]

    a, b = baseline.untouched, baseline.touched
    share = baseline.share + (1 - baseline.share) * _EXCESS_SHARE
    c, d = share * _ALTERNATIVE_WEIGHT, (1 - share) * _ALTERNATIVE_WEIGHT
    after_untouched = np.maximum(untouched[None, :] - before(untouched), 0)
    after_touched = np.maximum(touched[None, :] - before(touched), 0)
    after_signed = np.maximum(signed[None, :] - before(signed), 0)
    changed = betaln(a + before(untouched), b + before(touched)) - betaln(a, b)
    changed = changed + betaln(c + after_untouched, d + after_touched) - betaln(c, d)
    ratios = changed - (betaln(a + untouched, b + touched) - betaln(a, b))[None, :]
    if baseline.sees_signs:
        ratios = ratios + _log_signs(after_signed, after_untouched - after_signed, baseline.signed_share)
    n = len(untouched)
    is_ahead = np.arange(n)[:, None] <= np.arange(n)[None, :]
    return np.asarray(np.where(is_ahead, ratios, -np.inf), dtype=np.float64)


def _log_signs(signed: NDArray[np.int64], unsigned: NDArray[np.int64], usual: float) -> NDArray[np.float64]:
    """Signs speak for a leak; that there are none speaks little against one, for it may have taken another way."""
    told = betaln(1 + signed, 1 + unsigned) - signed * np.log(usual) - unsigned * np.log1p(-usual)
    return np.asarray(np.logaddexp(told, 0.0) - np.log(2), dtype=np.float64)


def _is_worth_a_word(
    untouched: NDArray[np.int64], touched: NDArray[np.int64], start: int, day: int, baseline: Baseline
) -> bool:
    n_untouched = untouched[day] - (untouched[start - 1] if start else 0)
    n_touched = touched[day] - (touched[start - 1] if start else 0)
    excess = n_untouched - n_touched * baseline.untouched / baseline.touched
    return bool(excess >= LEAST_USES - 1 and excess >= LEAST_SHARE * (n_untouched + n_touched))
