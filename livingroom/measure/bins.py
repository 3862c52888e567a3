"""Columns of numbers, parted into bins by a hash: in memory while there is room, then in files."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
# Its numbers are of the kind that Bins was told.
Column: TypeAlias = NDArray[Any]
# Small enough that a bin and what is worked out about it stay near the processor.
_ROWS_PER_BIN = 300_000
_MOST_BINS = 4096
# What bins may take of the engine's ceiling; what is more goes to files.
SHARE_OF_MEMORY = 0.4


def n_bins_for(n_rows: int) -> int:
    """Return into how many bins so many rows go: a power of two."""
    wanted = max(1, -(-n_rows // _ROWS_PER_BIN))
    return int(min(_MOST_BINS, 1 << (wanted - 1).bit_length()))


def bin_of(hashes: Hashes, n_bins: int) -> NDArray[np.uint16]:
    """Return the bin of each hash: its first bits, so that bins are ranges of hashes."""
    # A shift by all 64 bits would be no shift at all.
    if n_bins == 1:
        return np.zeros(len(hashes), np.uint16)
    return (hashes >> np.uint64(65 - n_bins.bit_length())).astype(np.uint16)


class Bins:
    """Takes batches whose first column is a hash, and gives back all rows of one bin after another.

    Parameters
    ----------
    n_bins : int
        A power of two.
    types : tuple of numpy types
        Of the columns.
    most_bytes : int
        What may be kept in memory; what is more goes to files.
    folder : Path
        Where those are made, when they are needed.
    """

    def __init__(
        self, n_bins: int, types: tuple[type[np.generic], ...], most_bytes: int, folder: Path
    ) -> None:
        self.n_bins, self.types, self.most_bytes, self.folder = n_bins, types, most_bytes, folder
        self._pieces: list[list[tuple[Column, ...]]] = [[] for _ in range(n_bins)]
        self._n_bytes = 0
        self._has_files = False

    def add(self, batch: pa.RecordBatch) -> None:
        """Part one batch; its columns are of `types`, in their order, without gaps."""
        columns = [numbers_of(column, kind) for column, kind in zip(batch.columns, self.types, strict=True)]
        if self.n_bins == 1:
            parts, ends = columns, np.array([0, batch.num_rows])
        else:
            number = bin_of(columns[0].view(np.uint64), self.n_bins)
            order = np.argsort(number, kind="stable")
            parts = [column[order] for column in columns]
            ends = np.concatenate([[0], np.cumsum(np.bincount(number, minlength=self.n_bins))])
        for bin_, (first, last) in enumerate(pairwise(ends)):
            if last > first:
                self._pieces[bin_].append(tuple(part[first:last] for part in parts))
        self._n_bytes += sum(part.nbytes for part in parts)
        if self._n_bytes > self.most_bytes:
            self._write()

    def _write(self) -> None:
        self.folder.mkdir(exist_ok=True)
        for number, pieces in enumerate(self._pieces):
            for place in range(len(self.types)):
                with self._file(number, place).open("ab") as file:
                    for piece in pieces:
                        piece[place].tofile(file)
            pieces.clear()
        self._n_bytes, self._has_files = 0, True

    def _file(self, number: int, place: int) -> Path:
        return self.folder / f"bin-{number}-{place}"

    def take(self, number: int) -> tuple[Column, ...]:
        """Return the columns of one bin, and forget them."""
        pieces, self._pieces[number] = self._pieces[number], []
        return tuple(
            np.concatenate(list(self._column(number, place, pieces))) for place in range(len(self.types))
        )

    def _column(self, number: int, place: int, pieces: list[tuple[Column, ...]]) -> Iterator[Column]:
        # Something of the right type is always there, also in an empty bin.
        yield np.zeros(0, self.types[place])
        if self._has_files:
            yield np.fromfile(self._file(number, place), self.types[place])
            self._file(number, place).unlink()
        for piece in pieces:
            yield piece[place]


def numbers_of(column: pa.Array, kind: type[np.generic]) -> Column:
    """Return the numbers of an Arrow column of this kind without gaps."""
    # Arrow's own to_numpy loads pandas where that is installed, which takes longer than reading a million rows.
    return np.frombuffer(column.buffers()[1], kind, len(column), column.offset * np.dtype(kind).itemsize)
