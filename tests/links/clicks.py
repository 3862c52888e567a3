"""Segments made by hand, for tests of what comes after the journal."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from livingroom.links.models import Link
from livingroom.links.redirector.click_id import ClickIds
from livingroom.links.redirector.clicks import JournalClick, encode
from livingroom.links.redirector.places import Places
from livingroom.links.redirector.segments import MAGIC, SegmentName, frame
from tests.links.support import CHROME

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
NOON = int(NOW.timestamp()) * 1_000_000
MINUTE = 60 * 1_000_000

_ids = ClickIds()


def link(slug: str = "shop", **fields: object) -> Link:
    return Link.objects.create(
        slug=slug, destination="https://shop.example/", channel="bluesky", created_at=NOW, **fields
    )


def click(
    link_id: int,
    *,
    at: int = NOON,
    visitor: str = "d:anna",
    agent: str = CHROME,
    prefix: str = "8.8.8.0",
    method: str = "GET",
    purpose: str = "",
    is_test: bool = False,
) -> JournalClick:
    return JournalClick(
        _ids.new(at // 1000), at, link_id, is_test, visitor, prefix, method, purpose, "t.co", agent
    )


def seal(home: Path, clicks: Iterable[JournalClick], *, sequence: int = 1, node: str = "w0-test") -> Path:
    """Put a sealed segment where the shipper looks."""
    places = Places(home)
    places.make()
    path = SegmentName(node, sequence).path(places.segments, "sealed")
    path.write_bytes(MAGIC + b"".join(frame(encode(one)) for one in clicks))
    return path
