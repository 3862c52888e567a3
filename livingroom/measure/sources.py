"""The ways in: a Parquet or CSV file, an Arrow table, or a DuckDB relation."""

# ruff: noqa: S608 - names in these queries are our own; values are written by `quoted`.

import csv
import glob
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import duckdb
import pyarrow as pa

from livingroom.measure.engine import Workspace, quoted
from livingroom.measure.problems import InputError

Source: TypeAlias = str | Path | pa.Table | duckdb.DuckDBPyRelation

CSV_SUFFIXES = (".csv", ".tsv", ".txt")
PARQUET_SUFFIXES = (".parquet", ".pq")


@dataclass(frozen=True)
class Raw:
    """A source as it came, under the name `view`; `broken_view` holds the CSV lines that could not be split."""

    table: str
    view: str
    types: dict[str, str]
    broken_view: str | None = None


def open_source(workspace: Workspace, table: str, source: Source) -> Raw:
    """Make a source readable as the view `raw_<table>`. Raises InputError if there is nothing to read."""
    if isinstance(source, (str, Path)):
        return _open_path(workspace, table, str(source))
    if isinstance(source, duckdb.DuckDBPyRelation):
        # Read once and kept: a relation may depend on a connection that is busy later.
        _keep(workspace, table, source.to_arrow_reader())
    elif isinstance(source, pa.Table):
        workspace.cursor.register(f"arrow_{table}", source)
        workspace.view(f"raw_{table}", f"SELECT * FROM arrow_{table}")
    else:
        raise InputError(
            [f"{table}: a path, an Arrow table or a DuckDB relation is needed, not {type(source).__name__}."]
        )
    return Raw(table, f"raw_{table}", workspace.types(f"raw_{table}"))


def _open_path(workspace: Workspace, table: str, path: str) -> Raw:
    suffix = Path(path).suffix.lower()
    if suffix not in CSV_SUFFIXES + PARQUET_SUFFIXES:
        raise InputError([f"{table}: {path} is neither Parquet (.parquet) nor CSV (.csv)."])
    if not glob.glob(path):
        raise InputError([f"{table}: there is no file {path}."])
    if suffix in CSV_SUFFIXES:
        return _open_csv(workspace, table, path)
    try:
        workspace.view(f"raw_{table}", f"SELECT * FROM read_parquet({quoted(path)}, union_by_name = true)")
        return Raw(table, f"raw_{table}", workspace.types(f"raw_{table}"))
    except duckdb.Error as error:
        raise InputError([f"{table}: {path} cannot be read as Parquet: {_first_line(error)}"]) from error


def _open_csv(workspace: Workspace, table: str, path: str) -> Raw:
    """Read every cell as text, so that 007 stays 007, and keep it as Parquet: the text is parsed once only."""
    first = sorted(glob.glob(path))[0]
    header, delimiter = _header(table, first)
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in header)
    target = workspace.folder / f"raw_{table}.parquet"
    read = f"""
        SELECT * FROM read_csv({quoted(path)}, auto_detect = false, header = true, delim = {quoted(delimiter)},
            quote = '"', escape = '"', columns = {{{columns}}}, store_rejects = true,
            rejects_table = 'broken_{table}', rejects_scan = 'scan_{table}')"""
    try:
        workspace.cursor.execute(f"COPY ({read}) TO {quoted(str(target))} (FORMAT parquet)")
    except duckdb.Error as error:
        raise InputError([f"{table}: {path} cannot be read as CSV: {_first_line(error)}"]) from error
    workspace.view(f"raw_{table}", f"SELECT * FROM read_parquet({quoted(str(target))})")
    return Raw(table, f"raw_{table}", workspace.types(f"raw_{table}"), f"broken_{table}")


def _header(table: str, path: str) -> tuple[list[str], str]:
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        line = file.readline()
        if not line.strip():
            raise InputError([f"{table}: {path} is empty; a header line is needed."])
        delimiter = max(",;\t|", key=line.count)
        file.seek(0)
        names = [name.strip() for name in next(csv.reader(file, delimiter=delimiter))]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or "" in names:
        fault = f"names {', '.join(twice)} twice" if twice else "has a column without a name"
        raise InputError([f"{table}: the header of {path} {fault}."])
    return names, delimiter


def _keep(workspace: Workspace, table: str, reader: pa.RecordBatchReader) -> None:
    target = workspace.folder / f"raw_{table}.parquet"
    workspace.cursor.register(f"arrow_{table}", reader)
    workspace.cursor.execute(f"COPY (SELECT * FROM arrow_{table}) TO {quoted(str(target))} (FORMAT parquet)")
    workspace.cursor.unregister(f"arrow_{table}")
    workspace.view(f"raw_{table}", f"SELECT * FROM read_parquet({quoted(str(target))})")


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
