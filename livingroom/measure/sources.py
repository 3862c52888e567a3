"""The ways in: a Parquet or CSV file, an Arrow table, or a DuckDB relation."""

# ruff: noqa: S608 - names in these queries are our own; values are written by `quoted`.

import csv
import glob
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import duckdb
import pyarrow as pa

from livingroom.measure.engine import DuckWorkspace, Workspace, quoted
from livingroom.measure.problems import InputError

Source: TypeAlias = str | Path | pa.Table | duckdb.DuckDBPyRelation

CSV_SUFFIXES = (".csv", ".tsv", ".txt")
PARQUET_SUFFIXES = (".parquet", ".pq")


@dataclass(frozen=True)
class Raw:
    """A source as it came, under the name `view` of the workspace that reads it.

    `text_path` is the CSV file that it is read from anew each time; its lines that could not be split are in `broken_view`
    once it has been read.
    """

    workspace: Workspace
    table: str
    view: str
    types: dict[str, str]
    broken_view: str | None = None
    text_path: str | None = None


def open_source(workspace: Workspace, table: str, source: Source) -> Raw:
    """Make a source readable as the view `raw_<table>`. Raises InputError if there is nothing to read."""
    if isinstance(workspace, DuckWorkspace):
        return open_with_duckdb(workspace, table, source)
    from livingroom.measure.spark.sources import open_with_spark
    from livingroom.measure.spark.workspace import SparkWorkspace

    assert isinstance(workspace, SparkWorkspace)
    return open_with_spark(workspace, table, source)


def open_with_duckdb(workspace: DuckWorkspace, table: str, source: Source) -> Raw:
    """Make any kind of source readable in DuckDB."""
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
    return Raw(workspace, table, f"raw_{table}", workspace.types(f"raw_{table}"))


def _open_path(workspace: DuckWorkspace, table: str, path: str) -> Raw:
    suffix = Path(path).suffix.lower()
    if suffix not in CSV_SUFFIXES + PARQUET_SUFFIXES:
        raise InputError([f"{table}: {path} is neither Parquet (.parquet) nor CSV (.csv)."])
    if not glob.glob(path):
        raise InputError([f"{table}: there is no file {path}."])
    if suffix in CSV_SUFFIXES:
        return _open_csv(workspace, table, path)
    try:
        workspace.view(f"raw_{table}", f"SELECT * FROM read_parquet({quoted(path)}, union_by_name = true)")
        return Raw(workspace, table, f"raw_{table}", workspace.types(f"raw_{table}"))
    except duckdb.Error as error:
        raise InputError([f"{table}: {path} cannot be read as Parquet: {_first_line(error)}"]) from error


def _open_csv(workspace: DuckWorkspace, table: str, path: str) -> Raw:
    """Read every cell as text, so that 007 stays 007."""
    first = sorted(glob.glob(path))[0]
    header, delimiter = _header(table, first)
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in header)
    try:
        workspace.view(
            f"raw_{table}",
            f"""SELECT * FROM read_csv({quoted(path)}, auto_detect = false, header = true, delim = {quoted(delimiter)},
                quote = '"', escape = '"', columns = {{{columns}}}, store_rejects = true,
                rejects_table = 'broken_{table}', rejects_scan = 'scan_{table}')""",
        )
    except duckdb.Error as error:
        raise cannot_read_csv(table, path, error) from error
    types = dict.fromkeys(header, "VARCHAR")
    return Raw(workspace, table, f"raw_{table}", types, f"broken_{table}", path)


def cannot_read_csv(table: str, path: str, error: duckdb.Error) -> InputError:
    """Say what DuckDB found."""
    return InputError([f"{table}: {path} cannot be read as CSV: {_first_line(error)}"])


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


def _keep(workspace: DuckWorkspace, table: str, reader: pa.RecordBatchReader) -> None:
    target = workspace.folder / f"raw_{table}.parquet"
    workspace.cursor.register(f"arrow_{table}", reader)
    workspace.cursor.execute(f"COPY (SELECT * FROM arrow_{table}) TO {quoted(str(target))} (FORMAT parquet)")
    workspace.cursor.unregister(f"arrow_{table}")
    workspace.view(f"raw_{table}", f"SELECT * FROM read_parquet({quoted(str(target))})")


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
