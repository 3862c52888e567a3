"""Change rows of a table wherever they are: file by file, each at one stroke; readers see the old file or the new one."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from livingroom.lake.lake import Lake
from livingroom.lake.places import hold, write_parquet
from livingroom.lake.swap import Swap, begin_swap, finish_swap

Change = Callable[[duckdb.DuckDBPyConnection, str], str]


def rewrite_where(lake: Lake, name: str, condition: str, select: str, **values: Any) -> int:
    """Put `select` (SQL over the view `rows`) in the place of every file of a table that has a row meeting `condition`.

    A crash in between leaves each file whole, old or new; doing it again finishes. Returns how many rows met the condition.
    """
    n = 0
    with hold(lake.folder / ".compaction.lock", alone=True):
        for path in lake.files(name):
            n += _rewrite(lake, path, condition, select, values)
    return n


def files_holding(lake: Lake, texts: Sequence[str]) -> dict[str, int]:
    """By table and column, how many rows hold one of the texts, however they are capitalised."""
    found: dict[str, int] = {}
    wanted = [text.casefold() for text in texts]
    for name in lake.tables():
        for path in lake.files(name):
            for column in _texts_of(path):
                n = _count(lake, path, column, wanted)
                if n:
                    found[f"{name}.{column}"] = found.get(f"{name}.{column}", 0) + n
    return found


def _rewrite(lake: Lake, path: Path, condition: str, select: str, values: dict[str, Any]) -> int:
    draft = path.with_name(f"{path.name}.erased.draft")
    with lake.reading() as connection:
        if (
            not path.exists()
        ):  # merged into another since it was listed: that one is listed, too, or comes with the next try
            return 0
        rows = connection.read_parquet(str(path), hive_partitioning=False)
        rows.create_view("rows")
        counted = f"SELECT count(*) FROM rows WHERE {condition}"  # noqa: S608 - the caller's own words
        found = connection.execute(counted, _named_in(counted, values)).fetchall()
        if not found[0][0]:
            return 0
        changed: pa.Table = connection.sql(select, params=_named_in(select, values) or None).to_arrow_table()
    # The columns keep their types whatever the SQL made of them, or tomorrow's readers could not join today's files.
    write_parquet(changed.cast(pq.read_schema(path).remove_metadata()), draft)
    with hold(lake.folder / ".lock", alone=True):
        finish_swap(lake.folder)
        names = [str(one.relative_to(lake.folder)) for one in (draft, path)]
        begin_swap(lake.folder, Swap(names[0], names[1], [names[1]]))
        finish_swap(lake.folder)
    return int(found[0][0])


def _named_in(sql: str, values: dict[str, Any]) -> dict[str, Any]:
    """DuckDB takes no parameter that the statement does not name."""
    return {name: value for name, value in values.items() if f"${name}" in sql}


def _texts_of(path: Path) -> list[str]:
    return [
        field.name
        for field in pq.read_schema(path)
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
    ]


def _count(lake: Lake, path: Path, column: str, wanted: Sequence[str]) -> int:
    with lake.reading() as connection:
        rows = connection.read_parquet(str(path), hive_partitioning=False)
        rows.create_view("rows")
        found = connection.execute(
            f'SELECT count(*) FROM rows WHERE list_bool_or([contains(lower("{column}"), word) FOR word IN $wanted])',  # noqa: S608
            {"wanted": list(wanted)},
        ).fetchall()
    return int(found[0][0])
