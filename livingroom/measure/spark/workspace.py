"""The workspace on Spark: the same methods, the same queries, on as many machines as the master has."""

# ruff: noqa: S608 - names in these queries are our own.

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from livingroom.measure.engine import DuckWorkspace, Workspace, connect
from livingroom.measure.spark.dialect import to_spark

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_TYPES = {
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "string": "VARCHAR",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "binary": "BLOB",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
    "timestamp_ntz": "TIMESTAMP",
}


class SparkWorkspace(Workspace):
    """A session of its own beside the caller's: views and settings are private, machines are shared.

    `desk` is a DuckDB on this machine for what Spark should not read itself (CSV, Arrow tables, times written as text).
    """

    def __init__(self, session: "SparkSession") -> None:
        self.session = session.newSession()
        for name, value in (("spark.sql.session.timeZone", "UTC"), ("spark.sql.ansi.enabled", "true")):
            self.session.conf.set(name, value)
        self.folder = Path(tempfile.mkdtemp(prefix="livingroom-measure-"))
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._desk: DuckWorkspace | None = None
        # Which view each shared table was made from: a second look needs no second copy.
        self._shared: dict[str, str] = {}

    @property
    def desk(self) -> DuckWorkspace:
        if self._desk is None:
            self._connection = connect()
            self._desk = DuckWorkspace(self._connection)
        return self._desk

    def close(self) -> None:
        self.drop([table.name for table in self.session.catalog.listTables() if table.isTemporary])
        if self._desk is not None and self._connection is not None:
            self._desk.close()
            self._connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def query(self, sql: str) -> "DataFrame":
        """Return a query written in our words as a data frame."""
        return self.session.sql(to_spark(sql))

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return [tuple(row) for row in self.query(sql).collect()]

    def arrow(self, sql: str) -> pa.Table:
        return self.query(sql).toArrow()

    def reader(self, sql: str) -> pa.RecordBatchReader:
        return self.arrow(sql).to_reader()

    def view(self, name: str, sql: str) -> None:
        self.query(sql).createOrReplaceTempView(name)

    def table(self, name: str, sql: str) -> None:
        """Run a query once; its rows stay in the workers' memory and, what does not fit, on their disks.

        Merely cached, the plan of every later query would hold the plans of all before it, and grow beyond any memory. With
        a checkpoint folder (`spark.checkpoint.dir`) a worker may be lost; without one the run must then be repeated.
        """
        frame = self.query(sql)
        is_safe = self.session.sparkContext.getCheckpointDir() is not None
        frame = frame.checkpoint() if is_safe else frame.localCheckpoint()
        frame.createOrReplaceTempView(name)

    def keep(self, name: str, rows: pa.Table) -> None:
        self.session.createDataFrame(rows).createOrReplaceTempView(name)

    def drop(self, names: Iterable[str]) -> None:
        """Forget tables; Spark frees what nobody names any more."""
        for name in names:
            self.session.catalog.dropTempView(name)

    def types(self, name: str) -> dict[str, str]:
        return {column: _TYPES.get(kind, kind.upper()) for column, kind in self.session.table(name).dtypes}

    def shards(self, sources: Mapping[str, str], key: str, n_rows: int) -> Iterator[tuple[int, int]]:
        """One: Spark parts people among its workers by itself, and spills what does not fit."""
        for name, source in sources.items():
            if self._shared.get(name) != source:
                self.table(name, f"SELECT u.* FROM {source} AS u")
                self._shared[name] = source
        yield 0, 1

    def open_parquet(self, name: str, path: str) -> None:
        """Make Parquet readable under a name; a bare path is one that every worker sees."""
        self.session.read.option("mergeSchema", "true").parquet(_located(path)).createOrReplaceTempView(name)

    def write_folder(self, name: str, folder: Path) -> int | None:
        place = _located(str(folder))
        self.session.table(name).write.mode("overwrite").parquet(place)
        # What follows reads the files instead of working the result out again.
        self.session.read.parquet(place).createOrReplaceTempView(name)
        return int(self.session.table(name).count())


def _located(path: str) -> str:
    return path if "://" in path else f"file:{Path(path).absolute()}"
