"""When to toss the coin for a single branch, so that the worst case is least bad."""

from collections.abc import Sequence

import numpy as np


def risk(n_periods: int, points: Sequence[int], carry_over: int) -> float:
    """The largest mean squared error that the Horvitz–Thompson estimator can have, in units of B².

    Parameters
    ----------
    n_periods : int
        Periods T of the test, counted from 1.
    points : sequence of int
        Periods at which a fair coin is tossed; the first is 1. What it says holds until the next.
    carry_over : int
        For how many further periods (m) a period's treatment matters; the estimator (p = m) uses periods whose last
        p + 1 were treated alike.

    Returns
    -------
    float
        Exact: Σ 2^(o(t,s) + 1) over pairs of periods p < t, s ≤ T whose windows share o(t,s) ≥ 1 tosses, over (T − p)².
        The worst case has outcomes ±B that no treatment changes.

    Raises
    ------
    ValueError
        If points are not increasing from 1 within the periods, or there is no period left.

    Source
    ------
    I. Bojinov, D. Simchi-Levi, J. Zhao (2023), "Design and Analysis of Switchback Experiments", Management Science 69(7).
    """
    tosses = np.asarray(points, dtype=np.int64)
    if len(tosses) == 0 or tosses[0] != 1 or (np.diff(tosses) <= 0).any() or tosses[-1] > n_periods:
        raise ValueError("Points increase, start with 1 and lie within the periods.")
    if not 0 <= carry_over < n_periods:
        raise ValueError("The carry-over is shorter than the test.")
    ends = np.arange(carry_over + 1, n_periods + 1)
    last = np.searchsorted(tosses, ends, side="right")
    first = np.searchsorted(tosses, ends - carry_over, side="right")
    overlap = np.minimum(last[:, None], last[None, :]) - np.maximum(first[:, None], first[None, :]) + 1
    shared = overlap[overlap >= 1].astype(np.float64)
    return float(np.sum(2.0 ** (shared + 1)) / (n_periods - carry_over) ** 2)


def optimal_points(n_periods: int, carry_over: int) -> tuple[int, ...]:
    """The periods at which to toss so that the largest mean squared error is least.

    Parameters
    ----------
    n_periods : int
        Periods T; at least 4 × the carry-over.
    carry_over : int
        Periods m that a treatment reaches on; 0 for none.

    Returns
    -------
    tuple of int
        {1, 2m + 1, 3m + 1, …, (T/m − 2)m + 1} where m divides T, as the paper proves; otherwise the best set whose
        tosses lie at least m apart, found exactly by dynamic programming over the tosses. With no carry-over every
        period has its own.

    Raises
    ------
    ValueError
        If there are fewer than 4 × carry-over periods: no design is then worth its tosses.
    """
    if carry_over == 0:
        return tuple(range(1, n_periods + 1))
    if n_periods < 4 * carry_over:
        raise ValueError(
            f"{n_periods} periods are too few for a carry-over of {carry_over}: plan at least {4 * carry_over}."
        )
    if n_periods % carry_over == 0:
        inner = range(2, n_periods // carry_over - 1)
        return (1, *(step * carry_over + 1 for step in inner))
    return _best_apart(n_periods, carry_over)


def _best_apart(n_periods: int, carry_over: int) -> tuple[int, ...]:
    """The best set with gaps of at least m periods, from the last toss backwards.

    A window then holds one toss or two. A gap of g periods has g − m windows with its own toss alone (a), and m that it
    shares with the next gap. Ordered pairs with one toss in common count 4, with two 8, so the sum is
    4 a² + 8 m a for each neighbour of the gap, and 16 m² for each inner boundary (8 m² for the only or last one).
    """
    m, end = carry_over, n_periods + 1
    least: dict[int, tuple[float, tuple[int, ...]]] = {}
    for at in range(end - m, m, -1):
        own = end - at - m
        options: list[tuple[float, tuple[int, ...]]] = [(4.0 * own**2 + 8.0 * m * own, (at,))]
        options += [
            (
                4.0 * (after - at - m) ** 2 + 16.0 * m * (after - at - m) + 16.0 * m**2 + least[after][0],
                (at, *least[after][1]),
            )
            for after in range(at + m, end - m + 1)
        ]
        least[at] = min(options)
    whole: list[tuple[float, tuple[int, ...]]] = [(4.0 * (n_periods - m) ** 2, (1,))]
    whole += [
        (4.0 * (after - 1 - m) ** 2 + 8.0 * m * (after - 1 - m) + 8.0 * m**2 + cost, (1, *points))
        for after, (cost, points) in least.items()
    ]
    return min(whole)[1]
