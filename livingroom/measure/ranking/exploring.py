"""Places for ideas that few have seen: who gets them, and where on the page they stand."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from livingroom.measure.ranking.exposure import Prior

Floats = NDArray[np.float64]

SHARE = 0.15
WELL_SEEN = 300  # people; votes per exposure are known to a few points by then


def thompson_draw(
    votes: ArrayLike,
    exposures: ArrayLike,
    rng: np.random.Generator,
    prior: Prior = Prior(),  # noqa: B008 - a frozen value
) -> Floats:
    """Draw for every idea one of the shares that its votes and exposures allow; the highest draws are shown.

    Parameters
    ----------
    votes, exposures : (n,) int
        Verified votes, and how often each was seen.
    rng : numpy.random.Generator
    prior : Prior
        Of ideas that nobody has seen.

    Returns
    -------
    (n,) float
        One draw from Beta(votes + a, exposures − votes + b) each. A new idea's draws are wide, so it comes up often; one seen a
        thousand times in vain comes up no more.

    Source
    ------
    Thompson, Biometrika 25 (1933) 285-294; docs/methods/ranking.md.
    """
    cast = np.asarray(votes, dtype=np.float64)
    missed = np.maximum(np.asarray(exposures, dtype=np.float64) - cast, 0.0)
    drawn: Floats = rng.beta(cast + prior.votes, missed + prior.exposures - prior.votes)
    return drawn


def under_seen(
    votes: ArrayLike,
    exposures: ArrayLike,
    rng: np.random.Generator,
    prior: Prior = Prior(),  # noqa: B008 - a frozen value
    n: int | None = None,
) -> NDArray[np.int64]:
    """Return the places of ideas, those that few have seen first.

    Parameters
    ----------
    votes, exposures, rng, prior
        As for `thompson_draw`.
    n : int, optional
        How many at most.

    Returns
    -------
    (m,) int
        Ideas that fewer than 300 people have seen by their draw, and after them the others by theirs: what everybody knows needs
        no place kept for it.
    """
    is_well_seen = np.maximum(np.asarray(exposures), np.asarray(votes)) >= WELL_SEEN
    drawn = thompson_draw(votes, exposures, rng, prior)
    return np.lexsort((-drawn, is_well_seen))[:n]


def explored_places(n_places: int, share: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw which places of a list go to under-seen ideas: one at random in every stretch of 1 / share places.

    So 15 % of 20 places are always 3, spread over the page, and a longer list begins with the same kind of page.

    Raises
    ------
    ValueError
        If the share is not from 0 to 1.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"A share of places is between 0 and 1; it is {share:g}.")
    starts, widths = _stretches(n_places, share)
    places: NDArray[np.int64] = starts + (rng.random(len(starts)) * widths).astype(np.int64)
    return places


@lru_cache(maxsize=64)
def _stretches(n_places: int, share: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each stretch begins, and how long it is."""
    n_explored = round(n_places * share)
    if n_explored == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    bounds = np.round(np.arange(n_explored + 1) / share).astype(np.int64)
    bounds[-1] = n_places
    return bounds[:-1], np.diff(bounds)


def mix(
    ranked: Sequence[int], under_seen: Sequence[int], rng: np.random.Generator, share: float = SHARE
) -> list[int]:
    """Put under-seen ideas among ranked ones.

    Parameters
    ----------
    ranked : sequence of int
        Ideas in the order of the page.
    under_seen : sequence of int
        Ideas in the order in which they are due, the highest `thompson_draw` first.
    rng : numpy.random.Generator
        Draws the places. One made from the visitor and the day keeps the second page in line with the first.
    share : float
        Of the places that go to under-seen ideas: 0.10 to 0.20 are sensible.

    Returns
    -------
    list of int
        As many ideas as were ranked, each once. An idea that is due stands where it is due, or higher if it is ranked higher.
    """
    n_places = len(ranked)
    due, next_ranked = iter(under_seen), 0
    shown: dict[int, None] = {}
    for place in [*explored_places(n_places, share, rng).tolist(), n_places]:
        while len(shown) < place and next_ranked < n_places:
            shown[ranked[next_ranked]] = None
            next_ranked += 1
        if place < n_places and (idea := next((one for one in due if one not in shown), None)) is not None:
            shown[idea] = None
    return list(shown)
