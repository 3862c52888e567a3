"""How sure a total is: the same total over people drawn anew.

People fall into buckets by a hash of their id. A replicate gives each bucket a Poisson weight of mean 1, which is what
drawing buckets with replacement comes to when there are many. Everything one person did carries one weight, so that
orders of one customer, and all steps of one journey, stay together; counts by bucket add over shards, so that a
replicate needs no second look at the data.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.problems import InputError

N_BUCKETS = 256
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bootstrap:
    """How intervals are made.

    Parameters
    ----------
    n_replicates : int
        How many times people are drawn anew; 0 for no interval.
    seed : int
        The seed of the draws: the same seed gives the same interval.
    level : float
        How often such an interval holds the truth, between 0 and 1.
    """

    n_replicates: int = 200
    seed: int = 1
    level: float = 0.95

    def __post_init__(self) -> None:
        if self.n_replicates < 0 or 0 < self.n_replicates < 100:
            raise InputError(
                [f"Intervals need 100 replicates or more, or 0 for none; not {self.n_replicates}."]
            )
        if not 0 < self.level < 1:
            raise InputError([f"A level is a share between 0 and 1, such as 0.95; it is {self.level}."])

    def weights(self) -> Floats:
        """Return the weight of every bucket in every replicate, shape (n_replicates, 256)."""
        dice = np.random.default_rng(self.seed)
        return dice.poisson(1.0, (self.n_replicates, N_BUCKETS)).astype(np.float64)

    def interval(self, value: Floats, replicates: Floats) -> tuple[Floats, Floats]:
        """Return the percentile interval of each value.

        Parameters
        ----------
        value : (…) float
            What was estimated from all people.
        replicates : (n_replicates, …) float
            The same from people drawn anew; NaN where a draw gives no answer.

        Returns
        -------
        low, high : (…) float
            NaN without replicates. The interval is widened to its value where it would not hold it.

        Source
        ------
        B. Efron, The Jackknife, the Bootstrap and Other Resampling Plans, 1982, chapter 10; docs/methods/credit.md.
        """
        nothing = np.full_like(value, np.nan)
        if self.n_replicates == 0 or not np.size(value):
            return nothing, nothing
        tail = (1 - self.level) / 2
        low, high = np.nanquantile(replicates, [tail, 1 - tail], axis=0)
        return np.fmin(low, value), np.fmax(high, value)
