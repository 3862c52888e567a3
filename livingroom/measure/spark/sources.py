"""The ways in on Spark: typed Parquet is read and checked by the workers; anything else by DuckDB on this machine."""

import glob
from pathlib import Path

from livingroom.measure.columns import COLUMNS, ID_COLUMN
from livingroom.measure.problems import InputError
from livingroom.measure.reading import SMALL_INTEGERS, ZONED_TIMES
from livingroom.measure.sources import PARQUET_SUFFIXES, Raw, Source, open_with_duckdb
from livingroom.measure.spark.workspace import SparkWorkspace

_WHOLE = SMALL_INTEGERS - {"UTINYINT", "USMALLINT", "UINTEGER"}


def open_with_spark(workspace: SparkWorkspace, table: str, source: Source) -> Raw:
    """Make a source readable as the view `raw_<table>`. Raises InputError if there is nothing to read.

    What DuckDB reads is checked there and sent to the workers from this machine's memory: right for orders in a CSV file,
    not for touches by the thousand million.
    """
    if not isinstance(source, (str, Path)) or not _is_parquet(str(source)):
        return open_with_duckdb(workspace.desk, table, source)
    path = str(source)
    if "://" not in path and not glob.glob(path):
        raise InputError([f"{table}: there is no file {path}."])
    view = f"raw_{table}"
    try:
        workspace.open_parquet(view, path)
    except Exception as error:
        first = str(error).strip().splitlines()[0]
        raise InputError([f"{table}: {path} cannot be read as Parquet: {first}"]) from error
    types = workspace.types(view)
    if _is_typed(table, types):
        return Raw(workspace, table, view, types)
    if "://" in path:
        raise InputError([f"{table}: Spark reads {path} only with {_wanted(table)}."])
    return open_with_duckdb(workspace.desk, table, path)


def _is_parquet(path: str) -> bool:
    return Path(path).suffix.lower() in PARQUET_SUFFIXES or "://" in path


def _is_typed(table: str, types: dict[str, str]) -> bool:
    """Whether the workers can read every column alone; missing columns are found and named by the check that follows."""
    held = {name.lower(): kind for name, kind in types.items()}
    if ID_COLUMN[table] not in held:
        return False
    return all(_fits(column.holds, held[column.name]) for column in COLUMNS[table] if column.name in held)


def _fits(holds: str, kind: str) -> bool:
    if holds == "id":
        return kind in _WHOLE or kind == "VARCHAR"
    if holds == "time":
        return kind in _WHOLE or kind in ZONED_TIMES
    if holds in ("minor", "decimal"):
        return kind in _WHOLE or kind.startswith("DECIMAL")
    return kind == "VARCHAR"


def _wanted(table: str) -> str:
    amount = "; revenue_minor as a whole number or revenue as a decimal" if table == "orders" else ""
    return (
        f"{ID_COLUMN[table]} and other ids as whole numbers or text; at as whole microseconds UTC or a time with zone"
        f"{amount}; everything else as text"
    )
