"""Units that are alike, put together before chance decides among them."""

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.design.history import Features

Floats = NDArray[np.float64]
STRATUM_SIZE = 8


def strata_of(known: Features) -> tuple[str, ...]:
    """Units of like size together, the largest first; the last stratum takes what is left over."""
    n = len(known.level)
    order = np.argsort(-known.level, kind="stable")
    n_strata = max(n // STRATUM_SIZE, 1)
    names = np.empty(n, dtype=object)
    for rank, unit in enumerate(order):
        names[unit] = f"size {min(rank // STRATUM_SIZE, n_strata - 1) + 1:02d}"
    return tuple(names)


def pairs_of(known: Features) -> tuple[str, ...]:
    """Pairs of units with the nearest history: level, trend and weekly shape; three in the last if the number is odd.

    The nearest two are joined first, then partners are changed as long as that brings the pairs nearer.
    """
    apart = _distances(known)
    free = set(range(len(apart)))
    pairs: list[tuple[int, int]] = []
    nearest = np.dstack(np.unravel_index(np.argsort(apart, axis=None, kind="stable"), apart.shape))[0]
    for one, other in nearest:
        if one < other and one in free and other in free:
            pairs.append((int(one), int(other)))
            free -= {one, other}
    pairs = _better(pairs, apart)
    names = [""] * len(apart)
    for number, pair in enumerate(pairs, start=1):
        for unit in pair:
            names[unit] = f"pair {number:02d}"
    for unit in free:
        names[unit] = names[min(set(range(len(apart))) - free, key=lambda other: float(apart[unit, other]))]
    return tuple(names)


def _distances(known: Features) -> Floats:
    table = known.table()
    scaled = (table - table.mean(axis=0)) / np.maximum(table.std(axis=0), 1e-12)
    apart: Floats = ((scaled[:, None, :] - scaled[None, :, :]) ** 2 * np.array([2.0, 1.0])).sum(axis=2)
    if known.weeks.shape[1] >= 4 and known.weeks.std() > 0:
        with np.errstate(invalid="ignore", divide="ignore"):
            apart += 1 - np.nan_to_num(np.corrcoef(known.weeks))
    np.fill_diagonal(apart, np.inf)
    return apart


def _better(pairs: list[tuple[int, int]], apart: Floats) -> list[tuple[int, int]]:
    changed = True
    while changed:
        changed = False
        for first in range(len(pairs)):
            for second in range(first + 1, len(pairs)):
                (a, b), (c, d) = pairs[first], pairs[second]
                options = [((a, b), (c, d)), ((a, c), (b, d)), ((a, d), (b, c))]
                best = min(options, key=lambda two: float(apart[two[0]] + apart[two[1]]))
                if apart[best[0]] + apart[best[1]] < apart[a, b] + apart[c, d] - 1e-12:
                    pairs[first], pairs[second] = best
                    changed = True
    return pairs
