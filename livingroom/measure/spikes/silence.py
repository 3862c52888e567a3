"""Unusually few: a stream that has fallen silent, because a collector broke or people have left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor

import numpy as np

from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.spikes.rule import DAY, HOUR

RAREST = (
    0.001  # chance of so few by luck; with a look every hour, about one false alarm in six weeks of looks
)
FEWEST_WEEKS = 3
LEAST_EXPECTED = 7.0  # below, even nothing at all is no surprise: exp(-7) is 0.0009


@dataclass(frozen=True)
class Silence:
    """What the last hours say.

    Parameters
    ----------
    observed : float
        Volume of the hours looked at.
    expected : float
        Mean of the same hours in trailing weeks.
    chance : float
        How often so few or fewer come by luck, between 0 and 1.
    is_silent : bool
        Whether that is rarer than one in a thousand.
    """

    observed: float
    expected: float
    chance: float
    is_silent: bool


def silence(observed: float, weeks: Sequence[float]) -> Silence | NotEnoughData:
    """Compare a stretch of hours with the same hours of trailing weeks.

    Parameters
    ----------
    observed : float
        Volume of the stretch, such as the last six hours.
    weeks : sequence of float
        Volume of the same hours one week ago, two weeks ago, …

    Returns
    -------
    Silence or NotEnoughData
        The tail of a negative binomial with the weeks' mean and, where they scatter more than Poisson's, their variance, widened
        for the mean being a guess from so few weeks.

    Source
    ------
    docs/methods/spikes.md
    """
    past = np.asarray(weeks, dtype=np.float64)
    if len(past) < FEWEST_WEEKS:
        return NotEnoughData(f"{len(past)} weeks are known of these hours, and {FEWEST_WEEKS} are needed")
    expected = float(past.mean())
    if expected < LEAST_EXPECTED:
        return NotEnoughData(
            f"these hours usually bring {expected:.1f}, and below {LEAST_EXPECTED:g} even nothing is no surprise. "
            "Look at more hours at once"
        )
    variance = max(expected, float(past.var(ddof=1))) * (1 + 1 / len(past))
    chance = _tail(observed, expected, variance)
    return Silence(observed, expected, chance, chance < RAREST)


def silence_at(
    volumes: Mapping[int, float], end: int, hours: int = 6, weeks: int = 4
) -> Silence | NotEnoughData:
    """Look at the last hours of a stream.

    Parameters
    ----------
    volumes : mapping of int to float
        Volume by the hour's start, microseconds UTC; an hour in which nobody spoke has 0, one that is not there is unknown.
    end : int
        Where the last hour ends.
    hours, weeks : int
        How many hours are looked at, and how many weeks back. A week of which an hour is unknown does not count.
    """
    sums = [_sum(volumes, end - week * 7 * DAY, hours) for week in range(weeks + 1)]
    if sums[0] is None:
        return NotEnoughData(f"not all of the last {hours} hours are known")
    return silence(sums[0], [volume for volume in sums[1:] if volume is not None])


def _sum(volumes: Mapping[int, float], end: int, hours: int) -> float | None:
    found = [volumes.get(end - (back + 1) * HOUR) for back in range(hours)]
    known = [volume for volume in found if volume is not None]
    return sum(known) if len(known) == hours else None


def _tail(observed: float, mean: float, variance: float) -> float:
    """The chance of so few or fewer, as the incomplete beta function has it: scipy.stats takes a second to load."""
    from scipy.special import betainc

    return float(betainc(mean**2 / (variance - mean), floor(observed) + 1, mean / variance))
