"""Does a page really link to ours, and as what? Pure: from a page that was read to an answer.

The kind is told by the microformats that the page carries (u-in-reply-to, u-like-of …); a page without any that links to us
is a mention. https://www.w3.org/TR/webmention/#webmention-verification
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from livingroom.networks.errors import Invalid
from livingroom.networks.markup import links_of, to_text
from livingroom.networks.public_pages import FetchedPage

Entry = Mapping[str, Any]
LONGEST_TEXT = 2000
KINDS = {
    "in-reply-to": "reply",
    "like-of": "like",
    "repost-of": "repost",
    "bookmark-of": "bookmark",
}


@dataclass(frozen=True)
class Mention:
    kind: str
    author_name: str = ""
    author_url: str = ""
    title: str = ""
    text: str = ""
    said_at: datetime | None = None


def read_mention(page: FetchedPage, target: str) -> Mention:
    """What the page says about the target. Raises Invalid when it does not link to it."""
    if page.media_type in ("text/html", "application/xhtml+xml", ""):
        if not any(same_address(link.url, target) for link in links_of(page.text, page.url)):
            raise Invalid("The page does not link to the address that it says it mentions.", "source")
        return _from_microformats(page, target)
    if page.media_type == "application/json" or page.media_type.endswith("+json"):
        if not any(same_address(text, target) for text in _strings(page)):
            raise Invalid("The document does not name the address that it says it mentions.", "source")
        return Mention("mention")
    if page.media_type.startswith("text/"):
        if target not in page.text:
            raise Invalid("The text does not name the address that it says it mentions.", "source")
        return Mention("mention")
    raise Invalid(f"A page of the type {page.media_type} cannot link to anything.", "source")


def same_address(one: str, other: str) -> bool:
    """The same page, but for how its letters are written and for the part of it."""
    return _plain(one) == _plain(other)


def _plain(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
        port = (
            f":{parts.port}"
            if parts.port and parts.port != {"http": 80, "https": 443}.get(parts.scheme)
            else ""
        )
    except ValueError:
        return url
    host = (parts.hostname or "").lower()
    return urlunsplit((parts.scheme.lower(), host + port, unquote(parts.path) or "/", parts.query, ""))


def _strings(page: FetchedPage) -> Iterable[str]:
    try:
        waiting = [json.loads(page.text)]
    except ValueError:
        return
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each


def _from_microformats(page: FetchedPage, target: str) -> Mention:
    # Imported here: the parser takes a tenth of a second to load, and only workers need it.
    import mf2py

    try:
        found = mf2py.parse(doc=page.text, url=page.url)
    except Exception:  # whatever a stranger's page does to the parser, the link stands
        return Mention("mention", title=_title(page))
    for entry in _entries(found.get("items", [])):
        for name, kind in KINDS.items():
            if any(same_address(url, target) for url in _urls(entry.get("properties", {}).get(name, []))):
                return _mention(entry, kind)
    first = next(_entries(found.get("items", [])), None)
    return _mention(first, "mention") if first else Mention("mention", title=_title(page))


def _entries(items: Iterable[Entry]) -> Iterator[Entry]:
    for item in items:
        if "h-entry" in item.get("type", []):
            yield item
        yield from _entries(item.get("children", []))


def _urls(values: Iterable[Any]) -> Iterable[str]:
    """A reply may name its target by address or as a small citation with an address in it."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from _urls(value.get("properties", {}).get("url", []))
            if isinstance(value.get("value"), str):
                yield value["value"]


def _mention(entry: Entry, kind: str) -> Mention:
    properties = entry.get("properties", {})
    author: Any = next(iter(properties.get("author", [])), {})
    card = author.get("properties", {}) if isinstance(author, dict) else {"name": [author]}
    content = next(iter(properties.get("content", [])), "")
    words = to_text(content.get("html", "")) if isinstance(content, dict) else str(content)
    return Mention(
        kind=kind,
        author_name=_first(card, "name")[:200],
        author_url=_first(card, "url")[:1000],
        title=_first(properties, "name")[:300],
        text=(words or _first(properties, "summary"))[:LONGEST_TEXT],
        said_at=_moment(_first(properties, "published")),
    )


def _first(properties: Mapping[str, Any], name: str) -> str:
    value = next(iter(properties.get(name, [])), "")
    return " ".join(value.split()) if isinstance(value, str) else ""


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _title(page: FetchedPage) -> str:
    _, _, rest = page.text.partition("<title")
    return to_text(rest.partition(">")[2].partition("</title")[0])[:300]
