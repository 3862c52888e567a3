"""DuckDB, as measuring uses it: a connection with a ceiling, and a workspace that leaves nothing behind."""

import re
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from types import TracebackType

import duckdb

_BYTES = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
# A row of journeys with its windows and five rules took at most this much, measured at 10 M touches.
_BYTES_PER_ROW = 900


def connect(
    *, memory: str | None = None, threads: int | None = None, temporary: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """Open an engine of its own.

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


def read_sql(name: str) -> str:
    """Return the text of one named result, `sql/<name>.sql`."""
    return files("livingroom.measure").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def quoted(text: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


class Workspace:
    """A cursor whose temporary tables are its own, and a folder; both are gone afterwards.

    The caller's connection keeps its tables and its running results: only memory and threads are shared.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.cursor = connection.cursor()
        self.folder = Path(tempfile.mkdtemp(prefix="livingroom-measure-"))
        # DuckDB draws a bar of its own on long queries; progress here is told by the caller's.
        self.cursor.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cursor.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Run a query and return its rows."""
        return self.cursor.execute(sql).fetchall()

    def number(self, sql: str) -> int:
        """Run a query that answers with one whole number."""
        return int(str(self.rows(sql)[0][0]))

    def view(self, name: str, sql: str) -> None:
        """Give a query a name."""
        self.cursor.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {sql}')

    def table(self, name: str, sql: str) -> None:
        """Run a query once and keep its rows under a name."""
        self.cursor.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {sql}')

    def results(self, names: Iterable[str]) -> None:
        """Make the named results, each from its file, in the order given."""
        for name in names:
            self.table(name, read_sql(name))

    def named_query(self, name: str) -> None:
        """Make a named result that is worked out each time it is read: for one that is long but quickly made."""
        self.view(name, read_sql(name))

    def drop(self, names: Iterable[str]) -> None:
        """Give back the memory of tables that are no longer needed."""
        for name in names:
            self.cursor.execute(f'DROP TABLE IF EXISTS "{name}"')

    @contextmanager
    def in_any_order(self) -> Iterator[None]:
        """Let rows be written as they come, which uses all cores; DuckDB has this setting for the whole engine."""
        before = self.rows("SELECT current_setting('preserve_insertion_order')")[0][0]
        self.cursor.execute("SET preserve_insertion_order = false")
        try:
            yield
        finally:
            self.cursor.execute(f"SET preserve_insertion_order = {before}")

    def types(self, name: str) -> dict[str, str]:
        """Return the columns of a table or view, with their DuckDB types."""
        return {str(row[0]): str(row[1]) for row in self.rows(f'DESCRIBE "{name}"')}

    @property
    def rows_per_shard(self) -> int:
        """How many rows may be worked on at once, so that the ceiling holds with room to spare."""
        text = str(self.rows("SELECT current_setting('memory_limit')")[0][0])
        found = re.fullmatch(r"([\d.]+)\s*(\w+)", text)
        limit = float(found[1]) * _BYTES.get(found[2], 1) if found else 2**31
        return max(50_000, min(2_500_000, int(limit / _BYTES_PER_ROW)))
