"""How loud a stretch is, beside the days before it: one rule for live streams and for files."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR

FEWEST = 24  # buckets of the past before anything is said: a day of hours
LEAST_BUCKETS = 28  # of the past that is looked at, where buckets are so long that seven days hold fewer
LEAST_SPREAD = 0.05  # of the level: a steady series must still rise by 15 % before z is 3
LOUDEST = 1000.0  # z of a rise from a series that never moved


@dataclass(frozen=True)
class Rule:
    """What counts as a spike.

    Parameters
    ----------
    threshold : float
        How many spreads above the usual level.
    cooldown : int
        Microseconds after an alert in which no other comes.
    baseline : int
        Microseconds of the past that say what is usual.
    step : int
        Microseconds of one bucket. Buckets of an hour or less are judged two at a time.
    counts : bool
        Whether volumes are counts, so that even a quiet stream scatters like Poisson's.
    """

    threshold: float = 3.0
    cooldown: int = DAY
    baseline: int = 7 * DAY
    step: int = HOUR
    counts: bool = True

    def __post_init__(self) -> None:
        if not self.threshold > 0:
            raise ValueError(f"A threshold is above 0, such as 3; it is {self.threshold:g}.")
        if self.cooldown < 0 or self.baseline <= 0 or self.step <= 0:
            raise ValueError("A cooldown is 0 or more; a baseline and a step are above 0.")

    @property
    def width(self) -> int:
        """How many buckets are judged together: one noisy hour is no spike, two are."""
        return 2 if self.step <= HOUR else 1

    @property
    def reach(self) -> int:
        """How many buckets back the past goes."""
        return max(-(-self.baseline // self.step), LEAST_BUCKETS)


@dataclass(frozen=True)
class Verdict:
    """What the rule says of one bucket.

    Parameters
    ----------
    at : int
        Start of the bucket, microseconds UTC.
    volume : float
        Of this bucket alone.
    level : float
        Mean volume of the buckets judged together.
    expected, spread : float or None
        Mean and spread of the past; None while it is too short.
    z : float or None
        (level - expected) / spread.
    is_alert : bool
        Whether z reached the threshold and no alert came within the cooldown before.
    """

    at: int
    volume: float
    level: float
    expected: float | None
    spread: float | None
    z: float | None
    is_alert: bool


def judge(past: Floats, level: float, rule: Rule) -> tuple[float, float, float] | None:
    """Return the past's mean, its spread and z, or None while the past is too short.

    The mean is not robust, nor is any scale logarithmic: bursts are the signal, and after one the next must be louder.

    Source
    ------
    docs/methods/spikes.md
    """
    if len(past) < FEWEST:
        return None
    expected = float(past.mean())
    variance = float(past.var())
    if rule.counts:
        variance = max(variance, max(expected, 1.0) / rule.width)
    spread = max(sqrt(variance), LEAST_SPREAD * abs(expected))
    if spread == 0:
        return expected, spread, LOUDEST if level > expected else 0.0
    return expected, spread, min((level - expected) / spread, LOUDEST)
