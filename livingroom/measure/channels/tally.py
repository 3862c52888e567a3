"""Counts by bucket of people and by cell, added up over shards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.channels.bootstrap import N_BUCKETS, Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Integers = NDArray[np.int64]
# Rows kept before they are added up; more costs memory, fewer time.
_ROWS_KEPT = 2_000_000


@dataclass(frozen=True)
class Counted:
    """What was counted.

    Parameters
    ----------
    cells : (m,) int
        The cells that occur, in rising order.
    columns : dict of csr_matrix, shape (256, m)
        Each count by bucket and cell.
    """

    cells: Integers
    columns: dict[str, "csr_matrix"]

    def total(self, name: str) -> Floats:
        """Return a count over all people, shape (m,)."""
        return np.asarray(self.columns[name].sum(axis=0), dtype=np.float64).ravel()

    def weighted(self, name: str, weights: Floats) -> Floats:
        """Return a count in every replicate, shape (n_replicates, m)."""
        return np.asarray(weights @ self.columns[name], dtype=np.float64)

    def merged(self, cells: Integers) -> "Counted":
        """Return the counts with cells that now have the same number added up; `cells` gives each its new number."""
        from scipy.sparse import csr_matrix

        kept, place = np.unique(cells, return_inverse=True)
        size = (len(self.cells), len(kept))
        onto = csr_matrix((np.ones(len(place)), (np.arange(len(place)), place)), shape=size)
        return Counted(kept, {name: (column @ onto).tocsr() for name, column in self.columns.items()})


class Tally:
    """Takes rows of (bucket, cell, counts) and adds those of the same bucket and cell."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.keys: list[Integers] = []
        self.values: list[Floats] = []
        self.n_rows = 0

    def add(self, buckets: Integers, cells: Integers, counts: Mapping[str, Floats | Integers]) -> None:
        """Add rows; `counts` has one value a row under every name."""
        self.keys.append(cells * N_BUCKETS + buckets)
        self.values.append(np.column_stack([counts[name] for name in self.names]).astype(np.float64))
        self.n_rows += len(cells)
        if self.n_rows > _ROWS_KEPT:
            self._add_up()

    def _add_up(self) -> None:
        if not self.keys:
            return
        keys, place = np.unique(np.concatenate(self.keys), return_inverse=True)
        values = np.concatenate(self.values)
        sums = [np.bincount(place, values[:, column], len(keys)) for column in range(len(self.names))]
        self.keys, self.values = [keys], [np.column_stack(sums)]
        # Where almost all rows differ already, adding up again and again would gain nothing.
        self.n_rows = len(keys) // 2

    def finish(self) -> Counted:
        """Return the counts by bucket and cell."""
        from scipy.sparse import csr_matrix

        self._add_up()
        if not self.keys:
            empty = np.zeros(0, np.int64)
            return Counted(empty, {name: csr_matrix((N_BUCKETS, 0)) for name in self.names})
        keys, values = self.keys[0], self.values[0]
        cells, column_of = np.unique(keys // N_BUCKETS, return_inverse=True)
        buckets, size = keys % N_BUCKETS, (N_BUCKETS, len(cells))
        columns = {}
        for number, name in enumerate(self.names):
            there = values[:, number] != 0
            columns[name] = csr_matrix(
                (values[there, number], (buckets[there], column_of[there])), shape=size
            )
        return Counted(cells, columns)
