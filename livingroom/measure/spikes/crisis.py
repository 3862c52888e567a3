"""When a spike is a crisis: loud, and either angry, new, or from somebody whom many hear."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.spikes.rule import Verdict
from livingroom.measure.spikes.terms import NewTerm

BAND_DAYS = 28
FEWEST_DAYS = 14
BAND = (2.5, 97.5)  # percentiles of the trailing days
HIGH_REACH = 100_000


@dataclass(frozen=True)
class Crisis:
    """The verdict, and every reason for it.

    Parameters
    ----------
    is_crisis : bool
    reasons : tuple of str
        `negatives`, `new terms`, `reach`: what came beside the spike. Empty without a spike.
    unknown : tuple of NotEnoughData
        What could not be looked at.
    """

    is_crisis: bool
    reasons: tuple[str, ...]
    unknown: tuple[NotEnoughData, ...] = ()


def crisis(
    spike: Verdict,
    *,
    negatives: Estimate | NotEnoughData,
    past_negatives: Sequence[float],
    terms: Sequence[NewTerm] = (),
    reach: int = 0,
    high_reach: int = HIGH_REACH,
) -> Crisis:
    """Say whether a spike is a crisis.

    Parameters
    ----------
    spike : Verdict
        Of the bucket; one that does not alert is no crisis.
    negatives : Estimate or NotEnoughData
        Corrected share of negatives in the spike, 0 to 1.
    past_negatives : sequence of float
        Corrected shares of the trailing days, the newest last; the last 28 count.
    terms : sequence of NewTerm
        Terms new by log-odds (`new_terms`).
    reach : int
        People who follow the author with most of them, among those in the spike.
    high_reach : int
        From how many on an author's reach is high.

    Source
    ------
    docs/methods/spikes.md
    """
    above = above_band(negatives, past_negatives)
    unknown = (above,) if isinstance(above, NotEnoughData) else ()
    if not spike.is_alert:
        return Crisis(False, (), unknown)
    seen = (("negatives", above is True), ("new terms", bool(terms)), ("reach", reach >= high_reach))
    reasons = tuple(name for name, is_so in seen if is_so)
    return Crisis(bool(reasons), reasons, unknown)


def above_band(now: Estimate | NotEnoughData, past: Sequence[float]) -> bool | NotEnoughData:
    """Whether a share lies above the band of the trailing days, and above their median even at the low end of its interval."""
    if isinstance(now, NotEnoughData):
        return now
    days = np.asarray(past[-BAND_DAYS:], dtype=np.float64)
    if len(days) < FEWEST_DAYS:
        return NotEnoughData(
            f"the share of negatives is known for {len(days)} days, and {FEWEST_DAYS} make a band"
        )
    _, high = np.percentile(days, BAND)
    return bool(now.value > high and now.low > np.median(days))
