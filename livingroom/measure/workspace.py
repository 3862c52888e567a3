"""Where one measurement keeps its tables: what every engine offers, and how queries are found and written."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa


def read_sql(name: str) -> str:
    """Return the text of one named result, `sql/<name>.sql`."""
    return files("livingroom.measure").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def quoted(text: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def bucket_of(column: str) -> str:
    """Write the bucket (0 to 4,095) that an id falls into, the same on every engine and in every version of it.

    Parameters
    ----------
    column : str
        An expression that gives the id. Whole numbers and their text fall into the same bucket.
    """
    digest = f"md5(CAST({column} AS VARCHAR))"
    digits = (f"strpos('0123456789abcdef', substr({digest}, {place}, 1)) - 1" for place in (1, 2, 3))
    first, second, third = (f"({digit})" for digit in digits)
    return f"({first} * 256 + {second} * 16 + {third})"


class Workspace(ABC):
    """Where one measurement keeps its tables, and a folder; both are gone afterwards.

    Queries are written in DuckDB's words as far as every engine knows them; `docs/methods/engines.md` has the list.
    """

    folder: Path

    @property
    def threads(self) -> int:
        """How many cores of this process it may use."""
        return 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def number(self, sql: str) -> int:
        """Run a query that answers with one whole number."""
        return int(str(self.rows(sql)[0][0]))

    def results(self, names: Iterable[str]) -> None:
        """Make the named results, each from its file, in the order given."""
        for name in names:
            self.table(name, read_sql(name))

    def named_query(self, name: str) -> None:
        """Make a named result that is worked out each time it is read: for one that is long but quickly made."""
        self.view(name, read_sql(name))

    def write_folder(self, name: str, folder: Path) -> int | None:
        """Write a result as a folder of Parquet, from which it is read from now on, and say how many rows it has.

        None: this engine hands its rows over instead.
        """
        return None

    @abstractmethod
    def close(self) -> None:
        """Forget every table, and the folder."""

    @abstractmethod
    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Run a query and return its rows."""

    @abstractmethod
    def arrow(self, sql: str) -> pa.Table:
        """Run a query and return its rows as columns."""

    @abstractmethod
    def reader(self, sql: str) -> pa.RecordBatchReader:
        """Run a query and return its rows a batch at a time."""

    @abstractmethod
    def view(self, name: str, sql: str) -> None:
        """Give a query a name."""

    @abstractmethod
    def table(self, name: str, sql: str) -> None:
        """Run a query once and keep its rows under a name."""

    @abstractmethod
    def keep(self, name: str, rows: pa.Table) -> None:
        """Make Arrow rows a table."""

    @abstractmethod
    def drop(self, names: Iterable[str]) -> None:
        """Give back the memory of tables that are no longer needed."""

    @abstractmethod
    def types(self, name: str) -> dict[str, str]:
        """Return the columns of a table or view, with their types in DuckDB's words."""

    @abstractmethod
    def shards(self, sources: Mapping[str, str], key: str, n_rows: int) -> Iterator[tuple[int, int]]:
        """Hand out the rows of some views share by share, so that the memory's ceiling holds.

        Parameters
        ----------
        sources : mapping of str to str
            Which view is read, by the name under which each share of it becomes readable.
        key : str
            A column of all of them: rows with the same key are in the same share.
        n_rows : int
            How many rows there are, all views together.

        Yields
        ------
        number, n_shards : int
            The share that is readable now, from 0, and how many there are. One share, where an engine parts by itself.
        """
