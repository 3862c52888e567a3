"""No report tells of a group so small that it tells of people, nor of one that leaves so few out. Pure."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

AT_ONCE = 50_000  # patterns in one product of matrices


def shown(n: int, smallest: int) -> str:
    """A size for a report: “fewer than 10” where it is smaller; nobody is nobody."""
    return f"{n:,}" if n == 0 or n >= smallest else f"fewer than {smallest}"


def is_shown(n: int, total: int, smallest: int) -> bool:
    """Whether figures of `n` of `total` people may stand in a report: neither they nor the others are too few."""
    return n >= smallest and not 0 < total - n < smallest


def too_near(patterns: Mapping[int, int], n_groups: int, smallest: int) -> set[int]:
    """Groups that must not stand beside the others, because the difference of two would tell of too few.

    `patterns` counts people by the groups they are in (bit k for group k). Where one group lies in another but for fewer than
    `smallest` people, the larger one is left out; the same for a group that is everybody but for so few.
    """
    together = intersections(patterns, n_groups)
    sizes, total = together.diagonal(), sum(patterns.values())
    hidden = {place for place in range(n_groups) if not is_shown(int(sizes[place]), total, smallest)}
    order = sorted(set(range(n_groups)) - hidden, key=lambda place: (sizes[place], place))
    for number, large in enumerate(order):
        for small in order[:number]:
            if small in hidden or large in hidden:
                continue
            is_inside = together[small, large] == sizes[small]
            if is_inside and 0 < sizes[large] - sizes[small] < smallest:
                hidden.add(large)
    return hidden


def intersections(patterns: Mapping[int, int], n_groups: int) -> NDArray[np.int64]:
    """How many people each two groups share; on the diagonal, how many each has."""
    together = np.zeros((n_groups, n_groups))
    masks, n_bytes = list(patterns), n_groups // 8 + 1
    for start in range(0, len(masks), AT_ONCE):
        some = masks[start : start + AT_ONCE]
        packed = np.frombuffer(b"".join(mask.to_bytes(n_bytes, "little") for mask in some), dtype=np.uint8)
        bits = np.unpackbits(packed.reshape(len(some), n_bytes), axis=1, bitorder="little")[:, :n_groups]
        members = bits.astype(np.float64)  # counts of people are far below 2^53, so nothing is rounded
        counts = np.array([patterns[mask] for mask in some], dtype=np.float64)
        together += (members * counts[:, None]).T @ members
    return together.astype(np.int64)


def pairs(patterns: Mapping[int, int], n_groups: int, smallest: int) -> list[list[str]]:
    """The table of overlaps, ready to print: where a cell, or what it leaves of either group, is too small, it says so."""
    together = intersections(patterns, n_groups)
    return [[_cell(together, one, other, smallest) for other in range(n_groups)] for one in range(n_groups)]


def _cell(together: NDArray[np.int64], one: int, other: int, smallest: int) -> str:
    n = int(together[one, other])
    rests = (int(together[one, one]) - n, int(together[other, other]) - n)
    is_safe = n >= smallest and all(rest == 0 or rest >= smallest for rest in rests)
    return f"{n:,}" if n == 0 or is_safe else f"fewer than {smallest}" if n < smallest else "not told"
