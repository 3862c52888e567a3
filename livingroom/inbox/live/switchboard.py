"""All screens that listen in this process, and the one thread that reads for them while there are any."""

import asyncio
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable

from django.db import close_old_connections, connections
from django.utils import timezone

from livingroom.inbox.live.hub import POLL_SECONDS, Hub, hub
from livingroom.inbox.live.listener import Listener
from livingroom.inbox.live.seen import Mark
from livingroom.inbox.live.standing import Pass, branches_of, still_in, told_to

logger = logging.getLogger("livingroom.inbox")
MOST_LISTENERS = 1000
MOST_OF_ONE_PERSON = 20
LOOK_SECONDS = 5.0  # at who may still listen, when nothing changes
BEAT_SECONDS = 15.0
LEAST_EVERY, PER_LISTENER = 2.0, 0.1  # all screens together fetch at most ten lists a second


def every(n_listeners: int) -> float:
    """How often a screen may fetch its list again, in seconds: pages of people come before lists that renew themselves."""
    return max(LEAST_EVERY, n_listeners * PER_LISTENER)


class Switchboard:
    def __init__(self, source: Hub, *, turns_by_itself: bool = True) -> None:
        self._hub, self._turns_by_itself = source, turns_by_itself
        self._lock = threading.Lock()
        self._listeners: dict[Listener, asyncio.AbstractEventLoop] = {}
        self._thread: threading.Thread | None = None
        self._looked_at = self._beaten_at = 0.0

    def __len__(self) -> int:
        return len(self._listeners)

    def has_room_for(self, staff_id: int) -> bool:
        with self._lock:
            n = Counter(one.let_in_by.staff_id for one in self._listeners)
        return n.total() < MOST_LISTENERS and n[staff_id] < MOST_OF_ONE_PERSON

    def listener(self, one: Pass, mark: Mark) -> Listener:
        """A screen that has heard everything up to `mark`. It counts from when its loop takes it up."""
        return Listener(one, mark, self)

    def take_up(self, listener: Listener, loop: asyncio.AbstractEventLoop) -> None:
        with self._lock:
            self._listeners[listener] = loop
            if self._thread is None and self._turns_by_itself:
                self._looked_at = self._beaten_at = time.monotonic()
                self._thread = threading.Thread(target=self._read_on, name="live", daemon=True)
                self._thread.start()

    def forget(self, one: Listener) -> None:
        with self._lock:
            self._listeners.pop(one, None)

    def turn(self) -> None:
        """Tell everybody what is new; end those who may not listen any more."""
        with self._lock:
            listeners = list(self._listeners)
        if not listeners:
            return
        moment, seen = self._hub.since(min(one.mark.moment for one in listeners))
        is_gap = {one: one.mark.moment < self._hub.began_at for one in listeners}
        now = time.monotonic()
        if not seen and not any(is_gap.values()) and now - self._looked_at < LOOK_SECONDS:
            for one in listeners:
                one.mark = Mark(one.mark.reader, max(moment, one.mark.moment))
            self._beat(listeners, now)
            return
        self._looked_at = now
        people = still_in({one.let_in_by for one in listeners}, timezone.now())
        branches = branches_of(seen) if seen else {}
        for one in listeners:
            staff = people.get(one.let_in_by)
            if staff is None:
                self._in_loop(one, one.end)
                continue
            mine = [row for row in seen if row.at > one.mark.moment]
            one.mark = Mark(one.mark.reader, max(moment, one.mark.moment))
            told = told_to(staff, mine, branches)
            if told or is_gap[one]:
                self._in_loop(one, one.hear, one.mark, told, every(len(listeners)), is_gap[one])
        self._beat(listeners, now)

    def _read_on(self) -> None:
        while True:
            close_old_connections()
            try:
                self.turn()
            except Exception:
                # A table that cannot be read now is read in half a second; a mark moves only when something was told.
                logger.exception("The live stream missed a beat")
            with self._lock:
                if not self._listeners:
                    self._thread = None
                    break
            time.sleep(POLL_SECONDS)
        connections.close_all()

    def _beat(self, listeners: list[Listener], now: float) -> None:
        if now - self._beaten_at >= BEAT_SECONDS:
            self._beaten_at = now
            for one in listeners:
                self._in_loop(one, one.beat, one.mark)

    def _in_loop(self, one: Listener, deed: Callable[..., None], *told: object) -> None:
        loop = self._listeners.get(one)
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(deed, *told)


switchboard = Switchboard(hub)
