"""Checking one input table: which columns it has, which rows are bad, and how many."""

# ruff: noqa: S608 - names in these queries are our own; values are written by `quoted`.

import difflib
from dataclasses import dataclass

import duckdb

from livingroom.measure.columns import COLUMNS, ID_COLUMN, Column
from livingroom.measure.engine import DuckWorkspace, Workspace, quoted
from livingroom.measure.problems import InputError, Problem, TableReport
from livingroom.measure.quick_look import Looked, look_quickly
from livingroom.measure.reading import Fault, Reading, is_whole_id, read_column, read_revenue
from livingroom.measure.repeated import may_repeat
from livingroom.measure.sources import Raw, cannot_read_csv

N_EXAMPLES = 3


@dataclass(frozen=True)
class Checked:
    """A table of which every row has been looked at.

    `<table>_checked` holds each raw row, its values as read (prefixed `_read_`) and the number of its fault (0: none);
    `<table>_sound` holds the values of the rows that may be used.
    """

    raw: Raw
    names: tuple[str, ...]
    faults: tuple[Fault, ...]
    report: TableReport


def find_columns(raw: Raw, default_currency: str | None) -> dict[str, str]:
    """Return the columns the table has, with their types. Raises InputError naming those that it should have."""
    found = {name.lower(): kind for name, kind in raw.types.items()}
    known = {column.name: column for column in COLUMNS[raw.table]}
    missing = [name for name, column in known.items() if column.is_required and name not in found]
    if default_currency is not None and "currency" in missing:
        missing.remove("currency")
    if raw.table == "orders" and not {"revenue", "revenue_minor"} & found.keys():
        missing.append("revenue")
    if missing:
        raise InputError([_say_missing(raw, name, found) for name in missing])
    return {name: found[name] for name in known if name in found}


def _say_missing(raw: Raw, name: str, found: dict[str, str]) -> str:
    near = difflib.get_close_matches(name, found, n=1, cutoff=0.5)
    hint = f" Is it {near[0]}?" if near else ""
    extra = " A column of whole minor units may be called revenue_minor." if name == "revenue" else ""
    extra = " Name one for all orders with --currency." if name == "currency" else extra
    return (
        f"{raw.table}: the column {name} is missing.{hint}{extra} Found: {', '.join(found) or 'no column'}."
    )


def text_customers(touch_types: dict[str, str], order_types: dict[str, str]) -> bool:
    """Whether customer ids must be compared as text, because one table has whole numbers and the other not."""
    return is_whole_id(touch_types["customer_id"]) != is_whole_id(order_types["customer_id"])


def readings_of(
    table: str, types: dict[str, str], *, customers_as_text: bool, default_currency: str | None
) -> dict[str, Reading]:
    """Return how to read every column of the table, also those that it lacks. Raises InputError for unreadable types."""
    readings = {
        column.name: _reading(column, types, customers_as_text, default_currency) for column in COLUMNS[table]
    }
    if table == "orders":
        currency = readings["currency"].value
        minor = readings.pop("revenue_minor")
        by_hand = next(column for column in COLUMNS[table] if column.name == "revenue")
        if "revenue_minor" not in types:
            minor = read_revenue(by_hand, types["revenue"], currency)
        readings["revenue_minor"] = minor
        readings.pop("revenue")
    unreadable = [f"{table}: {reading.unreadable}." for reading in readings.values() if reading.unreadable]
    if unreadable:
        raise InputError(unreadable)
    return readings


def _reading(column: Column, types: dict[str, str], as_text: bool, default_currency: str | None) -> Reading:
    if column.name in types:
        return read_column(column, types[column.name], as_text and column.name == "customer_id")
    if column.name == "currency":
        return Reading(quoted(str(default_currency)))
    return Reading(quoted(column.default) if column.default else "CAST(NULL AS VARCHAR)")


def check(raw: Raw, readings: dict[str, Reading], has_id: bool) -> Checked:
    """Look at every row; make `<table>_checked` and `<table>_sound`; count what is wrong and show the first of each."""
    workspace, table = raw.workspace, raw.table
    faults = tuple(fault for reading in readings.values() for fault in reading.faults)
    notes = tuple(note for reading in readings.values() for note in reading.notes)
    _view_checked(workspace, raw, readings, faults, has_id)
    looked = look_quickly(raw, readings) or _count(workspace, table, faults, notes)
    rejected = [
        Problem(
            table,
            f"{fault.column} {fault.sentence}",
            looked.by_fault[number],
            _examples(workspace, raw, fault, number),
        )
        for number, fault in enumerate(faults, start=1)
        if number in looked.by_fault
    ]
    rejected += _broken_lines(workspace, raw)
    rejected += _settle_repeated(workspace, table, tuple(readings), has_id, looked.by_fault)
    noted = tuple(
        Problem(table, f"{note.column} {note.sentence}", n)
        for note, n in zip(notes, looked.by_note, strict=True)
        if n
    )
    n_broken = sum(problem.n_rows for problem in rejected if problem.sentence == BROKEN_LINE)
    report = TableReport(table, looked.n_rows + n_broken, tuple(rejected), noted, looked.n_not_human)
    return Checked(raw, tuple(readings), faults, report)


def _view_checked(
    workspace: Workspace, raw: Raw, readings: dict[str, Reading], faults: tuple[Fault, ...], has_id: bool
) -> None:
    values = {name: reading.value for name, reading in readings.items()}
    if not has_id:
        values[ID_COLUMN[raw.table]] = _made_id(values, "''")
    selected = ", ".join(f'{value} AS "_read_{name}"' for name, value in values.items())
    cases = " ".join(f"WHEN {fault.condition} THEN {number}" for number, fault in enumerate(faults, start=1))
    fault = f"CASE {cases} ELSE 0 END" if faults else "0"
    checked = f"SELECT r.*, {selected}, {fault} AS _fault FROM {raw.view} AS r"
    if raw.text_path is None or not isinstance(workspace, DuckWorkspace):
        workspace.view(f"{raw.table}_checked", checked)
        return
    try:
        # Text is split and read once, by all cores; what follows looks at the rows several times.
        workspace.write_once(f"{raw.table}_checked", checked)
    except duckdb.Error as error:
        raise cannot_read_csv(raw.table, raw.text_path, error) from error


# Ids made before a column was known stay as they were.
_NOT_IN_ID = ("touch_id", "country")


def _made_id(values: dict[str, str], extra: str) -> str:
    """An id from the row's content, the same in whatever order the rows come; `extra` tells equal rows apart."""
    told = ", ".join(
        f"coalesce(CAST({value} AS VARCHAR), '')" for name, value in values.items() if name not in _NOT_IN_ID
    )
    return f"CAST(md5_number_lower(concat_ws('|', {told}, {extra})) >> 1 AS BIGINT)"


def _count(workspace: Workspace, table: str, faults: tuple[Fault, ...], notes: tuple[Fault, ...]) -> Looked:
    """One pass over the rows."""
    human = "r._read_class = 'human'" if table == "touches" else "true"
    sums = "".join(f", count(*) FILTER (WHERE r._fault = 0 AND {note.condition})" for note in notes)
    rows = workspace.rows(
        f"SELECT r._fault, {human} AS human, count(*){sums} FROM {table}_checked AS r GROUP BY r._fault, human"
    )
    counts = [(row[0], row[1], [int(str(cell)) for cell in row[2:]]) for row in rows]
    by_fault: dict[int, int] = {}
    for fault, _, numbers in counts:
        by_fault[int(str(fault))] = by_fault.get(int(str(fault)), 0) + numbers[0]
    n_not_human = sum(numbers[0] for fault, is_human, numbers in counts if fault == 0 and is_human is False)
    by_note = tuple(sum(numbers[1 + place] for _, _, numbers in counts) for place in range(len(notes)))
    return Looked(sum(by_fault.values()), n_not_human, by_fault, by_note)


def _examples(workspace: Workspace, raw: Raw, fault: Fault, number: int) -> tuple[str, ...]:
    id_column = ID_COLUMN[raw.table]
    shown = [name for name in (id_column, fault.column) if name in {key.lower() for key in raw.types}]
    selected = ", ".join(f'CAST(r."{name}" AS VARCHAR)' for name in dict.fromkeys(shown))
    rows = workspace.rows(
        f"SELECT DISTINCT {selected} FROM {raw.table}_checked AS r WHERE r._fault = {number} ORDER BY ALL LIMIT {N_EXAMPLES}"
    )
    names = list(dict.fromkeys(shown))
    return tuple(
        ", ".join(f"{name} {_cell(value)}" for name, value in zip(names, row, strict=True)) for row in rows
    )


def _cell(value: object) -> str:
    return "(empty)" if value in (None, "") else str(value)[:80]


BROKEN_LINE = "the line does not have the header's columns"


def _broken_lines(workspace: Workspace, raw: Raw) -> list[Problem]:
    if raw.broken_view is None:
        return []
    rows = workspace.rows(f"SELECT DISTINCT b.line, b.csv_line FROM {raw.broken_view} AS b ORDER BY b.line")
    examples = tuple(f"line {line}: {_cell(text)}" for line, text in rows[:N_EXAMPLES])
    return [Problem(raw.table, BROKEN_LINE, len(rows), examples)] if rows else []


def _settle_repeated(
    workspace: Workspace, table: str, names: tuple[str, ...], has_id: bool, by_fault: dict[int, int]
) -> list[Problem]:
    """Make `<table>_sound`. Of rows that share an id the first by time and content is kept, whatever the file's order."""
    # Every condition costs a look at every row: where the first pass found no fault, none is asked again.
    sound = "true" if set(by_fault) <= {0} else "c._fault = 0"
    id_column = ID_COLUMN[table]
    values = ", ".join(f'c."_read_{name}" AS "{name}"' for name in names)
    once = f"SELECT {values} FROM {table}_checked AS c WHERE {sound}"
    workspace.view(f"{table}_sound", once)
    if not may_repeat(workspace, f"{table}_sound", id_column, by_fault.get(0, 0)):
        return []
    workspace.table(
        f"{table}_repeated",
        f"SELECT c.{id_column} AS id FROM {table}_sound AS c GROUP BY 1 HAVING count(*) > 1",
    )
    if workspace.number(f"SELECT count(*) FROM {table}_repeated") == 0:
        return []
    content = ", ".join(f'c."_read_{name}"' for name in names if name != id_column)
    workspace.view(
        f"{table}_ranked",
        f"SELECT c.*, row_number() OVER (PARTITION BY c._read_{id_column} ORDER BY c._read_at, {content}) AS turn "
        f"FROM {table}_checked AS c WHERE c._fault = 0 AND c._read_{id_column} IN (SELECT p.id FROM {table}_repeated AS p)",
    )
    kept = "WHERE c.turn = 1"
    if not has_id:
        made = _made_id(
            {name: f'c."_read_{name}"' for name in names}, "coalesce(CAST(nullif(c.turn, 1) AS VARCHAR), '')"
        )
        values, kept = values.replace(f'c."_read_{id_column}"', made), ""
    workspace.view(
        f"{table}_sound",
        f"{once} AND NOT EXISTS (SELECT 1 FROM {table}_repeated AS p WHERE p.id = c._read_{id_column}) "
        f"UNION ALL SELECT {values} FROM {table}_ranked AS c {kept}",
    )
    return _say_repeated(workspace, table, id_column) if has_id else []


def _say_repeated(workspace: Workspace, table: str, id_column: str) -> list[Problem]:
    n_rows = workspace.number(f"SELECT count(*) FROM {table}_ranked AS c WHERE c.turn > 1")
    ids = workspace.rows(
        f"SELECT CAST(p.id AS VARCHAR) FROM {table}_repeated AS p ORDER BY 1 LIMIT {N_EXAMPLES}"
    )
    examples = tuple(f"{id_column} {_cell(row[0])}" for row in ids)
    return [Problem(table, f"{id_column} is there already; the first is kept", n_rows, examples)]
