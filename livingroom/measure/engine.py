"""The engine that runs the named results: DuckDB in process, or Apache Spark; the workspace that both offer to measuring."""

# ruff: noqa: S608 - names in these queries are our own; values are written by `quoted`.

import re
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, Union

import duckdb
import pyarrow as pa

from livingroom.measure.workspace import Workspace, bucket_of, quoted, read_sql

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = [
    "DuckWorkspace",
    "Engine",
    "Workspace",
    "bucket_of",
    "connect",
    "open_workspace",
    "quoted",
    "read_sql",
]

Engine: TypeAlias = Union[duckdb.DuckDBPyConnection, "SparkSession"]

_BYTES = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
# A row of journeys with its windows and five rules took at most this much, measured at 10 M touches.
_BYTES_PER_ROW = 900
ROWS_AT_ONCE = 500_000


def connect(
    *, memory: str | None = None, threads: int | None = None, temporary: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB engine of its own.

    Parameters
    ----------
    memory : str, optional
        The ceiling, such as "2GB". What does not fit goes to disk. DuckDB's default is 80 % of the machine.
    threads : int, optional
        How many cores it may use; all by default.
    temporary : Path, optional
        Where it may write while it works; the system's temporary folder by default.
    """
    # Each connection spills into a folder of its own, which DuckDB makes when it is needed and removes at the end.
    settings: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(
            (temporary or Path(tempfile.gettempdir())) / f"livingroom-spill-{secrets.token_hex(8)}"
        )
    }
    if memory is not None:
        settings["memory_limit"] = memory
    if threads is not None:
        settings["threads"] = threads
    return duckdb.connect(":memory:", config=settings)


def open_workspace(engine: Engine) -> Workspace:
    """Return a workspace on whichever engine is given; Spark is imported only when it is Spark's."""
    if isinstance(engine, duckdb.DuckDBPyConnection):
        return DuckWorkspace(engine)
    from livingroom.measure.spark.workspace import SparkWorkspace

    return SparkWorkspace(engine)


class DuckWorkspace(Workspace):
    """A cursor whose temporary tables are its own: the caller's connection keeps its tables and its running results.

    Only memory and threads are shared.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.cursor = connection.cursor()
        self.folder = Path(tempfile.mkdtemp(prefix="livingroom-measure-"))
        # Which view each parted table was made from, and into how many shards: a second look needs no second copy.
        self._parted: dict[str, tuple[str, int]] = {}
        # DuckDB draws a bar of its own on long queries; progress here is told by the caller's.
        self.cursor.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
        self.cursor.execute("SET partitioned_write_flush_threshold = 100000")
        # While one batch is looked at here, the engine goes on with the next.
        self.cursor.execute("SET streaming_buffer_size = '32MB'")

    def close(self) -> None:
        self.cursor.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return self.cursor.execute(sql).fetchall()

    def arrow(self, sql: str) -> pa.Table:
        return self.cursor.sql(sql).to_arrow_table()

    def reader(self, sql: str) -> pa.RecordBatchReader:
        return self.cursor.sql(sql).to_arrow_reader(ROWS_AT_ONCE)

    def view(self, name: str, sql: str) -> None:
        self.cursor.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {sql}')

    def table(self, name: str, sql: str) -> None:
        self.cursor.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {sql}')

    def keep(self, name: str, rows: pa.Table) -> None:
        self.cursor.register(f"arrow_{name}", rows)
        self.table(name, f'SELECT * FROM "arrow_{name}"')
        self.cursor.unregister(f"arrow_{name}")

    def write_once(self, name: str, sql: str) -> None:
        """Run a query once and read its rows from a Parquet file: for those that need not be in memory."""
        place = quoted(str(self.folder / f"{name}.parquet"))
        with self.in_any_order():
            self.cursor.execute(f"COPY ({sql}) TO {place} (FORMAT parquet)")
        self.view(name, f"SELECT w.* FROM read_parquet({place}) AS w")

    def drop(self, names: Iterable[str]) -> None:
        for name in names:
            self.cursor.execute(f'DROP TABLE IF EXISTS "{name}"')

    def types(self, name: str) -> dict[str, str]:
        return {str(row[0]): str(row[1]) for row in self.rows(f'DESCRIBE "{name}"')}

    @contextmanager
    def in_any_order(self) -> Iterator[None]:
        """Let rows be written as they come, which uses all cores; DuckDB has this setting for the whole engine."""
        before = self.rows("SELECT current_setting('preserve_insertion_order')")[0][0]
        self.cursor.execute("SET preserve_insertion_order = false")
        try:
            yield
        finally:
            self.cursor.execute(f"SET preserve_insertion_order = {before}")

    @property
    def memory_bytes(self) -> int:
        """The ceiling that the engine was given."""
        text = str(self.rows("SELECT current_setting('memory_limit')")[0][0])
        found = re.fullmatch(r"([\d.]+)\s*(\w+)", text)
        return int(float(found[1]) * _BYTES.get(found[2], 1)) if found else 2**31

    @property
    def threads(self) -> int:
        """How many cores of this process it may use."""
        return self.number("SELECT current_setting('threads')")

    @property
    def rows_per_shard(self) -> int:
        """How many rows may be worked on at once, so that the ceiling holds with room to spare."""
        return max(50_000, min(2_500_000, self.memory_bytes // _BYTES_PER_ROW))

    def shards(self, sources: Mapping[str, str], key: str, n_rows: int) -> Iterator[tuple[int, int]]:
        n_shards = max(1, -(-n_rows // self.rows_per_shard))
        for name, source in sources.items():
            if self._parted.get(name) != (source, n_shards):
                self._part(name, source, key, n_shards)
                self._parted[name] = (source, n_shards)
        for number in range(n_shards):
            for name in sources:
                self._open(name, number)
            yield number, n_shards

    def _part(self, name: str, source: str, key: str, n_shards: int) -> None:
        if n_shards == 1:
            self.table(f"{name}_whole", f"SELECT u.* FROM {source} AS u")
            return
        # A table of no rows gives the columns to a shard that has no file.
        self.table(f"{name}_whole", f"SELECT u.* FROM {source} AS u LIMIT 0")
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        with self.in_any_order():
            self.cursor.execute(
                f"COPY (SELECT u.*, coalesce(hash(u.{key}), 0) % {n_shards} AS shard FROM {source} AS u) "
                # Written once and read once: ids gain nothing from a dictionary, and small portions keep memory low.
                f"TO {quoted(str(folder))} "
                "(FORMAT parquet, PARTITION_BY (shard), COMPRESSION lz4_raw, DICTIONARY_SIZE_LIMIT 1000)"
            )

    def _open(self, name: str, number: int) -> None:
        folder = self.folder / name / f"shard={number}"
        if self._parted[name][1] == 1 or not folder.exists():
            self.view(name, f"SELECT e.* FROM {name}_whole AS e")
            return
        parquet = quoted(str(folder / "*.parquet"))
        self.view(name, f"SELECT f.* FROM read_parquet({parquet}, hive_partitioning = false) AS f")
