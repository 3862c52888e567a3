"""Digests that do not depend on the order of rows, on threads or on how a file was compressed."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from livingroom.measure.engine import quoted

DIGITS = 6
ROWS_AT_ONCE = 100_000
# A cell is written behind a mark, so that an empty text and a missing value differ.
_CELL = "CASE WHEN {name} IS NULL THEN '-' ELSE '+' || CAST({name} AS VARCHAR) END"


def table_digest(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[int, str]:
    """Return how many rows a Parquet file holds, and a digest of them.

    Each row is written as text, column by column in the alphabet's order, and hashed; the hashes are sorted and hashed
    together with the names of the columns.
    """
    with connection.cursor() as cursor:
        source = f"read_parquet({quoted(str(path))})"
        names = sorted(str(row[0]) for row in cursor.execute(f"DESCRIBE FROM {source}").fetchall())
        cells = ", ".join(_CELL.format(name=f'"{name}"') for name in names)
        whole = hashlib.sha256("\x1f".join(names).encode())
        digests = cursor.sql(
            f"SELECT sha256(concat_ws(chr(31), {cells})) AS digest FROM {source} ORDER BY digest"  # noqa: S608 - names of columns
        ).to_arrow_reader(ROWS_AT_ONCE)
        n_rows = 0
        for batch in digests:
            n_rows += batch.num_rows
            whole.update("".join(batch.column(0).to_pylist()).encode())
    return n_rows, whole.hexdigest()


def document_digest(document: Mapping[str, Any]) -> str:
    """Return the digest of a claim without its own `digest`."""
    content = {key: value for key, value in document.items() if key != "digest"}
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def total_digest(tables: Mapping[str, Mapping[str, Any]]) -> str:
    """Return one digest for all inputs."""
    lines = [f"{name} {tables[name]['n_rows']} {tables[name]['digest']}" for name in sorted(tables)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def canonical(document: Any) -> str:
    """Write JSON in the one way in which it is hashed."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def settled(value: Any) -> Any:
    """Round every fraction to six decimals, so that the order in which threads add does not show."""
    if isinstance(value, bool) or value is None or isinstance(value, (int, str)):
        return value
    if isinstance(value, float):
        rounded = round(value, DIGITS)
        return int(rounded) if rounded == int(rounded) and abs(rounded) < 2**53 else rounded
    if isinstance(value, Mapping):
        return {str(key): settled(one) for key, one in value.items()}
    return [settled(one) for one in value]
