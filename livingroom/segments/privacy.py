"""No report tells of a group so small that it tells of people, nor of one that leaves so few out. Pure."""

from collections.abc import Mapping


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
    sizes = [_n(patterns, 1 << place) for place in range(n_groups)]
    total = sum(patterns.values())
    hidden = {place for place, n in enumerate(sizes) if not is_shown(n, total, smallest)}
    order = sorted(set(range(n_groups)) - hidden, key=lambda place: (sizes[place], place))
    for number, large in enumerate(order):
        for small in order[:number]:
            if small in hidden or large in hidden:
                continue
            rest = _difference(patterns, large, small)
            if _difference(patterns, small, large) == 0 and 0 < rest < smallest:
                hidden.add(large)
    return hidden


def pairs(patterns: Mapping[int, int], n_groups: int, smallest: int) -> list[list[str]]:
    """The table of overlaps, ready to print: where a cell, or what it leaves of either group, is too small, it says so."""
    table = []
    for one in range(n_groups):
        row = []
        for other in range(n_groups):
            n = _n(patterns, 1 << one | 1 << other)
            rests = (_difference(patterns, one, other), _difference(patterns, other, one))
            is_safe = n >= smallest and all(rest == 0 or rest >= smallest for rest in rests)
            row.append(
                f"{n:,}" if n == 0 or is_safe else f"fewer than {smallest}" if n < smallest else "not told"
            )
        table.append(row)
    return table


def _n(patterns: Mapping[int, int], wanted: int) -> int:
    return sum(n for mask, n in patterns.items() if mask & wanted == wanted)


def _difference(patterns: Mapping[int, int], one: int, other: int) -> int:
    """People of the one group who are not in the other."""
    return sum(n for mask, n in patterns.items() if mask >> one & 1 and not mask >> other & 1)
