"""How many different people saw an idea, when only those who are signed in can be told apart."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

DOUBT = 10.0  # looks of members who each saw it once, as if there had been so many


def people_who_saw(unnamed: ArrayLike, first_looks: ArrayLike, looks: ArrayLike) -> Floats:
    """Estimate how many different people saw each idea.

    Who is signed in counts once. Who is not counts again on each day on which they come, and how much of that is the same people
    again is learned from those who are signed in: of their looks at this idea, so many were first looks.

    Parameters
    ----------
    unnamed : (n,) int
        Visitors without a name who saw the idea, each counted once a day.
    first_looks : (n,) int
        Members who saw it signed in for the first time, and had not voted for it before.
    looks : (n,) int
        The same members' looks, each once a day, the first ones and those after their vote among them.

    Returns
    -------
    (n,) float
        first_looks + unnamed · (first_looks + 10) / (looks + 10). Without any member's look every visitor is one more person.

    Raises
    ------
    ValueError
        If the three are not of one length, or members looked for the first time more often than at all.

    Source
    ------
    docs/methods/ranking.md
    """
    some, first, all_looks = (np.asarray(one, dtype=np.float64) for one in (unnamed, first_looks, looks))
    if not some.shape == first.shape == all_looks.shape:
        raise ValueError("Every idea has one number of visitors, one of first looks and one of looks.")
    if np.any(first > all_looks):
        raise ValueError("A first look is a look: there are at least as many looks as first looks.")
    found: Floats = first + some * (first + DOUBT) / (all_looks + DOUBT)
    return found
