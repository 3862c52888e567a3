"""Our connector in front of a real WordPress site, with the fault proxy between."""

import json
from html.parser import HTMLParser
from typing import Any

import httpx

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.interface import Connected, Network, Ref
from livingroom.networks.markup import to_text
from livingroom.networks.transport import Transport
from livingroom.networks.wordpress.network import WordPressNetwork
from scripts.peers.wordpress.site import WordPressSite
from tests.networks.conformance import Fault, Stage
from tests_peers.fault_proxy import FaultProxy

Row = dict[str, Any]
REFUSALS: dict[Fault, tuple[int, Row, dict[str, str]]] = {
    Fault.TOO_MANY: (429, {"code": "too_many_requests", "message": "Slow down."}, {"Retry-After": "30"}),
    Fault.TOO_MANY_NO_TIME: (429, {"code": "too_many_requests", "message": "Slow down."}, {}),
    Fault.UNAUTHORIZED: (
        401,
        {"code": "incorrect_password", "message": "Not this application password."},
        {},
    ),
    Fault.FORBIDDEN: (403, {"code": "rest_cannot_create", "message": "You may not create posts."}, {}),
    Fault.UNAVAILABLE: (
        503,
        {"code": "wp_die", "message": "Briefly unavailable for scheduled maintenance."},
        {},
    ),
}


def connect(site: WordPressSite, name: str = "shop") -> Connected:
    form = {"server_url": site.url, "username": name, "app_password": site.app_passwords[name]}
    connected = WordPressNetwork.begin(form, Transport(allow_private=True))
    assert isinstance(connected, Connected)
    return connected


class WordPressStage(Stage):
    patience_seconds = 5

    def __init__(self, site: WordPressSite, proxy: FaultProxy) -> None:
        self.site = site
        self.proxy = proxy
        self._clear()
        self.connected = connect(site)
        self.secrets = (site.app_passwords["shop"],)
        self.reconnect()

    def reconnect(self) -> None:
        # The site names its API by its own address; the way to it leads through the proxy.
        secrets = {**self.connected.credentials, "api": f"{self.proxy.url}/wp-json/"}
        self.network: Network = WordPressNetwork(
            transport=Transport(allow_private=True, sleep=lambda seconds: None),
            credentials=CredentialsInMemory(secrets),
            server_url=self.site.url,
            account_id=self.connected.account.account_id,
        )

    def fail_next(self, fault: Fault, *, writes: bool) -> None:
        if fault in (Fault.ACCEPT_THEN_LOSE, Fault.LOSE):
            self.proxy.lose_answer(writes=writes, after_forwarding=fault is Fault.ACCEPT_THEN_LOSE)
        elif fault is Fault.GARBLED:
            self.proxy.answer(200, b"<html>We have a new design!</html>", writes=writes, forward=True)
        elif fault is not Fault.CURSOR_LOST:
            status, body, headers = REFUSALS[fault]
            self.proxy.answer(status, json.dumps(body).encode(), writes=writes, headers=headers)

    def count_posts(self, text: str) -> int:
        rows = self.ask("GET", "posts", params={"per_page": "100"}).json()
        return sum(_words_without_card(row["content"]["rendered"]) == text for row in rows)

    def facet_texts(self, ref: Ref) -> list[str]:
        reader = _LinkTexts()
        reader.feed(self.ask("GET", f"posts/{ref.id.partition(':')[2]}").json()["content"]["rendered"])
        return reader.texts

    def someone_replies(self, to: Ref, text: str) -> Ref:
        body = {"post": to.id.partition(":")[2], "content": text}
        return Ref(f"comment:{self.ask('POST', 'comments', 'ana', json=body).json()['id']}")

    def ask(self, method: str, path: str, name: str = "shop", **request: Any) -> httpx.Response:
        """The site itself, as somebody else would ask it."""
        answer = httpx.request(
            method,
            f"{self.site.url}/wp-json/wp/v2/{path}",
            auth=(name, self.site.app_passwords[name]),
            trust_env=False,
            timeout=30,
            **request,
        )
        answer.raise_for_status()
        return answer

    def _clear(self) -> None:
        """What was said in the tests before is no news for this one."""
        for kind in ("comment", "pingback"):
            for status in ("approve", "hold"):
                wanted = {"per_page": "100", "status": status, "type": kind, "context": "edit"}
                while rows := self.ask("GET", "comments", params=wanted).json():
                    for row in rows:
                        self.ask("DELETE", f"comments/{row['id']}", params={"force": "true"})


def _words_without_card(html: str) -> str:
    return to_text(html.split('<p class="livingroom-card', 1)[0])


class _LinkTexts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._inside = True
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "a"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts[-1] += data
