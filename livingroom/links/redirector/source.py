"""The links' source: the house's database, read without Django. SQLite or PostgreSQL, by DATABASE_URL."""

import os
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

import psycopg

from livingroom.links.redirector.rows import LinkRow, SourceUnavailable

_LINKS = "SELECT slug, id, destination, stopped_at, fallback, is_test, updated_at FROM links_link "
# Options of dj-database-url that libpq would refuse.
_DJANGO_OPTIONS = {"conn_max_age", "conn_health_checks", "disable_server_side_cursors", "engine"}


class Source(Protocol):
    """Every method raises SourceUnavailable when there is no answer."""

    def changed_since(self, microseconds: int, most: int) -> list[LinkRow]:
        """The newest `most` of the links that changed at or after the moment."""
        ...

    def page_after(self, slug: str, size: int) -> list[LinkRow]: ...

    def find(self, slugs: Sequence[str]) -> list[LinkRow]: ...

    def visitor_cookie(self) -> str: ...

    def identity(self) -> str:
        """Changes when another database took this one's place."""
        ...

    def close(self) -> None: ...


def open_source(database_url: str) -> Source:
    """Raises ValueError for a database that is neither SQLite nor PostgreSQL."""
    scheme, _, rest = database_url.partition(":")
    if scheme in ("postgres", "postgresql"):
        return PostgresSource(database_url)
    if scheme == "sqlite" and rest.startswith("///"):
        return SqliteSource(unquote(rest[3:]))
    raise ValueError(
        "DATABASE_URL must start with sqlite:/// or postgres://, for example sqlite:////var/lib/livingroom/db.sqlite3"
    )


class SqliteSource:
    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._inode = 0

    def changed_since(self, microseconds: int, most: int) -> list[LinkRow]:
        moment = f"{_moment(microseconds):%Y-%m-%d %H:%M:%S.%f}"
        sql = _LINKS + "WHERE updated_at >= ? ORDER BY updated_at DESC LIMIT ?"
        return self._links(sql, [moment, most])

    def page_after(self, slug: str, size: int) -> list[LinkRow]:
        return self._links(_LINKS + "WHERE slug > ? ORDER BY slug LIMIT ?", [slug, size])

    def find(self, slugs: Sequence[str]) -> list[LinkRow]:
        places = ",".join("?" * len(slugs))
        return self._links(_LINKS + f"WHERE slug IN ({places})", slugs)

    def visitor_cookie(self) -> str:
        rows = self._rows("SELECT visitor_cookie FROM shared_brand ORDER BY id LIMIT 1", [])
        return str(rows[0][0]) if rows else "never"

    def identity(self) -> str:
        return str(self._inode)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _links(self, sql: str, values: Sequence[Any]) -> list[LinkRow]:
        return _link_rows(self._rows(sql, values))

    def _rows(self, sql: str, values: Sequence[Any]) -> list[Any]:
        try:
            return self._connect().execute(sql, values).fetchall()
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise SourceUnavailable(str(error)) from error

    def _connect(self) -> sqlite3.Connection:
        inode = os.stat(self._path).st_ino
        if self._connection is None or inode != self._inode:
            self.close()
            # A URI, because only it opens read-only; the path is quoted since ? and # mean something there.
            address = self._path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
            self._connection = sqlite3.connect(
                f"file:{address}?mode=ro", uri=True, timeout=1.0, isolation_level=None
            )
            self._inode = inode
        return self._connection


class PostgresSource:
    def __init__(self, url: str) -> None:
        self._url = _libpq_url(url)
        self._connection: psycopg.Connection[Any] | None = None
        self._identity = ""

    def changed_since(self, microseconds: int, most: int) -> list[LinkRow]:
        sql = _LINKS + "WHERE updated_at >= %s ORDER BY updated_at DESC LIMIT %s"
        return self._links(sql, [_moment(microseconds), most])

    def page_after(self, slug: str, size: int) -> list[LinkRow]:
        # The C collation makes pages follow one another whatever the database's language is.
        sql = _LINKS + 'WHERE slug COLLATE "C" > %s ORDER BY slug COLLATE "C" LIMIT %s'
        return self._links(sql, [slug, size])

    def find(self, slugs: Sequence[str]) -> list[LinkRow]:
        return self._links(_LINKS + "WHERE slug = ANY(%s)", [list(slugs)])

    def visitor_cookie(self) -> str:
        rows = self._rows("SELECT visitor_cookie FROM shared_brand ORDER BY id LIMIT 1", [])
        return str(rows[0][0]) if rows else "never"

    def identity(self) -> str:
        return self._identity

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _links(self, sql: str, values: Sequence[Any]) -> list[LinkRow]:
        return _link_rows(self._rows(sql, values))

    def _rows(self, sql: str, values: Sequence[Any]) -> list[Any]:
        try:
            # Both strings are constants of this module; the values travel apart.
            return self._connect().execute(sql.encode(), values).fetchall()
        except (psycopg.Error, OSError) as error:
            self.close()
            raise SourceUnavailable(str(error).strip()) from error

    def _connect(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._url,
                autocommit=True,
                connect_timeout=2,
                tcp_user_timeout=3000,
                keepalives_idle=5,
                options="-c statement_timeout=3000 -c default_transaction_read_only=on -c timezone=UTC",
                application_name="livingroom redirector",
            )
            self._identity = f"connected {datetime.now(UTC).isoformat()}"
        return self._connection


def _link_rows(rows: Iterable[Any]) -> list[LinkRow]:
    return [
        LinkRow(
            slug,
            id,
            destination,
            _microseconds(stopped_at),
            fallback,
            bool(is_test),
            _microseconds(updated_at) or 0,
        )
        for slug, id, destination, stopped_at, fallback, is_test, updated_at in rows
    ]


def _moment(microseconds: int) -> datetime:
    seconds, rest = divmod(max(0, microseconds), 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)


def _microseconds(value: datetime | str | None) -> int | None:
    """Django keeps times in SQLite as UTC text without a zone."""
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    whole = int(moment.replace(microsecond=0).timestamp())
    return whole * 1_000_000 + moment.microsecond


def _libpq_url(url: str) -> str:
    parts = urlsplit(url)
    options = [(name, value) for name, value in parse_qsl(parts.query) if name not in _DJANGO_OPTIONS]
    return urlunsplit(parts._replace(scheme="postgresql", query=urlencode(options)))
