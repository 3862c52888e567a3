"""How many buyers with a code are not known to have met its post although nothing leaked: learned from all codes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln

# What a brand without history is taken for: a quarter unseen, worth as much as four buyers' uses.
_FIRST_GUESS = (1.0, 3.0)
_CONCENTRATIONS = np.geomspace(2, 2000, 60)
_ENOUGH_USES = 8


@dataclass(frozen=True)
class Baseline:
    """The untouched share of codes that did not leak, as a beta distribution over codes, and what is usual among them.

    Parameters
    ----------
    untouched, touched : float
        The two parameters; their sum says how alike codes are.
    signed_share : float
        How many untouched uses bear a sign of a leak (site, place, time) although nothing leaked.
    sees_signs : bool
        Whether such signs are in the data at all.
    n_codes : int
        The codes it was learned from.
    """

    untouched: float
    touched: float
    signed_share: float
    sees_signs: bool
    n_codes: int

    @property
    def share(self) -> float:
        return self.untouched / (self.untouched + self.touched)


def learn(
    untouched: NDArray[np.int64],
    touched: NDArray[np.int64],
    signed: NDArray[np.int64],
    *,
    sees_signs: bool,
    is_first: bool,
) -> Baseline:
    """Fit the beta-binomial of the codes' untouched shares.

    Parameters
    ----------
    untouched, touched, signed : array of int, shape (codes,)
        Uses of each code, as far as it is not suspected; of the untouched ones, how many bear a sign.
    sees_signs : bool
        Whether the data can show signs.
    is_first : bool
        Before any code is suspected the median code speaks, which leaks of fewer than half of the codes do not move far;
        afterwards the sum of all that is left.

    Source
    ------
    Empirical Bayes for proportions: Kleinman, Journal of the American Statistical Association 68 (1973) 46-54; here the
    concentration maximises the likelihood.
    """
    uses = untouched + touched
    guess_untouched, guess_touched = _FIRST_GUESS
    enough = uses >= _ENOUGH_USES
    if is_first and enough.sum() >= 3:
        mean = float(np.median((untouched[enough] + 0.5) / (uses[enough] + 1)))
    else:
        mean = float((untouched.sum() + guess_untouched) / (uses.sum() + guess_untouched + guess_touched))
    likelihood = [
        float(
            (
                betaln(mean * size + untouched, (1 - mean) * size + touched)
                - betaln(mean * size, (1 - mean) * size)
            ).sum()
        )
        for size in _CONCENTRATIONS
    ]
    size = (
        float(_CONCENTRATIONS[int(np.argmax(likelihood))])
        if enough.sum() >= 3
        else guess_untouched + guess_touched
    )
    signed_share = float(np.clip((signed.sum() + 0.5) / (untouched.sum() + 1), 0.002, 0.5))
    if is_first:
        signed_share = min(signed_share, 0.02)
    return Baseline(mean * size, (1 - mean) * size, signed_share, sees_signs, int((uses > 0).sum()))
