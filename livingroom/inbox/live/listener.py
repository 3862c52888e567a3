"""One screen that listens: what it was not sent yet. One that reads slowly has its news put together, and delays nobody."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterable
from typing import Protocol

from livingroom.inbox.live.events import MOST_NAMED, changed, held_open
from livingroom.inbox.live.seen import Mark, Seen
from livingroom.inbox.live.standing import Pass

LONGEST_SECONDS = 1800.0  # then the browser comes back by itself: whoever is gone without a word is forgotten


class Board(Protocol):
    """Where listeners stand."""

    def take_up(self, listener: "Listener", loop: asyncio.AbstractEventLoop) -> None: ...

    def forget(self, listener: "Listener") -> None: ...


class Listener:
    def __init__(self, one: Pass, mark: Mark, board: "Board") -> None:
        self.let_in_by = one
        self.mark = mark  # how far the reader has told; touched by the reader's thread alone
        self._until = time.monotonic() + LONGEST_SECONDS * random.uniform(0.8, 1.0)
        self._woken = asyncio.Event()
        self._board = board
        self._is_over = False
        self._waiting: dict[int, Seen] = {}
        self._said: Mark | None = None
        self._every = 0.0
        self._is_many = False
        self._beat: Mark | None = None

    async def parts(self) -> AsyncIterator[bytes]:
        """What goes over the wire, as it comes."""
        if not self._is_over:
            self._board.take_up(self, asyncio.get_running_loop())
        while not self._is_over and time.monotonic() < self._until:
            await self._woken.wait()
            self._woken.clear()
            if part := self._take():
                yield part

    def hear(self, mark: Mark, seen: Iterable[Seen], every: float, many: bool) -> None:
        """Called in the loop."""
        for one in seen:
            known = self._waiting.get(one.conversation_id)
            self._waiting[one.conversation_id] = one if not (known and known.is_new) else known
        if many or len(self._waiting) > MOST_NAMED:
            self._waiting.clear()
            self._is_many = True
        self._said, self._every = mark, every
        self._woken.set()

    def beat(self, mark: Mark) -> None:
        """A sign of life, for proxies and for the page that watches. Called in the loop."""
        self._beat = mark
        self._woken.set()

    def end(self) -> None:
        """Called in the loop, and again when the wire is done."""
        if not self._is_over:
            self._is_over = True
            self._board.forget(self)
        self._woken.set()

    def _take(self) -> bytes:
        """Everything that waits, as one event."""
        if self._is_over:
            return b""
        said, beat, self._said, self._beat = self._said, self._beat, None, None
        if said is None:
            return held_open(str(beat)).encode() if beat else b""
        told, many = list(self._waiting.values()), self._is_many
        self._waiting, self._is_many = {}, False
        return changed(str(said), told, every=self._every, many=many).encode()
