"""Horvitz–Thompson for one unit whose treatment is tossed at some periods and stays until the next toss.

A period tells something of full treatment only if its whole window, itself and the m periods before it to which an
earlier treatment still reaches, was treated; that had the chance 2^−k, where k tosses fall into the window.

Source: Bojinov, Simchi-Levi and Zhao 2023, "Design and Analysis of Switchback Experiments"; the bound of the variance is
theirs, written for any set of tosses.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.lift.randomisation import Inversion, inverted

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Windows:
    """The windows of a single-unit switchback.

    Parameters
    ----------
    segment : array of int, shape (T,)
        Which toss decided each period.
    carry_over : int
        Periods m that a treatment reaches on.
    touches : array of bool, shape (T − m, tosses)
        Which tosses fall into the window of each period from m + 1 on.
    """

    segment: Integers
    carry_over: int
    touches: Booleans

    @classmethod
    def of(cls, segment: Integers, carry_over: int) -> "Windows":
        n_tosses = int(segment.max()) + 1
        ends = np.arange(carry_over, len(segment))
        first, last = segment[ends - carry_over], segment[ends]
        tosses = np.arange(n_tosses)
        return cls(segment, carry_over, (tosses >= first[:, None]) & (tosses <= last[:, None]))

    @property
    def weight(self) -> Floats:
        """2^k for each window: one over the chance that all of it is treated."""
        weight: Floats = 2.0 ** self.touches.sum(axis=1)
        return weight

    def pure(self, tossed: Booleans) -> tuple[Booleans, Booleans]:
        """Return which windows are wholly treated and wholly held out; `tossed` has shape (…, tosses)."""
        n_treated = tossed.astype(np.int64) @ self.touches.T
        return n_treated == self.touches.sum(axis=1), n_treated == 0

    def exposure(self, tossed: Booleans) -> Floats:
        """Return the share of each window that is treated, shape (…, T − m)."""
        reach = self.carry_over + 1
        treated = np.concatenate(
            [np.zeros((*tossed.shape[:-1], 1)), np.cumsum(tossed[..., self.segment], axis=-1)], axis=-1
        )
        share: Floats = (treated[..., reach:] - treated[..., :-reach]) / reach
        return share


def horvitz_thompson(windows: Windows, outcome: Floats, tossed: Booleans) -> tuple[float, float]:
    """Return the effect of being treated always against never, and the mean when never treated.

    Parameters
    ----------
    windows : Windows
        Which tosses matter for which period.
    outcome : array, shape (T,)
        The outcome less what was expected before the test: the estimate is unbiased for any expectation and the nearer
        it comes, the smaller the variance.
    tossed : array of bool, shape (tosses,)
        What the coins said.
    """
    late = outcome[windows.carry_over :]
    treated, held_out = windows.pure(tossed)
    on, off = (float(np.mean(late * side * windows.weight)) for side in (treated, held_out))
    return on - off, off


def variance_bound(windows: Windows, outcome: Floats, tossed: Booleans) -> float:
    """Return an estimate of the variance that is in the mean not smaller than the true one.

    The part that no data can show, the product of outcomes under both treatments, is bounded by 2ab ≤ a² + b².
    """
    late = outcome[windows.carry_over :]
    changed = np.concatenate([[True], (windows.touches[1:] != windows.touches[:-1]).any(axis=1)])
    starts = np.flatnonzero(changed)
    sums, sets = np.add.reduceat(late, starts), windows.touches[starts].astype(np.int64)
    shared, sizes = sets @ sets.T, sets.sum(axis=1)
    union = sizes[:, None] + sizes[None, :] - shared
    treated, held_out = (side[starts].astype(float) for side in windows.pure(tossed))
    overlap = shared > 0
    total = 0.0
    for side in (treated, held_out):
        both = np.outer(sums * side, sums * side) * 2.0**union
        total += float(((2.0**shared - 1) * both)[overlap].sum())
        total += float((sums**2 * side * 2.0**sizes) @ overlap.sum(axis=1))
    return max(total, 0.0) / len(late) ** 2


def weighted_means(windows: Windows, outcome: Floats, tossed: Booleans) -> Floats:
    """Return the same difference with the weights of each side made to sum to one (Hájek), shape (…,); nan if a side is empty.

    A little biased in small tests and far less noisy: it does not mind where the outcome's zero lies.
    """
    late = outcome[windows.carry_over :]
    with np.errstate(invalid="ignore", divide="ignore"):
        on, off = (
            (side * windows.weight) @ late / (side * windows.weight).sum(axis=-1)
            for side in windows.pure(tossed)
        )
    difference: Floats = np.asarray(on - off)
    return difference


def without_transition(windows: Windows, outcome: Floats, tossed: Booleans) -> Floats:
    """Return the outcome less what a switch does while it is young, estimated by least squares; whole windows stay as they are.

    A period that is treated after days that were not shows orders pulled forward, and one that is held out after days that
    were not shows their lack. Where the treatment has settled there is nothing to take away.
    """
    m = windows.carry_over
    if m == 0:
        return outcome
    share = windows.exposure(tossed)
    now = tossed[windows.segment][m:].astype(float)
    young = now - (share * (m + 1) - now) / m
    design = np.column_stack([np.ones(len(share)), share, young])
    coefficients, *_ = np.linalg.lstsq(design, outcome[m:], rcond=None)
    settled = outcome.copy()
    settled[m:] -= coefficients[2] * young
    return settled


def invert_tosses(
    windows: Windows, outcome: Floats, tossed: Booleans, others: Booleans, *, level: float
) -> Inversion | None:
    """Compare with other tosses, shape (draws, tosses), and invert the test; None if one side has no pure window.

    Under the hypothesis that a period's outcome grows by effect × the treated share of its window, every other toss has a
    known outcome, and the statistic of a draw is along − effect × overlap.
    """
    along = weighted_means(windows, without_transition(windows, outcome, tossed), others)
    seen = np.concatenate([np.zeros(windows.carry_over), windows.exposure(tossed)])
    overlap = weighted_means(windows, seen, others)
    usable = np.isfinite(along) & (others != tossed).any(axis=1)
    estimate = float(weighted_means(windows, outcome, tossed))
    if not np.isfinite(estimate):
        return None
    return inverted(estimate, along[usable], np.clip(overlap[usable], -1.0, 1.0), level=level)
