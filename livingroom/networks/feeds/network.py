"""RSS and Atom: what a site publishes, read."""

import hashlib
import hmac
import json
import secrets as random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from typing import ClassVar
from urllib.parse import urlsplit

from livingroom.networks.errors import Forbidden, Invalid, NetworkError
from livingroom.networks.feeds.client import FeedClient, Mark, Unchanged
from livingroom.networks.feeds.items import Feed, event_of, read_feed
from livingroom.networks.feeds.render import LIMITS, render
from livingroom.networks.interface import (
    AccountInfo,
    Capabilities,
    Connected,
    ConnectField,
    Draft,
    Event,
    Finding,
    Limits,
    Metrics,
    Page,
    Ref,
    Rendered,
    Stream,
    ThreadPost,
)
from livingroom.networks.read_only import ReadOnlyNetwork
from livingroom.networks.transport import Transport

READ_ONLY = "A feed is read: write on the site that publishes it."
NO_FIGURES = "A feed tells what was said, not who liked or answered it."
# More items than any feed shows at once; so many names a cursor carries.
MOST_KNOWN = 1000
# sha1 is what the oldest hubs sign with; forging an HMAC with it is not within anybody's reach.
SIGNATURES = {
    "sha1": hashlib.sha1,
    "sha256": hashlib.sha256,
    "sha384": hashlib.sha384,
    "sha512": hashlib.sha512,
}


@dataclass(frozen=True)
class Place:
    etag: str = ""
    modified: str = ""
    known: dict[str, str] = field(default_factory=dict)


class FeedsNetwork(ReadOnlyNetwork):
    name: ClassVar[str] = "feeds"
    title: ClassVar[str] = "RSS and Atom"
    limits: ClassVar[Limits] = LIMITS
    capabilities: ClassVar[Capabilities] = Capabilities(
        streams=frozenset({"search"}),
        publish=False,
        reply=False,
        delete=False,
        react=False,
        thread=False,
        metrics=False,
        card=False,
        webhook=True,
        why_not={
            "publish": READ_ONLY,
            "reply": READ_ONLY,
            "edit": READ_ONLY,
            "delete": READ_ONLY,
            "hide": READ_ONLY,
            "react": READ_ONLY,
            "card": READ_ONLY,
            "images": READ_ONLY,
            "thread": NO_FIGURES,
            "metrics": NO_FIGURES,
        },
    )
    connect_fields: ClassVar[tuple[ConnectField, ...]] = (
        ConnectField("server_url", "Address", "Of the feed, or of a page that names one."),
    )
    connect_guide: ClassVar[tuple[str, ...]] = (
        "Paste the address of the feed, or of the blog, forum or shop: a page names its feed itself.",
        "Where the feed names a hub (WebSub), Livingroom is told at once; otherwise it asks.",
    )
    connect_minutes: ClassVar[int] = 1

    @cached_property
    def client(self) -> FeedClient:
        return FeedClient(self.transport)

    @classmethod
    def begin(cls, form: Mapping[str, str], transport: Transport) -> Connected:
        feed = FeedClient(transport).discover(_address(form))
        # With this a hub signs what it tells us; it is not used where there is no hub.
        secrets = {"hub": feed.hub, "topic": feed.topic, "hub_secret": random.token_hex(32)}
        return Connected(_account(feed), feed.url, secrets)

    @classmethod
    def try_out(cls, form: Mapping[str, str], transport: Transport) -> list[Finding]:
        try:
            feed = FeedClient(transport).discover(_address(form))
        except Invalid as error:
            return [Finding(error.text, field=error.field)]
        except NetworkError as error:
            return [Finding(error.text)]
        told = (
            f"It names a hub ({urlsplit(feed.hub).hostname}): news come at once."
            if feed.hub
            else "It names no hub: we ask."
        )
        found = [
            Finding(f"{feed.title}: {len(feed.items)} items.", is_well=True),
            Finding(told, is_well=True),
        ]
        return [*found, Finding(feed.note, is_well=True)] if feed.note else found

    def check(self) -> AccountInfo:
        return _account(self.client.fetch(self.server_url)[0])

    @classmethod
    def render(cls, draft: Draft, link: str = "", limits: Limits | None = None) -> list[Rendered]:
        return render(draft, link, limits or LIMITS)

    def poll(self, stream: Stream, cursor: str = "") -> Page:
        if stream not in self.capabilities.streams:
            raise Forbidden(f"A feed tells nothing of {stream}.", stream)
        place, restarted = _read_place(cursor)
        try:
            feed, mark = self.client.fetch(self.server_url, Mark(place.etag, place.modified))
        except Unchanged:
            return Page((), cursor, False, restarted)
        events = self._news(feed, place.known, self.transport.now())
        known = {item.id: item.version for item in feed.items}
        # Those that left the feed are remembered for a while: some feeds bring old items back.
        kept = {**known, **{name: version for name, version in place.known.items() if name not in known}}
        following = Place(mark.etag, mark.modified, dict(list(kept.items())[:MOST_KNOWN]))
        return Page(tuple(events), json.dumps(asdict(following)), False, restarted)

    def receive(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Page:
        """What a hub tells us. https://www.w3.org/TR/websub/#signature-validation"""
        given = {name.lower(): value for name, value in headers.items()}
        method, _, digest = given.get("x-hub-signature", "").partition("=")
        secret = self.credentials.load().get("hub_secret", "")
        if method not in SIGNATURES or not secret:
            raise Forbidden("The hub did not sign this.", "webhook")
        wanted = hmac.new(secret.encode(), body, SIGNATURES[method]).hexdigest()
        if not hmac.compare_digest(wanted, digest.strip().lower()):
            raise Forbidden("The hub's signature is wrong.", "webhook")
        feed = read_feed(body, self.server_url, given.get("content-type", ""))
        return Page(tuple(self._news(feed, {}, now)), "")

    def _news(self, feed: Feed, known: Mapping[str, str], now: datetime) -> list[Event]:
        fresh = [item for item in feed.items if known.get(item.id) != item.version]
        events = [event_of(item, feed, is_edited=item.id in known, now=now) for item in fresh]
        return sorted(events, key=lambda event: event.at)

    def thread(self, ref: Ref) -> list[ThreadPost]:
        self._refuse("thread")

    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]:
        self._refuse("metrics")


def _address(form: Mapping[str, str]) -> str:
    typed = form.get("server_url", "").strip()
    address = typed if "://" in typed or not typed else f"https://{typed}"
    if not urlsplit(address).hostname:
        raise Invalid("The address is missing, such as https://blog.example.com/feed/.", "server_url")
    return address


def _account(feed: Feed) -> AccountInfo:
    name = feed.url.split("://", 1)[-1]
    if len(name) > 190:
        name = f"{name[:120]}…{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    return AccountInfo(
        name, urlsplit(feed.url).hostname or name, feed.title[:200], feed.page[:500], 0, len(feed.items)
    )


def _read_place(cursor: str) -> tuple[Place, bool]:
    """What we know of the feed, and whether that was lost."""
    if not cursor:
        return Place(), False
    try:
        place = Place(**json.loads(cursor))
        return (place, False) if isinstance(place.known, dict) else (Place(), True)
    except (ValueError, TypeError):
        return Place(), True
