"""What moves people now: verified recent votes, divided by how long the idea has been there."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

GRAVITY = 1.4
HEAD_START_HOURS = 2.0
RECENT_DAYS = 30


def now_score(recent_votes: ArrayLike, age_hours: ArrayLike) -> Floats:
    """Return the score of the order *now*.

    Parameters
    ----------
    recent_votes : (n,) float
        Verified votes of the last 30 days, those against taken off; votes under review do not count, comments never do.
    age_hours : (n,) float
        How long the idea has been public.

    Returns
    -------
    (n,) float
        votes / (age + 2)^1.4, and 0 where votes against outweigh: an idea never falls below one that nobody has voted on,
        and never rises by growing old.

    Source
    ------
    The shape is that of Hacker News; docs/methods/ranking.md says what was changed and why.
    """
    votes = np.maximum(np.asarray(recent_votes, dtype=np.float64), 0.0)
    # A clock that runs ahead must not make a score endless: nothing is younger than new.
    age = np.maximum(np.asarray(age_hours, dtype=np.float64), 0.0)
    score: Floats = votes / (age + HEAD_START_HOURS) ** GRAVITY
    return score


def by_score(score: Floats, published_at: NDArray[np.int64], idea: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return places from the highest score to the lowest; of equals the newer first, then the higher number.

    Parameters
    ----------
    score : (n,) float
    published_at : (n,) int
        Microseconds UTC.
    idea : (n,) int
        Numbers of the ideas: they make the order the same every time it is asked for.
    """
    return np.lexsort((-idea, -published_at, -score))
