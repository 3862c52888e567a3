"""Packed days side by side as columns: what a figure reads lies together, and nothing is put together that none reads."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Kind = Literal["first", "next", "resolution", "closes"]
KINDS: tuple[Kind, ...] = ("first", "next", "resolution", "closes")


class Table:
    """Rows by their columns. Each column is made when it is first asked for, and once."""

    def __init__(self, n: int, find: Callable[[str], Column]) -> None:
        self._n = n
        self._find = find
        self._found: dict[str, Column] = {}

    def __len__(self) -> int:
        return self._n

    def __getitem__(self, name: str) -> Column:
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def rows(self, which: slice | Column) -> "Table":
        """Choose rows: by a slice, which copies nothing, or by their places."""
        n = len(range(*which.indices(self._n))) if isinstance(which, slice) else len(which)
        return Table(n, lambda name: self[name][which])

    def adding(self, **made: Callable[[], Column]) -> "Table":
        """Return the same rows with further columns, or with others in their place."""
        return Table(self._n, lambda name: made[name]() if name in made else self[name])


class Columns:
    """Conversations, and what belongs to them: waits by their kind, and closes.

    Of what belongs to a case the column `case` says where the case stands among the cases.
    """

    def __init__(self, cases: Table, find: Callable[[Kind], Table]) -> None:
        self.cases = cases
        self._find = find
        self._found: dict[Kind, Table] = {}

    def of(self, kind: Kind) -> Table:
        if kind not in self._found:
            self._found[kind] = self._find(kind)
        return self._found[kind]

    def where(self, keep: NDArray[np.bool_]) -> "Columns":
        """Return the chosen cases with what belongs to them."""
        place = np.cumsum(keep) - 1

        def belonging(kind: Kind) -> Table:
            chosen = self.of(kind).rows(np.flatnonzero(keep[self.of(kind)["case"]]))
            return chosen.adding(case=lambda: place[chosen["case"]])

        return Columns(self.cases.rows(np.flatnonzero(keep)), belonging)


def together(parts: Sequence[Columns]) -> Columns:
    """Put days after each other; where a case stands among its own becomes where it stands among all."""
    if len(parts) == 1:
        return parts[0]
    cases = [part.cases for part in parts]
    firsts = np.cumsum([0, *(len(table) for table in cases)])
    return Columns(_joined(cases, firsts), lambda kind: _joined([part.of(kind) for part in parts], firsts))


def _joined(tables: Sequence[Table], firsts: Column) -> Table:
    def find(name: str) -> Column:
        columns = [table[name] for table in tables]
        if name == "case":
            columns = [column + first for column, first in zip(columns, firsts, strict=False)]
        return np.concatenate(columns)

    return Table(sum(map(len, tables)), find)


def split(columns: Columns, values: Column) -> list[tuple[Any, Columns]]:
    """Part the cases by a value of each, in one go however many parts there are; by rising value."""
    names, part = numbered(values)
    order, cuts = _grouped(part, len(names))
    cases = columns.cases.rows(order)

    @cache
    def places() -> Column:
        found = np.empty(len(part), np.int64)
        found[order] = np.arange(len(part))
        return found

    @cache
    def parted(kind: Kind) -> tuple[Table, Column]:
        rows = columns.of(kind)
        order, cuts = _grouped(part[rows["case"]], len(names))
        return rows.rows(order), cuts

    def belonging(at: int, kind: Kind) -> Table:
        rows, its_cuts = parted(kind)
        own = rows.rows(slice(its_cuts[at], its_cuts[at + 1]))
        return own.adding(case=lambda: places()[own["case"]] - cuts[at])

    def one(at: int) -> Columns:
        return Columns(cases.rows(slice(cuts[at], cuts[at + 1])), lambda kind: belonging(at, kind))

    return [(names[at], one(at)) for at in range(len(names))]


def _grouped(part: Column, n: int) -> tuple[slice | Column, Column]:
    """Return the order that brings parts together, the rows of each in the order they had, and where each begins."""
    cuts = np.concatenate([[0], np.cumsum(np.bincount(part, minlength=n))])
    if np.all(part[1:] >= part[:-1]):
        return slice(None), cuts
    small = np.min_scalar_type(n)  # numbers of one or two bytes are put in order without comparing
    return np.argsort(part.astype(small), kind="stable"), cuts


def numbered(values: Column) -> tuple[Column, Column]:
    """Return the values there are, rising, and for each row the number of its value."""
    if values.dtype.kind == "S" and values.dtype.itemsize == 2:
        letters, part = numbered(np.ascontiguousarray(values).view(">u2").astype(np.int64))
        return letters.astype(">u2").view(values.dtype), part
    low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    if high - low > 4 * len(values) + 65_536:
        names, part = np.unique(values, return_inverse=True)
        return names, part
    is_there = np.zeros(high - low + 1, bool)
    is_there[values - low] = len(values) > 0
    return np.flatnonzero(is_there) + low, (np.cumsum(is_there) - 1)[values - low]
