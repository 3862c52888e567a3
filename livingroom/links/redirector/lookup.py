"""Finding a link: in memory, or asked for once however many visitors wait for the same slug."""

import asyncio
import re
import time
from collections.abc import Callable

from livingroom.links.redirector.cache import CachedLink, LinkCache
from livingroom.links.redirector.rows import LinkRow

MOST_PENDING = 10_000
_SLUG = re.compile(r"[A-Za-z0-9_-]{1,64}")


class LookupUnavailable(Exception):
    """Nobody can say whether this link exists: the database is away and the snapshot does not know it."""


class Lookup:
    """Belongs to the event loop; the feed's answers arrive through `answered`."""

    def __init__(self, cache: LinkCache, ask: Callable[[str], None]) -> None:
        self._cache, self._ask = cache, ask
        self._pending: dict[str, asyncio.Future[CachedLink | None]] = {}

    async def find(self, slug: str) -> CachedLink | None:
        """The link, or None when there is none. Raises LookupUnavailable."""
        slug = slug.removesuffix("/")
        if not _SLUG.fullmatch(slug):
            return None
        link = self._cache.get(slug)
        if link is not None or self._cache.is_absent(slug, time.monotonic()):
            return link
        waiting = self._pending.get(slug)
        if waiting is None:
            waiting = self._start(slug)
        # Shielded: one visitor who gives up must not cancel the question for the others.
        return await asyncio.shield(waiting)

    def _start(self, slug: str) -> "asyncio.Future[CachedLink | None]":
        if len(self._pending) >= MOST_PENDING:
            raise LookupUnavailable
        waiting = self._pending[slug] = asyncio.get_running_loop().create_future()
        self._ask(slug)
        return waiting

    def answered(self, answers: dict[str, LinkRow | None], unknown: list[str]) -> None:
        monotonic = time.monotonic()
        for slug, row in answers.items():
            if row is None:
                self._cache.put_absent(slug, monotonic)
            link = self._cache.put(row) if row is not None else None
            waiting = self._pending.pop(slug, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(link)
        for slug in unknown:
            waiting = self._pending.pop(slug, None)
            if waiting is not None and not waiting.done():
                waiting.set_exception(LookupUnavailable())
                waiting.exception()  # seen: a visitor who left must not turn it into a log line
