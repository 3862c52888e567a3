"""The lake: tables as Parquet files below one folder, read with SQL by DuckDB.

    clicks/day=2026-11-22/w0-k3v9x2m8q1ab-0000000001.parquet
    orders/all.parquet

Files only ever appear whole, under names that their content decides, so writing the same part again changes nothing.
"""

import errno
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from livingroom.lake.places import hold, local_folder, remove, settle, write_parquet
from livingroom.lake.swap import finish_swap, swap_is_open
from livingroom.lake.tables import TABLES

Partition = Mapping[str, str]

_TABLE_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class UnknownTable(LookupError):
    """Nothing was ever written under this name."""


class Lake:
    """Safe to share between threads: every read has a connection of its own."""

    def __init__(self, url: str | Path) -> None:
        """Open the lake at LAKE_URL, making it if need be. Raises LakeAddressProblem."""
        self.folder = url if isinstance(url, Path) else local_folder(url)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._database = duckdb.connect()

    @classmethod
    def open(cls, url: str) -> "Lake":
        """The same as Lake(url), for those who like to read that something is opened."""
        return cls(url)

    def write_table(
        self, name: str, table: pa.Table, *, file: str = "all", partition: Partition | None = None
    ) -> Path:
        """Write one file of a table, replacing the file of that name; with no name given, the whole table."""
        path = self._path(name, file, partition)
        write_parquet(table, path)
        return path

    def adopt(self, name: str, source: Path, *, file: str, partition: Partition | None = None) -> Path:
        """Move a finished Parquet file in: it is in the old place or in the lake, never in neither."""
        path = self._path(name, file, partition)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            settle(source, path)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            draft = path.with_name(f"{path.name}.adopted.draft")
            shutil.copyfile(source, draft)
            settle(draft, path)
            remove(source)
        return path

    def files(self, name: str, *, partition: Partition | None = None) -> list[Path]:
        """The files of a table, or of a part of it, by day and name."""
        return sorted(self._path(name, "all", partition).parent.rglob("*.parquet"))

    def tables(self) -> list[str]:
        """Every table that can be asked for, whether or not it holds rows."""
        written = {
            path.name for path in self.folder.iterdir() if path.is_dir() and _TABLE_NAME.fullmatch(path.name)
        }
        return sorted(written | TABLES.keys())

    def read(self, name: str) -> pa.Table:
        """All rows. Raises UnknownTable."""
        if name not in self.tables():
            raise UnknownTable(f"the lake holds no table {name}; it holds {', '.join(self.tables())}")
        return self.query(f"FROM {_checked(_TABLE_NAME, name)}")

    def query(self, sql: str, **values: Any) -> pa.Table:
        """Run SQL over the lake's tables by name; `$name` takes the value given as `name`."""
        with self.reading() as connection:
            return self.see(connection, sql).sql(sql, params=values or None).to_arrow_table()

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """The same for a few rows, as tuples."""
        with self.reading() as connection:
            return self.see(connection, sql).execute(sql, values or None).fetchall()

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection for as long as the files are promised to stay where they are."""
        lock = self.folder / ".lock"
        if swap_is_open(self.folder):
            with hold(lock, alone=True):
                finish_swap(self.folder)
        with hold(lock, alone=False), self._database.cursor() as connection:
            yield connection

    def relation(
        self, name: str, connection: duckdb.DuckDBPyConnection | None = None
    ) -> duckdb.DuckDBPyRelation:
        """A table, read when its rows are asked for. Inside `reading`, on its connection, the files stay meanwhile."""
        return self.see(connection or self._database.cursor(), name).view(_checked(_TABLE_NAME, name))

    def see(self, connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyConnection:
        """Make the tables that the SQL names visible, as views, on this connection alone, which may be anybody's."""
        words = set(re.findall(r"\w+", sql))
        for name in self.tables():
            if name in words:
                connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {self._source_sql(name)}")
        return connection

    def _source_sql(self, name: str) -> str:
        files = self.files(name)
        if files:
            listed = ", ".join(_quoted(str(path)) for path in files)
            return f"FROM read_parquet([{listed}], hive_partitioning = true, union_by_name = true)"
        if name not in TABLES:
            raise UnknownTable(f"the lake's table {name} holds no file")
        columns = ", ".join(f'NULL::{_sql_type(field.type)} AS "{field.name}"' for field in TABLES[name])
        return f"SELECT {columns}, NULL::DATE AS day WHERE false"

    def _path(self, name: str, file: str, partition: Partition | None) -> Path:
        path = self.folder / _checked(_TABLE_NAME, name)
        for column, value in (partition or {}).items():
            path /= f"{_checked(_TABLE_NAME, column)}={_checked(_FILE_NAME, value)}"
        return path / f"{_checked(_FILE_NAME, file)}.parquet"


def _checked(pattern: re.Pattern[str], text: str) -> str:
    """Names become paths and SQL, so they are letters, digits and little else."""
    if not pattern.fullmatch(text):
        raise ValueError(f"{text!r} cannot name a part of the lake")
    return text


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _sql_type(kind: pa.DataType) -> str:
    return "BIGINT" if pa.types.is_int64(kind) else "VARCHAR"
