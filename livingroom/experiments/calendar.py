"""Who is left out when, as a grid that a person can read: units down, blocks of days across."""

from dataclasses import dataclass
from datetime import date

from livingroom.measure.design.assignment import Assignment, Design


@dataclass(frozen=True)
class GridCell:
    is_left_out: bool
    n_blocks: int
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class Grid:
    """`heads` are the blocks' first and last days; each row has a unit's cells, neighbours of one arm joined."""

    heads: list[tuple[date | None, date | None]]
    rows: list[tuple[str, str, list[GridCell]]]


def grid_of(design: Design) -> Grid:
    """Lay the log out; where blocks are short (a single branch's days), what follows alike is one cell."""
    by_unit: dict[str, list[Assignment]] = {}
    for line in design.assignments:
        by_unit.setdefault(line.unit, []).append(line)
    first = next(iter(by_unit.values()))
    is_single = len(by_unit) == 1
    rows = [(unit, lines[0].stratum, _cells(lines, join=is_single)) for unit, lines in by_unit.items()]
    heads = (
        [(cell.starts_on, cell.ends_on) for cell in rows[0][2]]
        if is_single
        else [(line.starts_on, line.ends_on) for line in first]
    )
    return Grid(heads, rows)


def _cells(lines: list[Assignment], *, join: bool) -> list[GridCell]:
    cells: list[GridCell] = []
    for line in lines:
        is_left_out = line.arm == "held out"
        last = cells[-1] if cells else None
        if join and last is not None and last.is_left_out == is_left_out:
            cells[-1] = GridCell(is_left_out, last.n_blocks + 1, last.starts_on, line.ends_on)
        else:
            cells.append(GridCell(is_left_out, 1, line.starts_on, line.ends_on))
    return cells
