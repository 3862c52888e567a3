"""Mentions of a site of ours: other pages are functions of a web that lives in the test, our tables are real."""

from collections.abc import Callable
from datetime import UTC, datetime

import httpx

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.interface import Network, Ref
from livingroom.networks.models import Connection
from livingroom.networks.public_pages import PageReader
from livingroom.networks.transport import Transport
from livingroom.networks.webmention.network import WebmentionNetwork
from livingroom.networks.webmention.operations import accept_mention, look_at
from livingroom.networks.webmention.server import HOST, MentionsTransport
from tests.networks.conformance import Fault, Stage, words

SITE = "https://shop.example.com"
DOOR = '<link rel="webmention" href="https://house.example.com/webmention/">'
Answer = Callable[[httpx.Request], httpx.Response]


class Web(httpx.BaseTransport):
    """A small web: pages by address; what nobody made is 404."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[httpx.Request] = []
        self.armed: httpx.Response | None = None

    def page(self, url: str, html: str, **headers: str) -> str:
        self.pages[url] = lambda request: httpx.Response(200, html=html, headers=headers)
        return url

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.asked.append(request)
        if self.armed is not None:
            answer, self.armed = self.armed, None
            return answer
        make = self.pages.get(str(request.url))
        return make(request) if make else httpx.Response(404)


class OneWay(httpx.BaseTransport):
    """Our own mentions from our tables, everything else from the small web."""

    def __init__(self, web: Web) -> None:
        self._web, self._own = web, MentionsTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return (self._own if request.url.host == HOST else self._web).handle_request(request)


class WebmentionStage(Stage):
    stream = "replies"

    def __init__(self) -> None:
        self.web = Web()
        self.web.page(SITE, f"<html><head>{DOOR}</head><body>Desks</body></html>")
        Connection.objects.create(
            network="webmention", server_url=SITE, account_id="shop.example.com", handle="shop"
        )
        self.secrets = ()
        self.reconnect()

    def reconnect(self) -> None:
        secrets = {"site": SITE, "endpoint": "https://house.example.com/webmention/"}
        self.network: Network = WebmentionNetwork(
            transport=Transport(inner=OneWay(self.web), sleep=lambda seconds: None),
            credentials=CredentialsInMemory(secrets),
            server_url=SITE,
            account_id="shop.example.com",
        )

    def fail_next(self, fault: Fault, *, writes: bool) -> None:
        refusals = {Fault.TOO_MANY_NO_TIME: 429, Fault.UNAVAILABLE: 503}
        if fault in refusals:
            self.web.armed = httpx.Response(refusals[fault])

    def new_post(self) -> Ref:
        return Ref(f"{SITE}/{words('post').replace(' ', '-')}/")

    def count_posts(self, text: str) -> int:
        raise NotImplementedError("Nothing is published by Webmention.")

    def someone_replies(self, to: Ref, text: str) -> Ref:
        source = f"https://ana.example.org/{words('note').replace(' ', '-')}"
        self.web.page(
            source,
            f'<div class="h-entry"><a class="u-in-reply-to" href="{to.id}">this</a>'
            f'<p class="e-content">{text}</p><a class="p-author h-card" href="https://ana.example.org/">Ana</a></div>',
        )
        now = datetime.now(UTC)
        mention = accept_mention(source=source, target=to.id, protocol="webmention", now=now)
        look_at(mention, reader=PageReader(inner=self.web), now=now)
        return Ref(f"mention:{mention.pk}")
