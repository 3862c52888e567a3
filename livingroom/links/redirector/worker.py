"""One worker: its event loop, segments, snapshot and health."""

import asyncio
import fcntl
import json
import logging
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from livingroom.links.redirector.app import Redirector
from livingroom.links.redirector.cache import LinkCache
from livingroom.links.redirector.click_id import random_letters
from livingroom.links.redirector.feed import Answers, Feed
from livingroom.links.redirector.gaps import GapsFile
from livingroom.links.redirector.journal import Journal
from livingroom.links.redirector.lookup import Lookup
from livingroom.links.redirector.places import Places
from livingroom.links.redirector.rows import LinkRow
from livingroom.links.redirector.segments import recover
from livingroom.links.redirector.settings import Settings
from livingroom.links.redirector.snapshot import Snapshot
from livingroom.links.redirector.source import open_source
from livingroom.links.redirector.visitor import DailyKeys, destroy_old_keys

log = logging.getLogger(__name__)

PRELOADED_LINKS = 20_000
ROWS_AT_A_TIME = 200  # visitors are answered in between


class AlreadyRunning(Exception):
    """Another redirector writes into the same data folder."""


class Worker:
    def __init__(self, settings: Settings, number: int = 0) -> None:
        self.settings, self.number = settings, number
        self.places = Places(settings.data_dir)
        self.places.make()
        self._lock = _hold(self.places.lock(number))
        # A new name at each start: a sequence that begins again at 1 can never be taken for one that was shipped.
        self.node = f"w{number}-{random_letters(12)}"
        for found in recover(self.places.segments):
            log.warning(
                "mended %s: %d clicks kept, %d torn bytes cut", found.name, found.records, found.bytes_cut
            )

    async def run(self) -> None:
        """Serve until SIGINT or SIGTERM, then write what is queued and seal the last segment."""
        loop = asyncio.get_running_loop()
        journal = self.make_journal(loop)
        feed, app = self._wire(loop, journal)
        server = Server(
            app.handle,
            address=self.settings.host,
            port=self.settings.port,
            interface=Interfaces.RSGI,
            http=HTTPModes.http1,
            websockets=False,
            log_enabled=False,
            backlog=2048,
        )
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, server.stop)
        feed.start()
        log.info("redirector %s listens on %s:%d", self.node, self.settings.host, self.settings.port)
        try:
            await server.serve()
        finally:
            # In a thread, because the last visitors' answers still need this loop.
            await asyncio.to_thread(journal.close)
            await asyncio.to_thread(feed.stop)
            self._lock.close()

    def make_journal(self, loop: asyncio.AbstractEventLoop) -> Journal:
        return Journal(
            self.places.segments,
            self.node,
            gaps=GapsFile(self.places.gaps(self.number)),
            loop=loop,
            durability=self.settings.durability,
            segment_seconds=self.settings.segment_seconds,
        )

    def _wire(self, loop: asyncio.AbstractEventLoop, journal: Journal) -> tuple[Feed, Redirector]:
        """Join cache, feed and journal; the feed's thread reaches the cache only by way of the loop."""
        cache = LinkCache()
        snapshot = Snapshot(self.places.snapshot(self.number))
        for row in reversed(snapshot.newest(PRELOADED_LINKS)):
            cache.put(row)

        def on_change(rows: list[LinkRow], may_enter: bool) -> None:
            take = cache.put_all if may_enter else cache.refresh
            for start in range(0, len(rows), ROWS_AT_A_TIME):
                loop.call_soon_threadsafe(take, rows[start : start + ROWS_AT_A_TIME])

        def on_gone(slugs: list[str]) -> None:
            loop.call_soon_threadsafe(cache.forget, slugs)

        def on_answer(answers: Answers, unknown: list[str]) -> None:
            loop.call_soon_threadsafe(lookup.answered, answers, unknown)

        feed = Feed(
            open_source(self.settings.database_url),
            snapshot,
            on_change=on_change,
            on_gone=on_gone,
            on_answer=on_answer,
            housekeeping=lambda: _housekeeping(self.places),
        )
        lookup = Lookup(cache, feed.ask)
        started_at = time.time()
        app = Redirector(
            cache=cache,
            lookup=lookup,
            journal=journal,
            keys=DailyKeys(self.places.keys),
            visitor_cookie=lambda: feed.visitor_cookie,
            health=lambda whole: self._health(journal, feed, cache, started_at, whole=whole),
            trusted_proxies=self.settings.trusted_proxies,
            hosts=self.settings.hosts,
        )
        return feed, app

    def _health(
        self, journal: Journal, feed: Feed, cache: LinkCache, started_at: float, *, whole: bool
    ) -> str:
        problems = [f"clicks: {journal.failure}"] if journal.failure else []
        problems += [f"database: {feed.failure}"] if feed.failure else []
        status = {"status": "degraded" if problems else "ok"}
        if not whole:
            return json.dumps(status)
        return json.dumps(
            status
            | {
                "problems": problems,
                "node": self.node,
                "seconds_up": round(time.time() - started_at, 1),
                "links_in_memory": len(cache),
                "links_checked_at": feed.last_poll_at,
                "visitor_cookie": feed.visitor_cookie,
                "durability": journal.durability,
                "clicks_recorded": journal.recorded,
                "clicks_not_recorded": journal.unrecorded,
                "batches": journal.batches,
                "answers_that_did_not_wait": journal.impatient,
            }
        )


def _hold(path: Path) -> TextIO:
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise AlreadyRunning(
            f"another redirector uses {path.parent.parent}: stop it, or give this one a data folder of its own"
        ) from None
    return file


def _housekeeping(places: Places) -> None:
    """Keys go on time even where nobody clicks; what other crashed workers left is mended."""
    destroy_old_keys(places.keys, now=datetime.now(UTC))
    recover(places.segments)
