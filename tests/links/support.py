"""A real redirector for tests: its own process, a small SQLite of links, and a client that follows nothing."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from livingroom.links.redirector.clicks import JournalClick, decode
from livingroom.links.redirector.places import Places
from livingroom.links.redirector.segments import list_segments, read_segment
from tests.support.postgres import free_port

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
PATIENCE = 15.0

TABLES = """
CREATE TABLE links_link (id INTEGER PRIMARY KEY, slug VARCHAR(24) UNIQUE NOT NULL, destination TEXT NOT NULL,
    stopped_at {time}, fallback TEXT NOT NULL, is_test BOOLEAN NOT NULL, updated_at {time} NOT NULL);
CREATE TABLE shared_brand (id INTEGER PRIMARY KEY, visitor_cookie VARCHAR(8) NOT NULL, updated_at {time});
INSERT INTO shared_brand (id, visitor_cookie) VALUES (1, 'never');
"""


class LinkTable:
    """The two tables that the redirector reads, in a SQLite file, written as Django writes them."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.executescript(TABLES.format(time="DATETIME"))

    def put(
        self,
        slug: str,
        destination: str,
        *,
        stopped_at: str | None = None,
        fallback: str = "",
        is_test: bool = False,
    ) -> None:
        self._connection.execute(
            "INSERT INTO links_link (slug, destination, stopped_at, fallback, is_test, updated_at) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (slug) DO UPDATE SET destination = excluded.destination, stopped_at = excluded.stopped_at, "
            "fallback = excluded.fallback, updated_at = excluded.updated_at",
            [slug, destination, stopped_at, fallback, is_test, _now()],
        )

    def put_many(self, links: Iterable[tuple[str, str]]) -> None:
        now = _now()
        self._connection.execute("BEGIN")
        self._connection.executemany(
            "INSERT INTO links_link (slug, destination, fallback, is_test, updated_at) VALUES (?, ?, '', 0, ?)",
            ((slug, destination, now) for slug, destination in links),
        )
        self._connection.execute("COMMIT")

    def remove(self, slug: str) -> None:
        self._connection.execute("DELETE FROM links_link WHERE slug = ?", [slug])

    def set_visitor_cookie(self, policy: str) -> None:
        self._connection.execute("UPDATE shared_brand SET visitor_cookie = ?", [policy])


@dataclass
class Running:
    """A redirector process and what tests want of it."""

    data: Path
    port: int
    process: subprocess.Popen[bytes]
    client: httpx.Client = field(default_factory=lambda: httpx.Client(follow_redirects=False, timeout=10))

    def get(self, path: str, method: str = "GET", agent: str = CHROME, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(
            method, f"http://127.0.0.1:{self.port}{path}", headers={"user-agent": agent, **named}
        )

    def health(self) -> dict[str, object]:
        answer: dict[str, object] = self.get("/-/health").json()
        return answer

    def kill(self) -> None:
        """As a crash does it: no goodbye."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=PATIENCE)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=PATIENCE)

    def log(self) -> str:
        return (self.data / "redirector.log").read_text()


@contextmanager
def redirector(
    data: Path,
    *arguments: str,
    port: int = 0,
    database_url: str = "",
    limit: Callable[[], None] | None = None,
    **variables: str,
) -> Iterator[Running]:
    """Start one and wait until it answers; at the end it is stopped if it still runs."""
    data.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": database_url or f"sqlite:///{data / 'links.sqlite3'}",
        **variables,
    }
    command = [sys.executable, "-m", "livingroom.links.redirector"]
    command += ["--data-dir", str(data), "--port", str(port), *arguments]
    with (data / "redirector.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, preexec_fn=limit)
    running = Running(data, port, process)
    try:
        wait_until(lambda: process.poll() is None and _answers(running), lambda: running.log())
        yield running
    finally:
        running.client.close()
        if process.poll() is None:
            running.stop()


def journal_clicks(data: Path) -> list[JournalClick]:
    """Every click in the sealed segments, in the order of writing."""
    folder = Places(data).segments
    names = list_segments(folder, "sealed")
    return [decode(payload) for name in names for payload in read_segment(name.path(folder, "sealed"))]


def click_id_in(response: httpx.Response) -> str:
    return parse_qs(urlsplit(response.headers["location"]).query)["lr"][0]


def wait_until(happens: Callable[[], bool], explain: Callable[[], str] = lambda: "it did not happen") -> None:
    deadline = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < deadline, explain()
        time.sleep(0.02)


def _answers(running: Running) -> bool:
    try:
        return running.get("/-/health").status_code == 200
    except httpx.TransportError:
        return False


def _now() -> str:
    now = time.time()
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1_000_000):06d}"
