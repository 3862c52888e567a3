"""A copy of the links on the redirector's own disk, so that a database outage, even at start, does not stop redirects."""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from livingroom.links.redirector.rows import LinkRow

_SCHEMA = """
CREATE TABLE IF NOT EXISTS link (
    slug TEXT PRIMARY KEY, id INTEGER NOT NULL, destination TEXT NOT NULL, stopped_at INTEGER, fallback TEXT NOT NULL,
    is_test INTEGER NOT NULL, updated_at INTEGER NOT NULL, generation INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS link_updated_at ON link (updated_at);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_LINKS = "SELECT slug, id, destination, stopped_at, fallback, is_test, updated_at FROM link "


class Snapshot:
    """One worker's copy. It belongs to the feed's thread."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = _open(path)
        except sqlite3.DatabaseError:
            # It is only a copy: a damaged one is made anew.
            for suffix in ("", "-wal", "-shm"):
                Path(f"{path}{suffix}").unlink(missing_ok=True)
            self._connection = _open(path)

    def put(self, rows: Iterable[LinkRow], generation: int) -> None:
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO link VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(*row, generation) for row in rows],
            )

    def find(self, slugs: Sequence[str]) -> list[LinkRow]:
        places = ",".join("?" * len(slugs))
        return self._rows(_LINKS + f"WHERE slug IN ({places})", slugs)

    def newest(self, count: int) -> list[LinkRow]:
        return self._rows(_LINKS + "ORDER BY updated_at DESC LIMIT ?", [count])

    def generation(self) -> int:
        """The number of the last copy that was begun."""
        return int(self.fact("generation", "0"))

    def begin(self, generation: int) -> None:
        """Rows bear this number from now on."""
        self.put_fact("generation", str(generation))

    def drop_before(self, generation: int) -> list[str]:
        """A full copy is complete: forget the links it no longer met. Returns their slugs."""
        with self._connection:
            gone = self._connection.execute(
                "SELECT slug FROM link WHERE generation < ?", [generation]
            ).fetchall()
            self._connection.execute("DELETE FROM link WHERE generation < ?", [generation])
        return [slug for (slug,) in gone]

    def fact(self, name: str, default: str) -> str:
        row = self._connection.execute("SELECT value FROM fact WHERE name = ?", [name]).fetchone()
        return str(row[0]) if row else default

    def put_fact(self, name: str, value: str) -> None:
        with self._connection:
            self._connection.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", [name, value])

    def close(self) -> None:
        self._connection.close()

    def _rows(self, sql: str, values: Sequence[str | int]) -> list[LinkRow]:
        return [
            LinkRow(slug, id, destination, stopped_at, fallback, bool(is_test), updated_at)
            for slug, id, destination, stopped_at, fallback, is_test, updated_at in self._connection.execute(
                sql, values
            )
        ]


def _open(path: Path) -> sqlite3.Connection:
    # Opened by the main thread, used by the feed's thread alone from then on.
    connection = sqlite3.connect(path, timeout=5.0, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.executescript(_SCHEMA)
    return connection
