"""How a day is laid out in bytes. Times are microseconds UTC; -1 is never."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

CASE = np.dtype(
    [
        ("conversation", "<i8"), ("opened", "<i8"), ("author", "<i8"), ("branch", "<i4"), ("team", "<i4"),
        ("subject", "<i4"), ("language", "S2"), ("country", "S2"), ("rating", "u1"), ("was_asked", "u1"),
        ("by_customer", "i1"),
    ]
)  # fmt: skip
# `case` is the place of its conversation among the cases of the day; `by` is who ended it.
WAIT = np.dtype(
    [
        ("case", "<i4"), ("kind", "u1"), ("by", "<i4"), ("start", "<i8"), ("end", "<i8"), ("stood", "<i8"),
        ("stands_since", "<i8"),
    ]
)  # fmt: skip
CLOSE = np.dtype([("case", "<i4"), ("at", "<i8"), ("again", "u1")])

KINDS = ("first", "next", "resolution")
NEVER = -1
Rows = NDArray[np.void]


@dataclass(frozen=True)
class Packed:
    """The conversations of some days: what they are, how long who waited, and how they were closed."""

    cases: Rows
    waits: Rows
    closes: Rows

    def where(self, keep: NDArray[np.bool_]) -> "Packed":
        """Return the chosen cases with what belongs to them."""
        place = np.cumsum(keep) - 1
        waits, closes = (
            self.waits[keep[self.waits["case"]]].copy(),
            self.closes[keep[self.closes["case"]]].copy(),
        )
        waits["case"], closes["case"] = place[waits["case"]], place[closes["case"]]
        return Packed(self.cases[keep], waits, closes)


def split(packed: Packed, values: NDArray[Any]) -> list[tuple[Any, Packed]]:
    """Part the cases by a value of each, in one go however many parts there are; by rising value."""
    names, part = np.unique(values, return_inverse=True)
    order = np.argsort(part, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    ends = np.cumsum(np.bincount(part, minlength=len(names)))
    starts = ends - np.bincount(part, minlength=len(names))
    cases = packed.cases[order]
    waits, closes = (_parted(rows, part, place, starts) for rows in (packed.waits, packed.closes))
    return [
        (names[at], Packed(cases[starts[at] : ends[at]], waits[at], closes[at]))
        for at in range(len(names))
    ]  # fmt: skip


def _parted(
    rows: Rows, part: NDArray[np.int64], place: NDArray[np.int64], starts: NDArray[np.int64]
) -> list[Rows]:
    """Part what belongs to cases as they are parted."""
    of = part[rows["case"]]
    order = np.argsort(of, kind="stable")
    found = rows[order]
    found["case"] = place[found["case"]] - starts[of[order]]
    cuts = np.searchsorted(of[order], np.arange(1, len(starts)))
    return np.split(found, cuts)


def pack(packed: Packed) -> tuple[bytes, bytes, bytes]:
    return packed.cases.tobytes(), packed.waits.tobytes(), packed.closes.tobytes()


def unpack(days: list[tuple[bytes, bytes, bytes]]) -> Packed:
    """Put days together; where a case stands among its day becomes where it stands among all."""
    cases = np.frombuffer(b"".join(bytes(day[0]) for day in days), CASE)
    counts = [len(day[0]) // CASE.itemsize for day in days]
    first = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64) if days else np.zeros(0, np.int64)
    return Packed(cases, _together(days, 1, WAIT, first), _together(days, 2, CLOSE, first))


def _together(
    days: list[tuple[bytes, bytes, bytes]], part: int, kind: np.dtype[np.void], first: NDArray[np.int64]
) -> Rows:
    rows = np.frombuffer(b"".join(bytes(day[part]) for day in days), kind).copy()
    counts = [len(day[part]) // kind.itemsize for day in days]
    if len(rows):
        rows["case"] += np.repeat(first, counts).astype(np.int32)
    return rows
