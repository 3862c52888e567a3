"""A quick look at a table that is expected to be sound: counts without a fault for every row, or nothing if one has a fault."""

# ruff: noqa: S608 - names in these queries are our own; values are written by `quoted`.

from dataclasses import dataclass

from livingroom.measure.engine import DuckWorkspace
from livingroom.measure.reading import Fault, Reading
from livingroom.measure.sources import Raw

# Columns in which few different values say what many rows hold.
_SAID = ("channel", "kind", "class", "code_kind", "currency")


@dataclass(frozen=True)
class Looked:
    """How many rows there are, how many sound ones not made by people, and how many each fault (0: none) or note is true of."""

    n_rows: int
    n_not_human: int
    by_fault: dict[int, int]
    by_note: tuple[int, ...]


def look_quickly(raw: Raw, readings: dict[str, Reading]) -> Looked | None:
    """Look at different values instead of rows where that says as much; None if a row is faulty, or nothing is quick here.

    What a Parquet file notes of its parts (least, most, gaps) lets DuckDB pass over those without a fault.
    """
    if not isinstance(raw.workspace, DuckWorkspace) or raw.text_path is not None:
        return None
    held = {name.lower() for name in raw.types}
    said = [name for name in _SAID if name in readings and name in held]
    columns = "".join(f'r."{name}", ' for name in said)
    grouped = f"GROUP BY {columns[:-2]}" if said else ""
    raw.workspace.table(
        f"{raw.table}_said", f"SELECT {columns}count(*) AS n_rows FROM {raw.view} AS r {grouped}"
    )
    faults = [fault for reading in readings.values() for fault in reading.faults]
    if any(_any(raw, faults, of_said, said) for of_said in (True, False)):
        return None
    notes = [note for reading in readings.values() for note in reading.notes]
    human = f"({readings['class'].value} = 'human')" if raw.table == "touches" else "true"
    of_values = _sums(raw, [f"NOT {human}", *(note.condition for note in notes if note.column in said)])
    of_rows = _counts(raw, [note.condition for note in notes if note.column not in said])
    n_rows, n_not_human, *rest = of_values
    by_note = [rest.pop(0) if note.column in said else of_rows.pop(0) for note in notes]
    return Looked(n_rows, n_not_human, {0: n_rows}, tuple(by_note))


def _any(raw: Raw, faults: list[Fault], of_said: bool, said: list[str]) -> bool:
    """Whether a fault occurs, of those that the values in `said` show, or of the others."""
    conditions = [f"({fault.condition})" for fault in faults if (fault.column in said) is of_said]
    view = f"{raw.table}_said" if of_said else raw.view
    where = " OR ".join(conditions) or "false"
    return raw.workspace.number(f"SELECT count(*) FROM {view} AS r WHERE {where}") > 0


def _sums(raw: Raw, conditions: list[str]) -> list[int]:
    """How many rows there are, and of how many each condition on their values is true."""
    sums = "".join(f", coalesce(sum(r.n_rows) FILTER (WHERE {condition}), 0)" for condition in conditions)
    (row,) = raw.workspace.rows(f"SELECT coalesce(sum(r.n_rows), 0){sums} FROM {raw.table}_said AS r")
    return [int(str(cell)) for cell in row]


def _counts(raw: Raw, conditions: list[str]) -> list[int]:
    if not conditions:
        return []
    counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in conditions)
    (row,) = raw.workspace.rows(f"SELECT {counts} FROM {raw.view} AS r")
    return [int(str(cell)) for cell in row]
