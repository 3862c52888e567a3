"""Links in memory: the least recently used leave first, and slugs that do not exist are remembered for a moment.

Slugs are unique over the whole house, so the slug alone is the key; which hosts are answered at all is checked before.
Only the event loop touches a cache, so it needs no lock.
"""

from collections import OrderedDict
from collections.abc import Iterable
from urllib.parse import urlsplit

from livingroom.links.redirector.rows import LinkRow

ABSENT_SECONDS = 10.0
CLICK_ID_PLACE = "{lr}"


class Target:
    """Where a link leads, cut once so that a click only joins the pieces."""

    __slots__ = ("pieces",)

    def __init__(self, url: str) -> None:
        if CLICK_ID_PLACE in url:
            self.pieces = tuple(url.split(CLICK_ID_PLACE))
        else:
            address, hash_sign, fragment = url.partition("#")
            joint = "" if address.endswith(("?", "&")) else "&" if "?" in address else "?"
            self.pieces = (f"{address}{joint}lr=", hash_sign + fragment)

    def with_click(self, click_id: str) -> str:
        return click_id.join(self.pieces)


class CachedLink:
    __slots__ = ("fallback", "id", "is_test", "stopped_at", "target")

    def __init__(self, row: LinkRow) -> None:
        self.id, self.is_test, self.stopped_at = row.id, row.is_test, row.stopped_at
        self.target = Target(row.destination) if is_web_address(row.destination) else None
        self.fallback = Target(row.fallback) if is_web_address(row.fallback) else None

    def target_at(self, now_microseconds: int) -> Target | None:
        """None once the link is stopped and nothing is named to go to instead."""
        if self.stopped_at is not None and now_microseconds >= self.stopped_at:
            return self.fallback
        return self.target


class LinkCache:
    def __init__(self, capacity: int = 200_000, absent_capacity: int = 50_000) -> None:
        self._links: OrderedDict[str, CachedLink] = OrderedDict()
        self._absent: OrderedDict[str, float] = OrderedDict()
        self._capacity, self._absent_capacity = capacity, absent_capacity

    def __len__(self) -> int:
        return len(self._links)

    def get(self, slug: str) -> CachedLink | None:
        link = self._links.get(slug)
        if link is not None:
            self._links.move_to_end(slug)
        return link

    def is_absent(self, slug: str, monotonic: float) -> bool:
        return self._absent.get(slug, 0.0) > monotonic

    def put(self, row: LinkRow) -> CachedLink:
        link = self._links[row.slug] = CachedLink(row)
        self._links.move_to_end(row.slug)
        self._absent.pop(row.slug, None)
        if len(self._links) > self._capacity:
            self._links.popitem(last=False)
        return link

    def put_absent(self, slug: str, monotonic: float) -> None:
        self._links.pop(slug, None)
        self._absent[slug] = monotonic + ABSENT_SECONDS
        self._absent.move_to_end(slug)
        if len(self._absent) > self._absent_capacity:
            self._absent.popitem(last=False)

    def put_all(self, rows: Iterable[LinkRow]) -> None:
        for row in rows:
            self.put(row)

    def refresh(self, rows: Iterable[LinkRow]) -> None:
        """Replace what is here; what nobody asked for stays outside."""
        for row in rows:
            if row.slug in self._links or row.slug in self._absent:
                self.put(row)

    def forget(self, slugs: Iterable[str]) -> None:
        for slug in slugs:
            self._links.pop(slug, None)


def is_web_address(url: str) -> bool:
    """http(s), a host, no user name, and nothing that could end a header line.

    The pages check destinations when a link is made; this is the last door before a stranger's browser.
    """
    if not url or not url.isascii() or not url.isprintable() or any(letter in url for letter in ' "<>\\'):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
