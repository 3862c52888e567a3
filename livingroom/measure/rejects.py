"""The side file: every row that was not used, as it came, with the reason."""

# ruff: noqa: S608 - names in these queries are our own; values are written by `quoted`.

from pathlib import Path

import duckdb

from livingroom.measure.checking import BROKEN_LINE, Checked
from livingroom.measure.columns import ID_COLUMN
from livingroom.measure.engine import DuckWorkspace, quoted


def write_rejected(tables: list[Checked], path: Path) -> bool:
    """Write the bad rows of all tables to one CSV file and return whether there were any; without any, no file stays."""
    found = [checked for checked in tables if checked.report.rejected]
    path.unlink(missing_ok=True)
    if not found:
        return False
    workspaces = {checked.raw.workspace for checked in found}
    if len(workspaces) == 1 and isinstance(only := workspaces.pop(), DuckWorkspace):
        _write(only, [part for checked in found for part in _parts(checked)], path)
        return True
    with duckdb.connect() as connection, DuckWorkspace(connection) as desk:
        names = []
        for number, (checked, part) in enumerate((c, part) for c in found for part in _parts(c)):
            names.append(f"rejected_{number}")
            desk.keep(names[-1], checked.raw.workspace.arrow(part))
        _write(desk, [f"SELECT r.* FROM {name} AS r" for name in names], path)
    return True


def _write(workspace: DuckWorkspace, parts: list[str], path: Path) -> None:
    rows = " UNION ALL BY NAME ".join(parts)
    sql = f"SELECT * FROM ({rows}) ORDER BY ALL"
    workspace.cursor.execute(f"COPY ({sql}) TO {quoted(str(path))} (FORMAT csv, HEADER)")


def _parts(checked: Checked) -> list[str]:
    raw = checked.raw
    if not checked.report.rejected:
        return []
    as_text = ", ".join(f"CAST(r.{_name(name)} AS VARCHAR) AS {_name(_out_name(name))}" for name in raw.types)
    sentences = " ".join(
        f"WHEN {number} THEN {quoted(f'{fault.column} {fault.sentence}')}"
        for number, fault in enumerate(checked.faults, start=1)
    )
    head = f'SELECT {quoted(raw.table)} AS "table"'
    parts = [
        f"{head}, CASE r._fault {sentences} END AS problem, {as_text} FROM {raw.table}_checked AS r WHERE r._fault > 0"
    ]
    repeated = f"{ID_COLUMN[raw.table]} is there already; the first is kept"
    if any(problem.sentence == repeated for problem in checked.report.rejected):
        parts.append(
            f"{head}, {quoted(repeated)} AS problem, {as_text} FROM {raw.table}_ranked AS r WHERE r.turn > 1"
        )
    if any(problem.sentence == BROKEN_LINE for problem in checked.report.rejected):
        parts.append(
            f"{head}, {quoted(BROKEN_LINE)} AS problem, CAST(r.line AS VARCHAR) AS line, r.csv_line AS text "
            f"FROM (SELECT DISTINCT b.line, b.csv_line FROM {raw.broken_view} AS b) AS r"
        )
    return parts


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _out_name(column: str) -> str:
    return f"row_{column}" if column.lower() in ("table", "problem", "line", "text") else column
