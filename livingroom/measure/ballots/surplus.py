"""More of a kind than the other votes of the same days explain."""

import numpy as np

from livingroom.measure.ballots.votes import Flags, Floats, Integers

SPREAD = 0.5  # honest ideas differ by so much (coefficient of variation) in what kind of people they draw
_LEANS_ON = 20.0  # votes
_HALF = 0.5  # of a vote: what nobody has voted for yet is not impossible


class ByDay:
    """Votes by idea and day, for asking again and again how many of a kind would be usual.

    Parameters
    ----------
    idea, day : (n,) int
        Ideas numbered from 0.
    n_ideas : int
    """

    def __init__(self, idea: Integers, day: Integers, n_ideas: int) -> None:
        self.n_ideas = n_ideas
        self._number = day - day.min()
        self._n_days = int(self._number.max()) + 1
        pair, self._place = np.unique(idea * self._n_days + self._number, return_inverse=True)
        self._own, self._on = pair // self._n_days, pair % self._n_days

    def shares(self, references: tuple[Flags, ...]) -> Floats:
        """Return which share each idea has in others' votes of each day; of several references the larger.

        Who comes for the first time votes for old favourites, on which those who come often have voted long ago.

        Parameters
        ----------
        references : tuple of (n,) bool
            Votes of others; those that are most first.

        Returns
        -------
        (p,) float
            For each pair of idea and day on which anybody voted for it.
        """
        shares = np.zeros(len(self._own))
        for number, is_other in enumerate(references):
            n_day = np.bincount(self._number[is_other], minlength=self._n_days)[self._on]
            n_pair = np.bincount(self._place[is_other], minlength=len(self._own))
            if number == 0:  # noqa: SIM108 - the comment needs its place
                own = (n_pair + _HALF) / (n_day + 1)
            else:
                # A day with few votes of this reference says little: it leans on what the references before it said.
                own = (n_pair + _LEANS_ON * shares) / (n_day + _LEANS_ON)
            shares = np.maximum(shares, own)
        return shares

    def expected(self, is_kind: Flags, shares: Floats) -> Floats:
        """Return how many votes of a kind each idea would have, did that kind like what others liked on the same days.

        A ring is told by where its votes go, not by how many there are: however many accounts come on a day, those of honest
        people spread over the page as everybody's do.

        Parameters
        ----------
        is_kind : (n,) bool
        shares : (p,) float
            As `shares` returns them, of votes none of which is of this kind.

        Returns
        -------
        (n_ideas,) float
            The sum over days of (votes of the kind that day) x (share of the idea in the others' votes that day).
        """
        n_kind = np.bincount(self._number[is_kind], minlength=self._n_days)
        expected: Floats = np.bincount(self._own, n_kind[self._on] * shares, self.n_ideas).astype(np.float64)
        return expected


def surprise(observed: Floats, expected: Floats) -> Floats:
    """Return −log10 of the chance of so many or more.

    The count is negative binomial: Poisson's, about a mean that itself differs between honest ideas by a half.

    Parameters
    ----------
    observed, expected : (n,) float

    Returns
    -------
    (n,) float
        0 or more: 3 is one in a thousand.
    """
    from scipy.special import betainc

    size = 1 / SPREAD**2
    mean = np.maximum(expected, 1e-6)
    # P(X >= k) of a negative binomial is a regularised incomplete beta function.
    chance = betainc(np.maximum(observed, 1e-9), size, mean / (mean + size))
    return -np.log10(np.maximum(np.where(observed <= 0, 1.0, chance), 1e-300))
