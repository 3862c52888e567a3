"""Counts by bucket of people and by cell, added up over shards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.channels.bootstrap import N_BUCKETS, Floats

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix

Integers = NDArray[np.int64]
# Rows of a counted result, column by column.
Columns: TypeAlias = dict[str, NDArray[np.int64] | NDArray[np.float64]]
# Numbers of one column kept before they are added up; more costs memory, fewer time.
_KEPT = 3_000_000


# Up to so many numbers a table is kept whole: quicker than one that names the places of what is not 0.
_WHOLE = 4_000_000


@dataclass(frozen=True)
class Counted:
    """What was counted.

    Parameters
    ----------
    cells : (m,) int
        The cells that occur, in rising order.
    columns : dict of arrays or csc_matrix, shape (256, m)
        Each count by bucket and cell.
    """

    cells: Integers
    columns: "dict[str, Floats | csc_matrix]"

    def total(self, name: str) -> Floats:
        """Return a count over all people, shape (m,)."""
        return np.asarray(self.columns[name].sum(axis=0), dtype=np.float64).ravel()

    def weighted(self, name: str, weights: Floats) -> Floats:
        """Return a count in every replicate, shape (n_replicates, m)."""
        return np.asarray(weights @ self.columns[name], dtype=np.float64)

    def merged(self, cells: Integers) -> "Counted":
        """Return the counts with cells that now have the same number added up; `cells` gives each its new number."""
        tally = Tally(tuple(self.columns))
        for name, column in self.columns.items():
            bucket, place, counts = _entries(column)
            tally.add_to(name, cells[place] * N_BUCKETS + bucket, counts)
        return tally.finish()


def _entries(table: "Floats | csc_matrix") -> tuple[Integers, Integers, Floats]:
    """Return what is not 0: its bucket, its place, and how much it is."""
    if isinstance(table, np.ndarray):
        bucket, place = np.nonzero(table)
        return bucket, place, np.asarray(table[bucket, place])
    return table.indices, np.repeat(np.arange(table.shape[1]), np.diff(table.indptr)), table.data


def by_bucket(bucket: Integers, place: Integers, counts: Floats, n_places: int) -> "Floats | csc_matrix":
    """Return a table of 256 buckets and so many places; what falls into the same is added up."""
    if n_places * N_BUCKETS <= _WHOLE:
        cells = bucket * np.int64(n_places) + place
        sums = np.bincount(cells, counts, N_BUCKETS * n_places).astype(np.float64, copy=False)
        return sums.reshape(N_BUCKETS, n_places)
    from scipy.sparse import csc_matrix

    return csc_matrix((counts, (bucket, place)), shape=(N_BUCKETS, n_places))


class Tally:
    """Takes counts by bucket and cell, and adds those of the same bucket and cell.

    Both are one key, cell times 256 plus bucket. Only counts other than 0 are kept, each column by itself: of many steps few
    end in an order.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self._parts: dict[str, list[tuple[Integers, Floats]]] = {name: [] for name in names}

    def add(self, buckets: Integers, cells: Integers, counts: Mapping[str, Floats | Integers]) -> None:
        """Add rows; `counts` has one value a row under every name."""
        keys = cells * N_BUCKETS + buckets
        for name in self.names:
            self.add_to(name, keys, counts[name])

    def add_to(self, name: str, keys: Integers, counts: Floats | Integers) -> None:
        """Add to one column."""
        there = np.flatnonzero(counts)
        parts = self._parts[name]
        if len(there) < len(keys):
            keys, counts = keys[there], counts[there]
        parts.append((keys, counts.astype(np.float64)))
        # What is added up already does not count: it may be that almost all keys differ.
        if sum(len(part[0]) for part in parts[1:]) > _KEPT:
            self._parts[name] = [_added_up(parts)]

    def finish(self) -> Counted:
        """Return the counts by bucket and cell."""
        sums: dict[str, tuple[Integers, Floats]] = {}
        for name in self.names:
            sums[name] = _added_up(self._parts[name])
            # Each column's rows are given back before the next is looked at.
            self._parts[name] = [sums[name]]
        met = np.sort(np.concatenate([_risen(keys // N_BUCKETS) for keys, _ in sums.values()]))
        cells = _risen(met)
        return Counted(cells, {name: _table(*rows, cells) for name, rows in sums.items()})


def _table(keys: Integers, counts: Floats, cells: Integers) -> "Floats | csc_matrix":
    cell, bucket = np.divmod(keys, N_BUCKETS)
    if len(cells) * N_BUCKETS <= _WHOLE:
        return by_bucket(bucket, np.searchsorted(cells, cell), counts, len(cells))
    from scipy.sparse import csc_matrix

    # Keys rise by cell and then by bucket, which is how such a matrix is stored.
    ends = np.searchsorted(cell, cells, side="right")
    parts = (counts, bucket.astype(np.int32), np.concatenate([[0], ends]).astype(np.int32))
    return csc_matrix(parts, shape=(N_BUCKETS, len(cells)))


def _risen(numbers: Integers) -> Integers:
    """Return each of some rising numbers once."""
    return numbers[np.flatnonzero(np.diff(numbers, prepend=-1))]


def _added_up(parts: list[tuple[Integers, Floats]]) -> tuple[Integers, Floats]:
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0)
    keys = np.concatenate([part[0] for part in parts])
    order = np.argsort(keys)
    keys, values = keys[order], np.concatenate([part[1] for part in parts])[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    return keys[first], np.add.reduceat(values, first) if len(first) else values
