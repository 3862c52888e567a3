"""Votes per exposure: what people think of an idea, freed from how often it happened to be shown."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from livingroom.measure.estimate import Estimate

Floats = NDArray[np.float64]

METHOD = "votes per exposure"
DEFAULT_VOTES, DEFAULT_EXPOSURES = 3.5, 50.0
FEWEST_IDEAS = 30  # that were seen often enough, before the data make their own prior
FEWEST_EXPOSURES = 20
_LEAST_STRENGTH, _MOST_STRENGTH = 2.0, 1000.0


@dataclass(frozen=True)
class Prior:
    """What is believed of an idea that nobody has seen: Beta(votes, exposures − votes).

    Parameters
    ----------
    votes, exposures : float
        As if so many had been seen and counted before. The mean is votes / exposures.
    is_fitted : bool
        Whether it was learned from these ideas.
    """

    votes: float = DEFAULT_VOTES
    exposures: float = DEFAULT_EXPOSURES
    is_fitted: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.votes < self.exposures:
            raise ValueError("A prior has more exposures than votes, and more than 0 votes.")


@dataclass(frozen=True)
class PerExposure:
    """Posterior votes per exposure of many ideas.

    Parameters
    ----------
    value, low, high : (n,) float
        Mean of the posterior and the ends of its equal-tailed interval, 0 to 1.
    exposures : (n,) int
        That each stands on.
    level : float
    prior : Prior
    """

    value: Floats
    low: Floats
    high: Floats
    exposures: NDArray[np.int64]
    level: float
    prior: Prior

    def estimate(self, place: int) -> Estimate:
        """Return one idea's."""
        return Estimate(
            float(self.value[place]),
            float(self.low[place]),
            float(self.high[place]),
            self.level,
            int(self.exposures[place]),
            METHOD,
        )

    def order(self) -> NDArray[np.int64]:
        """Return places from the highest mean to the lowest; of equals the one seen more often, then the earlier."""
        return np.lexsort((-self.exposures, -self.value))


def fit_prior(votes: ArrayLike, exposures: ArrayLike) -> Prior:
    """Learn how ideas differ by the method of moments for the beta-binomial distribution.

    Parameters
    ----------
    votes, exposures : (n,) int
        Of every idea; those seen fewer than 20 times do not speak.

    Returns
    -------
    Prior
        The default, 3.5 votes in 50 exposures, while fewer than 30 ideas speak or they differ no more than chance explains.

    Source
    ------
    Kleinman, Journal of the American Statistical Association 68 (1973) 46-54; docs/methods/ranking.md.
    """
    cast, seen = _checked(votes, exposures)
    speaks = seen >= FEWEST_EXPOSURES
    cast, seen = cast[speaks], seen[speaks]
    if len(seen) < FEWEST_IDEAS:
        return Prior()
    # Every idea weighs the same: weighed by exposures, the few that the page shows all day would speak for all.
    share = cast / seen
    mean = float(share.mean())
    noise = float(np.mean(1 / seen))
    variance = float(share.var(ddof=1))
    between = variance - mean * (1 - mean) * noise
    if not 0 < mean < 1 or between <= 0:
        return Prior()
    strength = mean * (1 - mean) * (1 - noise) / between - 1
    strength = float(np.clip(strength, _LEAST_STRENGTH, _MOST_STRENGTH))
    return Prior(mean * strength, strength, is_fitted=True)


def per_exposure(
    votes: ArrayLike, exposures: ArrayLike, *, prior: Prior | None = None, level: float = 0.95
) -> PerExposure:
    """Estimate which share of those who see an idea vote for it: the order for management.

    Parameters
    ----------
    votes : (n,) int
        Verified votes for the idea; votes against do not count here.
    exposures : (n,) int
        How many **different people** saw it: count a person the first time only, and nobody who has voted already. Who comes back
        every day to a page whose top never changes would else count against the best (simulated: 0.94 of the true top 50 are
        found by people, 0.58 by people a day). Where some are known by the day only, give what `people_who_saw` estimates.
        Who votes has seen it: where votes are more, they count as exposures.
    prior : Prior, optional
        By default the one that `fit_prior` learns from these ideas.
    level : float
        Of the interval.

    Returns
    -------
    PerExposure
        (votes + a) / (exposures + a + b) with the interval of Beta(votes + a, exposures − votes + b).

    Raises
    ------
    ValueError
        If the two are not of one length, or one is below 0.

    Source
    ------
    docs/methods/ranking.md
    """
    from scipy.special import betaincinv

    cast, seen = _checked(votes, exposures)
    believed = prior or fit_prior(cast, seen)
    a = cast + believed.votes
    b = seen - cast + believed.exposures - believed.votes
    value = a / (a + b)
    low, high = betaincinv(a, b, (1 - level) / 2), betaincinv(a, b, (1 + level) / 2)
    # The mean of a very skew posterior can lie outside of its interval; the interval then reaches to it.
    return PerExposure(
        value, np.minimum(low, value), np.maximum(high, value), seen.astype(np.int64), level, believed
    )


def most_wanted(votes: ArrayLike, exposures: ArrayLike, prior: Prior | None = None) -> NDArray[np.int64]:
    """Return the places of ideas by the posterior mean of `per_exposure`, without the intervals; of equals the one seen more.

    Parameters
    ----------
    votes, exposures, prior
        As for `per_exposure`.

    Returns
    -------
    (n,) int
    """
    cast, seen = _checked(votes, exposures)
    believed = prior or fit_prior(cast, seen)
    return np.lexsort((-seen, -(cast + believed.votes) / (seen + believed.exposures)))


def management_list(votes: ArrayLike, exposures: ArrayLike) -> NDArray[np.int64]:
    """Return the places of ideas from the most wanted per exposure to the least."""
    return most_wanted(votes, exposures)


def _checked(votes: ArrayLike, exposures: ArrayLike) -> tuple[Floats, Floats]:
    cast = np.atleast_1d(np.asarray(votes, dtype=np.float64))
    seen = np.atleast_1d(np.asarray(exposures, dtype=np.float64))
    if cast.shape != seen.shape:
        raise ValueError("Every idea has one number of votes and one of exposures.")
    if len(cast) and (cast.min() < 0 or seen.min() < 0):
        raise ValueError("Votes and exposures are 0 or more.")
    return cast, np.maximum(seen, cast)
