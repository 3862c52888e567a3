"""Exact tests: what the estimate would have been had chance decided otherwise, and the effects such a test does not refuse."""

from dataclasses import dataclass
from math import comb, prod

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Inversion:
    """A randomisation test turned into an interval.

    Parameters
    ----------
    estimate : float
        The effect.
    p : float
        Share of draws with an estimate at least as far from zero as the observed one, which counts itself.
    low, high : float
        The constant effects that the test does not refuse; infinite where there are too few draws to refuse any.
    n_draws : int
        How many other draws were compared.
    """

    estimate: float
    p: float
    low: float
    high: float
    n_draws: int


def draws_within(
    treated: NDArray[np.bool_], stratum: NDArray[np.int64], n_draws: int, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Return other assignments with as many treated in each stratum, shape (draws, n).

    All of them, if there are no more than `n_draws`; otherwise as many, drawn by chance.
    """
    groups = [np.flatnonzero(stratum == name) for name in np.unique(stratum)]
    ways = [comb(len(group), int(treated[group].sum())) for group in groups]
    if prod(ways) <= n_draws:
        return _every_one(treated, groups)
    drawn = np.empty((n_draws, len(treated)), bool)
    if all(len(group) == 2 for group in groups):
        firsts, seconds = np.array(groups).T
        swapped = rng.random((n_draws, len(groups))) < 0.5
        drawn[:, firsts] = treated[firsts] ^ swapped & (treated[firsts] != treated[seconds])
        drawn[:, seconds] = treated[seconds] ^ swapped & (treated[firsts] != treated[seconds])
        return drawn
    for group in groups:
        drawn[:, group] = rng.permuted(np.tile(treated[group], (n_draws, 1)), axis=1)
    return drawn


def _every_one(treated: NDArray[np.bool_], groups: list[NDArray[np.int64]]) -> NDArray[np.bool_]:
    from itertools import combinations

    every = treated[None, :].copy()
    for group in groups:
        n_treated = int(treated[group].sum())
        choices = np.zeros((comb(len(group), n_treated), len(group)), bool)
        for row, chosen in enumerate(combinations(range(len(group)), n_treated)):
            choices[row, list(chosen)] = True
        every = np.repeat(every, len(choices), axis=0)
        every[:, group] = np.tile(choices, (len(every) // len(choices), 1))
    return every


def without_observed(drawn: NDArray[np.bool_], observed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Leave the observed assignment out of a full list of draws, since it is counted by itself."""
    others: NDArray[np.bool_] = drawn[(drawn != observed).any(axis=1)]
    return others


def invert(outcome: Floats, exposure: Floats, drawn: Floats, *, level: float) -> Inversion:
    """Invert the two-sided randomisation test of a constant effect.

    The statistic of a draw is the correlation of its exposure with outcome − effect × observed exposure, which orders
    draws as the t-statistic of least squares does. Nuisance columns are taken out of all three beforehand. For each
    other draw, the effects at which it is as extreme as the observed one form an interval around the estimate; so the
    ends of the confidence interval are order statistics: no search, no grid.

    Parameters
    ----------
    outcome, exposure : array, shape (n,)
        What was observed, nuisance taken out.
    drawn : array, shape (draws, n)
        Exposures as chance might have had them instead, nuisance taken out; the observed one is not among them.
    level : float
        Level of the interval.

    Returns
    -------
    Inversion

    Source: docs/methods/lift.md, "Exact intervals"; for the t-statistic Zhao and Ding 2021.
    """
    size = float(np.sqrt(exposure @ exposure))
    norms = np.sqrt(np.einsum("ij,ij->i", drawn, drawn))
    usable = norms > 1e-9 * size
    along = drawn[usable] @ outcome / (norms[usable] * size)
    overlap = np.clip(drawn[usable] @ exposure / (norms[usable] * size), -1.0, 1.0)
    estimate = float(exposure @ outcome) / size**2
    return inverted(estimate, along, overlap, level=level)


def inverted(estimate: float, along: Floats, overlap: Floats, *, level: float) -> Inversion:
    """Invert a test whose statistic at the effect b is estimate − b, and for each draw along − b × overlap.

    Parameters
    ----------
    estimate : float
        The observed estimate.
    along, overlap : array, shape (draws,)
        Of each other draw; overlaps lie between −1 and 1.
    level : float
        Level of the interval.
    """
    n_draws = len(along)
    # At the effect estimate + d the draw's statistic is gap - d * overlap, and the observed one's is -d.
    gap = along - estimate * overlap
    same = np.abs(overlap) > 1 - 1e-9  # the observed draw again, or its mirror: as extreme at every effect
    sided = np.sign(gap) * overlap
    with np.errstate(divide="ignore", invalid="ignore"):
        above = np.where(same, np.inf, np.abs(gap) / (1 + sided))
        below = np.where(same, np.inf, np.abs(gap) / (1 - sided))
    n_needed = int(np.floor((1 - level) * (n_draws + 1) + 1e-9))
    as_extreme = np.abs(along) >= abs(estimate) * (1 - 1e-9)
    return Inversion(
        estimate=estimate,
        p=float((1 + as_extreme.sum()) / (n_draws + 1)),
        low=estimate - _largest(below, n_needed),
        high=estimate + _largest(above, n_needed),
        n_draws=n_draws,
    )


def _largest(values: Floats, place: int) -> float:
    """Return the value that is so many places from the largest, counted from 1; infinite if there is none."""
    if place < 1 or place > len(values):
        return float("inf")
    return float(np.partition(values, len(values) - place)[len(values) - place])
