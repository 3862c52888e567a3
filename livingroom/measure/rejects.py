"""The side file: every row that was not used, as it came, with the reason."""

# ruff: noqa: S608 - names in these queries are our own; values are written by `quoted`.

from pathlib import Path

from livingroom.measure.checking import BROKEN_LINE, Checked
from livingroom.measure.columns import ID_COLUMN
from livingroom.measure.engine import Workspace, quoted


def write_rejected(workspace: Workspace, tables: list[Checked], path: Path) -> bool:
    """Write the bad rows of all tables to one CSV file and return whether there were any; without any, no file stays."""
    parts = [part for checked in tables for part in _parts(checked)]
    if not any(checked.report.rejected for checked in tables) or not parts:
        path.unlink(missing_ok=True)
        return False
    rows = " UNION ALL BY NAME ".join(parts)
    sql = f"SELECT * FROM ({rows}) ORDER BY ALL"
    workspace.cursor.execute(f"COPY ({sql}) TO {quoted(str(path))} (FORMAT csv, HEADER)")
    return True


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
