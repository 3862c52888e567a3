"""The bridge between an asynchronous server and pages: what it hands over, what it holds open, and how it ends."""

import asyncio
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import pytest

from livingroom.config.servers import asking, bridge
from livingroom.config.servers.bridge import Bridge
from tests.support.postgres import free_port

SERVE = """
import sys
from granian.constants import Interfaces
from granian.server import Server
if __name__ == "__main__":
    Server("tests.config.test_answers_go_on_after_their_page:served", address="127.0.0.1", port=int(sys.argv[1]),
           interface=Interfaces.ASGI, websockets=False).serve()
"""


class Ticking:
    """Says something as long as somebody listens."""

    def __init__(self, every: float = 0.01, says: bytes = b"tick\n") -> None:
        self.every, self.says, self.is_over, self.n = every, says, False, 0

    async def parts(self) -> AsyncIterator[bytes]:
        while not self.is_over:
            self.n += 1
            yield self.says
            await asyncio.sleep(self.every)

    def end(self) -> None:
        self.is_over = True


class Pages:
    """A small WSGI application that keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}
        self.body = b""
        self.pieces_made = 0
        self.is_closed = False

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.asked = environ
        self.body = environ["wsgi.input"].read()
        start_response(
            "200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
        )
        if environ["PATH_INFO"] == "/live":
            environ["livingroom.hold"](Ticking())
        return self._long() if environ["PATH_INFO"] == "/long" else [b"Good ", b"day"]

    def _long(self) -> Iterator[bytes]:
        try:
            for _ in range(40):
                self.pieces_made += 1
                yield b"x" * 100_000
        finally:
            self.is_closed = True


served = Bridge(Pages())


class Visitor:
    """One request, and what comes back; reads nothing more after `reads` messages, and leaves when told."""

    def __init__(
        self, path: str = "/", *, body: tuple[bytes, ...] = (b"",), reads: int | None = None, **scope: Any
    ) -> None:
        self.scope = {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": [],
            "scheme": "http", "server": ("127.0.0.1", 8000), "client": ("198.51.100.7", 4711), "http_version": "1.1", **scope,
        }  # fmt: skip
        self.to_send = list(body)
        self.reads = reads
        self.got: list[dict[str, Any]] = []
        self.leaves = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        if self.to_send:
            piece = self.to_send.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(self.to_send)}
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if self.reads is not None and len(self.got) >= self.reads:
            await asyncio.sleep(3600)
        self.got.append(dict(message))

    @property
    def text(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.got)


def visit(visitor: Visitor, pages: Pages | None = None) -> Pages:
    found = pages or Pages()
    asyncio.run(Bridge(found)(visitor.scope, visitor.receive, visitor.send))
    return found


def test_a_page_gets_the_request_as_it_was_made():
    headers = [
        (b"host", b"example.com"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"x_forwarded_for", b"1.2.3.4"),
    ]
    visitor = Visitor(
        "/caf%C3%A9/%FF", body=(b"one ", b"two"), method="POST", query_string=b"q=%20x", headers=headers
    )

    pages = visit(visitor)

    assert pages.asked["PATH_INFO"].encode("latin-1") == "/café/".encode() + b"\xff"
    assert (pages.asked["QUERY_STRING"], pages.asked["REMOTE_ADDR"]) == ("q=%20x", "198.51.100.7")
    assert (pages.asked["HTTP_HOST"], pages.asked["HTTP_COOKIE"]) == ("example.com", "a=1; b=2")
    assert "HTTP_X_FORWARDED_FOR" not in pages.asked
    assert (pages.body, pages.asked["CONTENT_LENGTH"]) == (b"one two", "7")


def test_a_small_answer_comes_whole_with_all_its_headers():
    visitor = Visitor()

    visit(visitor)

    start, rest = visitor.got
    assert (start["status"], start["headers"][1:]) == (
        200,
        [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")],
    )
    assert (rest["body"], rest["more_body"]) == (b"Good day", False)


def test_a_long_answer_comes_in_pieces_while_it_is_made():
    visitor = Visitor("/long")

    pages = visit(visitor)

    assert len(visitor.text) == 4_000_000
    assert len(visitor.got) > 10
    assert pages.is_closed


def test_a_long_answer_to_somebody_who_left_is_not_made_to_its_end(monkeypatch):
    monkeypatch.setattr(bridge, "SLOW_READER_SECONDS", 0.1)
    visitor = Visitor("/long", reads=3)

    pages = visit(visitor)

    assert pages.is_closed
    assert pages.pieces_made < 40


def test_more_than_a_disk_should_hold_is_refused(monkeypatch):
    monkeypatch.setattr(asking, "MOST_BYTES", 10)
    visitor = Visitor(body=(b"123456", b"789012"), method="POST")

    pages = visit(visitor)

    assert visitor.got[0]["status"] == 413
    assert pages.asked == {}


def test_a_held_answer_begins_with_the_pages_words_and_ends_when_the_reader_leaves():
    async def listen() -> Visitor:
        visitor = Visitor("/live")
        answering = asyncio.create_task(Bridge(Pages())(visitor.scope, visitor.receive, visitor.send))
        while visitor.text.count(b"tick") < 3:
            await asyncio.sleep(0.01)
        visitor.leaves.set()
        await asyncio.wait_for(answering, 2)
        return visitor

    visitor = asyncio.run(listen())

    assert visitor.text.startswith(b"Good daytick\ntick\n")
    assert visitor.got[-1] == {"type": "http.response.body", "body": b""}


def test_a_slow_reader_is_let_go_and_stops_nobody_else(monkeypatch):
    monkeypatch.setattr(bridge, "SLOW_READER_SECONDS", 0.2)

    async def listen() -> tuple[Visitor, Visitor]:
        house = Bridge(Pages())
        slow, quick = Visitor("/live", reads=4), Visitor("/live")
        ended = asyncio.create_task(house(slow.scope, slow.receive, slow.send))
        going_on = asyncio.create_task(house(quick.scope, quick.receive, quick.send))
        await asyncio.wait_for(ended, 5)
        told = quick.text.count(b"tick")
        while quick.text.count(b"tick") < told + 3:
            await asyncio.sleep(0.01)
        quick.leaves.set()
        await going_on
        return slow, quick

    slow, quick = asyncio.run(listen())

    assert len(slow.got) == 4
    assert quick.text.count(b"tick") > slow.text.count(b"tick")


@pytest.fixture
def server() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(port)], env=environment, stdout=subprocess.DEVNULL
    )
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.05)
    yield process, port
    process.kill()
    process.wait()


def test_a_hundred_held_answers_keep_no_page_waiting_and_end_when_the_house_stops(server):
    process, port = server
    held = [http.client.HTTPConnection("127.0.0.1", port, timeout=20) for _ in range(100)]
    for one in held:
        one.request("GET", "/live")
    answers = [one.getresponse() for one in held]
    heard = [answer.read(13) for answer in answers]

    page = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    page.request("GET", "/")
    said = page.getresponse().read()
    page.close()
    process.send_signal(signal.SIGTERM)
    ended = [answer.read()[-5:] for answer in answers]

    assert set(heard) == {b"Good daytick\n"}
    assert said == b"Good day"
    assert set(ended) <= {b"tick\n", b""}  # one that was cut would not have been read to its end
    assert process.wait(10) == 0
