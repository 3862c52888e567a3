"""Draws that are thrown away because the arms would differ too much before the test."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Balance:
    """How far the arms may lie apart in what was known before the test.

    Parameters
    ----------
    names : tuple of str, length k
        What was compared: level, trend.
    values : tuple of tuples of float, shape (n, k)
        The units' values, in the order of the rule's units.
    largest : float
        The largest Mahalanobis distance between the arms that is admitted.

    Source
    ------
    K. L. Morgan, D. B. Rubin (2012), "Rerandomization to improve covariate balance in experiments", Annals of
    Statistics 40(2). The test that follows must draw from the admitted assignments only.
    """

    names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    largest: float

    def distances(self, treated: NDArray[np.bool_]) -> NDArray[np.float64]:
        """The Mahalanobis distance between the arms of each draw; `treated` is (draws, units)."""
        values = np.array(self.values)
        values = values - values.mean(axis=0)
        n_treated = treated.sum(axis=1)[:, None]
        n_others = treated.shape[1] - n_treated
        apart = (treated @ values) / n_treated - (~treated @ values) / n_others
        spread = np.atleast_2d(np.cov(values, rowvar=False))
        shrink = (n_treated * n_others / treated.shape[1])[:, 0]
        distance: NDArray[np.float64] = shrink * np.einsum(
            "ij,jk,ik->i", apart, np.linalg.pinv(spread), apart
        )
        return distance

    def accepts(self, treated: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which draws are admitted."""
        accepted: NDArray[np.bool_] = self.distances(treated) <= self.largest
        return accepted

    def as_json(self) -> dict[str, Any]:
        return {
            "names": list(self.names),
            "values": [list(row) for row in self.values],
            "largest": self.largest,
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Balance":
        values = tuple(tuple(float(value) for value in row) for row in found["values"])
        return cls(tuple(found["names"]), values, float(found["largest"]))
