"""Read a feed, however badly it is written. Pure."""

import hashlib
from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from livingroom.networks.errors import SpecDrift
from livingroom.networks.interface import Event, Person, Ref
from livingroom.networks.markup import to_text

LONGEST_TEXT = 4000


@dataclass(frozen=True)
class Item:
    id: str
    version: str
    url: str
    author: str
    title: str
    text: str
    at: datetime | None


@dataclass(frozen=True)
class Feed:
    url: str
    title: str
    page: str
    items: tuple[Item, ...]
    hub: str = ""
    topic: str = ""
    note: str = ""


def read_feed(content: bytes, url: str, media_type: str = "") -> Feed:
    """Title, items and hub of a feed. Raises SpecDrift for what is no feed at all."""
    # Imported here: it takes some hundredths of a second, and only those who read feeds need it.
    import feedparser

    headers = {"content-location": url} | ({"content-type": media_type} if media_type else {})
    found = feedparser.parse(content, response_headers=headers)
    if not found.version and not found.entries:
        raise SpecDrift("This is neither RSS nor Atom.")
    links = found.feed.get("links", [])
    flaw = found.get("bozo_exception") if found.bozo else None
    return Feed(
        url=url,
        title=to_text(found.feed.get("title", "")) or (urlsplit(url).hostname or url),
        page=str(found.feed.get("link") or url),
        items=tuple(_item(entry, url) for entry in found.entries),
        hub=_link(links, "hub"),
        topic=_link(links, "self") or url,
        note=f"The feed is not well-formed ({to_text(str(flaw))[:150]}); it is read all the same."
        if flaw
        else "",
    )


def event_of(item: Item, feed: Feed, *, is_edited: bool, now: datetime) -> Event:
    host = urlsplit(feed.page).hostname or ""
    return Event(
        id=f"item:{item.id}:{item.version}",
        stream="search",
        kind="edited item" if is_edited else "item",
        # A feed may keep its times to itself, and some come from the future.
        at=min(item.at, now) if item.at else now,
        actor=Person(item.author or feed.page, host, item.author or feed.title),
        ref=Ref(item.id, item.version, item.url),
        text=f"{item.title}\n{item.text}".strip(),
    )


def _item(entry: dict[str, Any], feed_url: str) -> Item:
    title = to_text(entry.get("title", ""))
    contents = entry.get("content") or []
    text = to_text((contents[0].get("value") if contents else "") or entry.get("summary", ""))[:LONGEST_TEXT]
    url = str(entry.get("link", ""))
    # An item without a name of its own is named by where it leads, else by what it says.
    name = str(entry.get("id") or url or _digest(feed_url, title, text))
    return Item(
        id=name[:500],
        version=_digest(title, text, url),
        url=url,
        author=to_text(entry.get("author", ""))[:200],
        title=title,
        text="" if text == title else text,
        # feedparser's own `get` mixes the two up, with a warning.
        at=_moment(dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")),
    )


def _digest(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]


def _moment(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, TypeError):
        return None


def _link(links: list[Mapping[str, Any]], rel: str) -> str:
    return next((str(link.get("href", "")) for link in links if link.get("rel") == rel), "")
