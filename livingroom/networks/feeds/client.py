"""Fetch a feed, only if something changed, and find the feed of a page. Plain Python, no Django."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urljoin

import httpx

from livingroom.networks.errors import Invalid, NetworkError, SpecDrift
from livingroom.networks.feeds.items import Feed, read_feed
from livingroom.networks.markup import links_of
from livingroom.networks.transport import Answer, Transport
from livingroom.networks.webmention.discovery import header_links

FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/xml",
    "text/xml",
)
ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/html;q=0.5, */*;q=0.1"
MOST_REDIRECTS = 5


@dataclass(frozen=True)
class Mark:
    """What the server gave us to ask with whether anything is new."""

    etag: str = ""
    modified: str = ""


class Unchanged(NetworkError):
    """Nothing is new since we asked last."""


class Moved(NetworkError):
    def __init__(self, address: str) -> None:
        super().__init__(f"The feed is at {address} now.")
        self.address = address


def explain(answer: Answer) -> NetworkError | None:
    if answer.status == 304:
        return Unchanged("Nothing is new.")
    if 300 <= answer.status < 400 and answer.headers.get("location"):
        return Moved(answer.headers["location"])
    return None


class FeedClient:
    def __init__(self, transport: Transport) -> None:
        transport.explain = explain
        self._transport = transport

    def fetch(self, url: str, mark: Mark = Mark()) -> tuple[Feed, Mark]:
        """The feed and how to ask for it next. Raises Unchanged, SpecDrift for what is no feed."""
        where, answer = self._get(url, mark)
        headers = answer.headers
        feed = read_feed(answer.content, where, str(headers.get("content-type", "")))
        return _with_hub(feed, headers), Mark(headers.get("etag", ""), headers.get("last-modified", ""))

    def discover(self, url: str) -> Feed:
        """The feed at this address, or the first one that the page there names. Raises Invalid."""
        where, answer = self._get(url, Mark())
        try:
            return _with_hub(
                read_feed(answer.content, where, str(answer.headers.get("content-type", ""))), answer.headers
            )
        except SpecDrift:
            named = _named_feed(answer.content.decode(errors="replace"), where)
        if not named:
            raise Invalid("There is no feed at this address, and the page names none.", "server_url")
        try:
            return self.fetch(named)[0]
        except SpecDrift:
            raise Invalid(f"The page names {named} as its feed, but that is none.", "server_url") from None

    def _get(self, url: str, mark: Mark) -> tuple[str, Answer]:
        headers = {"Accept": ACCEPT}
        headers |= {"If-None-Match": mark.etag} if mark.etag else {}
        headers |= {"If-Modified-Since": mark.modified} if mark.modified else {}
        for _ in range(MOST_REDIRECTS):
            try:
                return url, self._transport.read("GET", url, headers=headers)
            except Moved as moved:
                url = urljoin(url, moved.address)
        raise Invalid(f"After {MOST_REDIRECTS} redirects there was still no feed.", "server_url")


def _with_hub(feed: Feed, headers: Mapping[str, str]) -> Feed:
    """A hub may stand in the Link header instead of the feed."""
    links = list(header_links(httpx.Headers(dict(headers)), feed.url))
    hub = next((url for url, rel in links if "hub" in rel), "")
    topic = next((url for url, rel in links if "self" in rel), "")
    return replace(feed, hub=feed.hub or hub, topic=topic or feed.topic)


def _named_feed(html: str, base: str) -> str:
    for link in links_of(html, base):
        if link.element == "link" and "alternate" in link.rel and link.media_type in FEED_TYPES:
            return link.url
    return ""
