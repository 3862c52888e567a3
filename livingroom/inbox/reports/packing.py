"""How a day is laid out in bytes. Times are microseconds UTC; -1 is never. `columns` reads it."""

from dataclasses import dataclass

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
    """The conversations of a day: what they are, how long who waited, and how they were closed."""

    cases: Rows
    waits: Rows
    closes: Rows


def pack(packed: Packed) -> tuple[bytes, bytes, bytes]:
    return packed.cases.tobytes(), packed.waits.tobytes(), packed.closes.tobytes()
