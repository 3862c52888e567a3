"""The feed: one thread that keeps the cache and the snapshot in step with the database, off the hot path.

Three duties share it: polling for changes, looking up slugs that nobody asked for before, and, after each new connection and
every ten minutes, a full copy page by page in between, which also notices what was deleted or restored from a backup.
"""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from threading import Thread

from livingroom.links.redirector.rows import LinkRow, SourceUnavailable
from livingroom.links.redirector.snapshot import Snapshot
from livingroom.links.redirector.source import Source

log = logging.getLogger(__name__)

POLL_SECONDS = 0.4
# A row is stamped before its transaction commits, so each poll looks back; what commits later still is met by the copy.
OVERLAP_MICROSECONDS = 10 * 1_000_000
SETTLE_SECONDS = 30.0
MOST_CHANGES = 20_000
COPY_SECONDS = 600.0
PAGE = 2_000
LOOKUP_BATCH = 500
RETRY_SECONDS = 0.5
HOUSEKEEPING_SECONDS = 600.0

Answers = dict[str, LinkRow | None]


class Feed:
    """`on_change`, `on_gone` and `on_answer` are called in this thread; the receiver hops to its own."""

    def __init__(
        self,
        source: Source,
        snapshot: Snapshot,
        *,
        on_change: Callable[[list[LinkRow], bool], None],
        on_gone: Callable[[list[str]], None],
        on_answer: Callable[[Answers, list[str]], None],
        housekeeping: Callable[[], None] = lambda: None,
    ) -> None:
        self._source, self._snapshot = source, snapshot
        self._on_change, self._on_gone, self._on_answer = on_change, on_gone, on_answer
        self._housekeeping = housekeeping
        self._asked: SimpleQueue[str | None] = SimpleQueue()
        self._watermark = 0
        self._recent: dict[str, LinkRow] = {}
        self._generation = snapshot.generation() + 1
        # Written down before any row bears it: whoever starts after a copy that broke off must take another number,
        # or what that copy met would pass for met anew.
        self._try_snapshot(lambda: snapshot.begin(self._generation))
        self._copied_until: str | None = None  # None: no full copy is under way
        self._identity = ""
        self._copy_is_whole = True
        self._next_poll = self._next_copy = self._next_housekeeping = self._settled_at = 0.0
        self._thread = Thread(target=self._run, name="feed", daemon=True)
        self.visitor_cookie = snapshot.fact("visitor_cookie", "never")
        self.failure = "not asked yet"
        self.last_poll_at = 0.0

    def start(self) -> None:
        self._thread.start()

    def ask(self, slug: str) -> None:
        """Look a slug up; the answer comes by `on_answer`."""
        self._asked.put(slug)

    def stop(self) -> None:
        self._asked.put(None)
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while True:
            slugs, going_on = self._wait()
            if not going_on:
                break
            try:
                if slugs:
                    self._answer(slugs)
                if time.monotonic() >= self._next_poll:
                    self._poll()
                elif self._copied_until is not None:
                    self._copy_page()
                if time.monotonic() >= self._next_housekeeping:
                    self._next_housekeeping = time.monotonic() + HOUSEKEEPING_SECONDS
                    self._housekeeping()
            except Exception:
                # The links in memory must stay served whatever happens here; the next round tries again.
                log.exception("the feed stumbled")
                self._next_poll = time.monotonic() + RETRY_SECONDS
        self._source.close()
        self._snapshot.close()

    def _wait(self) -> tuple[list[str], bool]:
        pause = 0.005 if self._copied_until is not None else max(0.0, self._next_poll - time.monotonic())
        slugs: list[str] = []
        try:
            asked = self._asked.get(timeout=pause)
            while asked is not None:
                slugs.append(asked)
                if len(slugs) == LOOKUP_BATCH:
                    break
                asked = self._asked.get_nowait()
            return slugs, asked is not None
        except Empty:
            return slugs, True

    def _poll(self) -> None:
        try:
            rows = self._source.changed_since(self._since(), MOST_CHANGES)
            cookie = self._source.visitor_cookie()
        except SourceUnavailable as error:
            self._unavailable(str(error))
            return
        self._available()
        self.last_poll_at = time.time()
        self._next_poll = time.monotonic() + POLL_SECONDS
        if cookie != self.visitor_cookie:
            self.visitor_cookie = cookie
            self._try_snapshot(lambda: self._snapshot.put_fact("visitor_cookie", cookie))
        fresh = self._fresh(rows)
        if fresh:
            self._keep(fresh)
            self._on_change(fresh, True)
        if len(rows) == MOST_CHANGES or time.monotonic() >= self._next_copy:
            self._start_copy()

    def _since(self) -> int:
        """Look back while something may still commit behind the newest change; then only ahead, which costs nothing."""
        is_settled = time.monotonic() > self._settled_at
        return self._watermark + 1 if is_settled else self._watermark - OVERLAP_MICROSECONDS

    def _fresh(self, rows: list[LinkRow]) -> list[LinkRow]:
        """What the last poll did not show: the overlap brings the same rows again and again."""
        fresh = [row for row in rows if self._recent.get(row.slug) != row]
        self._recent = {row.slug: row for row in rows}
        newest = max((row.updated_at for row in rows), default=0)
        if newest > self._watermark:
            self._watermark, self._settled_at = newest, time.monotonic() + SETTLE_SECONDS
        return fresh

    def _start_copy(self) -> None:
        self._next_copy = time.monotonic() + COPY_SECONDS
        if self._copied_until is None:
            self._copied_until, self._copy_is_whole = "", True

    def _answer(self, slugs: list[str]) -> None:
        answers: Answers = {row.slug: row for row in self._find_in_snapshot(slugs)}
        missing = [slug for slug in slugs if slug not in answers]
        unknown: list[str] = []
        if missing and self.failure and time.monotonic() < self._next_poll:
            unknown = missing  # the database did not answer a moment ago: do not make visitors wait for it
        elif missing:
            try:
                found = self._source.find(missing)
                self._keep(found)
                answers.update(dict.fromkeys(missing))
                answers.update({row.slug: row for row in found})
            except SourceUnavailable as error:
                self._unavailable(str(error))
                unknown = missing
        self._on_answer(answers, unknown)

    def _copy_page(self) -> None:
        after = self._copied_until or ""
        try:
            rows = self._source.page_after(after, PAGE)
        except SourceUnavailable as error:
            self._unavailable(str(error))
            return
        self._copy_is_whole &= self._keep(rows)
        self._on_change(rows, False)
        self._copied_until = rows[-1].slug if len(rows) == PAGE else None
        if self._copied_until is None and self._copy_is_whole:
            gone: list[str] = []
            self._try_snapshot(lambda: gone.extend(self._snapshot.drop_before(self._generation)))
            self._on_gone(gone)
            self._generation += 1
            self._try_snapshot(lambda: self._snapshot.begin(self._generation))

    def _available(self) -> None:
        if self.failure:
            log.info("the links' database answers")
            self.failure = ""
        if self._source.identity() != self._identity:
            self._identity = self._source.identity()
            self._start_copy()

    def _unavailable(self, reason: str) -> None:
        if not self.failure:
            log.warning("the links' database does not answer; links go on from memory: %s", reason)
        self.failure = reason
        self._copied_until = None
        self._identity = ""
        self._next_poll = time.monotonic() + RETRY_SECONDS

    def _keep(self, rows: Iterable[LinkRow]) -> bool:
        return self._try_snapshot(lambda: self._snapshot.put(rows, self._generation))

    def _find_in_snapshot(self, slugs: list[str]) -> list[LinkRow]:
        found: list[LinkRow] = []
        self._try_snapshot(lambda: found.extend(self._snapshot.find(slugs)))
        return found

    def _try_snapshot(self, act: Callable[[], None]) -> bool:
        """The snapshot is a help for bad days; a full disk must not stop the feed."""
        try:
            act()
        except sqlite3.Error as error:
            log.warning("the links' snapshot: %s", error)
            return False
        return True
