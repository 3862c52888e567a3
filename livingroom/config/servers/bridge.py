"""Django's pages behind an asynchronous server, so that an answer may be held open without keeping a thread.

A page is made by one of a few threads, as under any WSGI server. A view that has more to say later asks for it:
`environ["livingroom.hold"]` takes something with `parts()`; when the view's own answer is sent, the parts follow as they come.
The view's answer has gone through every middleware by then: sign-in, permission and headers are those of any page.
"""

import asyncio
import signal
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any, Protocol
from wsgiref.types import WSGIApplication

from livingroom.config.servers.answering import HOLD, PIECE, Answer, answer_of
from livingroom.config.servers.asking import TooLarge, environ_of, receive_body

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

THREADS = 4
SLOW_READER_SECONDS = 30.0
# A thread that computes keeps the interpreter for so long while others wait: the loop that hands out requests is one of them.
SWITCH_SECONDS = 0.001


class Held(Protocol):
    """An answer that goes on."""

    def parts(self) -> AsyncIterator[bytes]: ...

    def end(self) -> None:
        """Nobody listens any more, or the house stops. Called in the loop, more than once at times."""


class Bridge:
    """An ASGI application over a WSGI one."""

    def __init__(self, pages: WSGIApplication, threads: int = THREADS) -> None:
        self._pages = pages
        self._threads = ThreadPoolExecutor(threads, "page")
        self._held: set[Held] = set()
        self._is_stopping = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await receive_body(receive)
        except TooLarge:
            await _send_whole(send, 413, b"That is more than this house takes at once.")
            return
        if body is None:
            return
        loop, held, reader = asyncio.get_running_loop(), list[Held](), Reader(receive, send)
        with body:
            environ = environ_of(scope, body)
            if not self._is_stopping:
                environ[HOLD] = held.append

            def send_now(message: Message) -> None:
                """From a page's thread; waits until the reader has room."""
                asyncio.run_coroutine_threadsafe(reader.take(message), loop).result()

            try:
                answer = await loop.run_in_executor(self._threads, answer_of, self._pages, environ, send_now)
            except ReaderLeft:
                return
            finally:
                reader.forget()
        if held:
            await self._go_on(answer, held[0], receive, send)
        else:
            await _send_rest(send, answer)

    async def _go_on(self, answer: Answer, held: Held, receive: Receive, send: Send) -> None:
        """Send what the view said, then what comes, until one side has enough."""
        self._held.add(held)
        gone = asyncio.create_task(_wait_for_leaving(receive))
        gone.add_done_callback(lambda _: held.end())
        try:
            if self._is_stopping:
                held.end()
            headers = [(name, value) for name, value in answer.headers if name != b"content-length"]
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            await send({"type": "http.response.body", "body": answer.body, "more_body": True})
            async for part in held.parts():
                await _in_time(send({"type": "http.response.body", "body": part, "more_body": True}))
            await send({"type": "http.response.body", "body": b""})
        except (TimeoutError, OSError):
            pass  # who reads too slowly, or left, comes back by themselves
        finally:
            held.end()
            gone.cancel()
            self._held.discard(held)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                sys.setswitchinterval(SWITCH_SECONDS)
                self._hear_signals()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                self._threads.shutdown(wait=False, cancel_futures=True)
                return

    def _hear_signals(self) -> None:
        """The server waits for open answers before it tells us that it stops, so what is held must end at the signal itself.

        The loop hears signals through a pipe, whatever handler stands here: the server's own goes on working.
        """
        if threading.current_thread() is not threading.main_thread():
            return
        loop = asyncio.get_running_loop()

        def stop(signum: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self._end_all)

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)

    def _end_all(self) -> None:
        self._is_stopping = True
        for held in list(self._held):
            held.end()


class ReaderLeft(OSError):
    """Nobody waits for the rest."""


class Reader:
    """Somebody who takes a long answer piece by piece."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._leaving: asyncio.Task[None] | None = None

    async def take(self, message: Message) -> None:
        """Raises ReaderLeft, also when nothing was read for a long time."""
        if self._leaving is None:
            self._leaving = asyncio.create_task(_wait_for_leaving(self._receive))
        if self._leaving.done():
            raise ReaderLeft
        try:
            await _in_time(self._send(message))
        except TimeoutError:
            raise ReaderLeft from None

    def forget(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()


async def _send_rest(send: Send, answer: Answer) -> None:
    """What the page's thread has not sent yet."""
    if not answer.is_begun:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    for place in range(0, max(1, len(answer.body)), PIECE):
        piece = answer.body[place : place + PIECE]
        is_last = place + PIECE >= len(answer.body)
        await send({"type": "http.response.body", "body": piece, "more_body": not is_last})


async def _send_whole(send: Send, status: int, text: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await _send_rest(send, Answer(status, headers, text))


async def _in_time(sending: Awaitable[None]) -> None:
    async with asyncio.timeout(SLOW_READER_SECONDS):
        await sending


async def _wait_for_leaving(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
