"""How often an exact test finds a lift: the observed draw against the other draws, on a lifted outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log1p

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Trial:
    """A stretch of history with draws to try on it; nuisance is taken out of all three.

    Parameters
    ----------
    outcome : array of float, shape (n,)
        Logarithms of what happened, without any lift.
    drawn : array of float, shape (draws, n)
        Assignments to try as if each had been made.
    others : array of float, shape (others, n)
        Assignments to compare each with.
    """

    outcome: Floats
    drawn: Floats
    others: Floats

    @property
    def estimates(self) -> Floats:
        """The estimate of each draw without a lift, shape (draws,)."""
        found: Floats = self.drawn @ self.outcome / np.einsum("ij,ij->i", self.drawn, self.drawn)
        return found


class ExactTest:
    """The two-sided randomisation test with the t-like statistic |exposure · outcome| / |exposure|.

    A lift adds log(1 + lift) × the drawn exposure to the outcome, so every statistic is a straight line in it, and one
    simulation answers for all lifts.
    """

    def __init__(self, trials: Sequence[Trial], level: float) -> None:
        self._lines = [_lines(trial) for trial in trials]
        self._alpha = 1 - level

    def __call__(self, lift: float) -> float:
        """The share of draws whose test rejects when there is such a relative lift."""
        effect = log1p(lift)
        found = []
        for own, own_slope, null, slope in self._lines:
            further = np.abs(null[None, :] + effect * slope) >= np.abs(own + effect * own_slope)[:, None] * (
                1 - 1e-9
            )
            p = (1 + further.sum(axis=1)) / (1 + further.shape[1])
            found.append(p <= self._alpha + 1e-12)
        return float(np.concatenate(found).mean())


def _lines(trial: Trial) -> tuple[Floats, Floats, Floats, Floats]:
    own_size, size = (np.sqrt(np.einsum("ij,ij->i", arms, arms)) for arms in (trial.drawn, trial.others))
    own = trial.drawn @ trial.outcome / own_size
    null = trial.others @ trial.outcome / size
    slope = (trial.drawn @ trial.others.T) / size[None, :]
    return own, own_size, null, slope


def without(nuisance: Floats, values: Floats) -> Floats:
    """Take orthonormal nuisance columns, shape (n, k), out of values, shape (…, n)."""
    rest: Floats = values - (values @ nuisance) @ nuisance.T
    return rest
