"""A feed that is served in process, with what its server and its hub would do."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

import httpx

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.feeds.network import FeedsNetwork
from livingroom.networks.interface import Connected, Network, Ref
from livingroom.networks.transport import Transport
from tests.networks.conformance import Fault, Stage, words

ADDRESS = "https://ana.example.org/feed"
Item = tuple[str, str, datetime]


class FeedServer(httpx.BaseTransport):
    """Knows ETags, and fails on demand."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.head = '<atom:link rel="hub" href="https://hub.example.net/"/>'
        self.armed: httpx.Response | None = None
        self.asked: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.armed is not None:
            answer, self.armed = self.armed, None
            return answer
        body = self.document(self.items)
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if request.headers.get("if-none-match") == etag:
            return httpx.Response(304, headers={"ETag": etag})
        return httpx.Response(
            200, content=body, headers={"ETag": etag, "Content-Type": "application/rss+xml"}
        )

    def document(self, items: Iterable[Item]) -> bytes:
        shown = "".join(
            f"<item><guid isPermaLink='false'>{name}</guid><link>https://ana.example.org/{name}</link>"
            f"<description>{escape(text)}</description><pubDate>{format_datetime(at)}</pubDate></item>"
            for name, text, at in items
        )
        return (
            "<?xml version='1.0'?><rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel>"
            f"<title>Ana writes</title><link>https://ana.example.org/</link>{self.head}{shown}</channel></rss>"
        ).encode()


class FeedsStage(Stage):
    stream = "search"

    def __init__(self) -> None:
        self.server = FeedServer()
        self.reconnect()

    def reconnect(self) -> None:
        transport = Transport(inner=self.server, sleep=lambda seconds: None)
        connected = FeedsNetwork.begin({"server_url": ADDRESS}, transport)
        assert isinstance(connected, Connected)
        self.secrets = (connected.credentials["hub_secret"],)
        self.network: Network = FeedsNetwork(
            transport=transport,
            credentials=CredentialsInMemory(connected.credentials),
            server_url=connected.server_url,
            account_id=connected.account.account_id,
        )

    def fail_next(self, fault: Fault, *, writes: bool) -> None:
        refusals = {Fault.UNAUTHORIZED: 401, Fault.TOO_MANY_NO_TIME: 429, Fault.UNAVAILABLE: 503}
        if fault in refusals:
            self.server.armed = httpx.Response(refusals[fault])
        elif fault is Fault.GARBLED:
            self.server.armed = httpx.Response(200, html="<html>We have a new design!</html>")

    def new_post(self) -> Ref:
        return Ref("nothing")

    def count_posts(self, text: str) -> int:
        raise NotImplementedError("Nothing is published into a feed.")

    def someone_replies(self, to: Ref, text: str) -> Ref:
        name = words("note").replace(" ", "-")
        self.server.items.insert(0, (name, text, datetime.now(UTC)))
        return Ref(name)

    def deliveries(self, to: Ref, texts: Iterable[str]) -> list[tuple[Mapping[str, str], bytes]]:
        at, found = datetime(2026, 11, 1, tzinfo=UTC), []
        for number, text in enumerate(texts):
            item = (f"note-{number}", text, at + timedelta(minutes=number))
            found.append(self.signed(self.server.document([item])))
        return found

    def signed(self, body: bytes) -> tuple[Mapping[str, str], bytes]:
        digest = hmac.new(self.secrets[0].encode(), body, hashlib.sha256).hexdigest()
        return {"X-Hub-Signature": f"sha256={digest}", "Content-Type": "application/rss+xml"}, body
