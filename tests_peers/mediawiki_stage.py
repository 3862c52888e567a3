"""Our connector in front of a real MediaWiki, with the fault proxy between."""

import json
from html.parser import HTMLParser
from typing import Any

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.interface import Connected, Network, Ref
from livingroom.networks.mediawiki.client import MediaWikiClient
from livingroom.networks.mediawiki.network import MediaWikiNetwork
from livingroom.networks.mediawiki.pages import page_info, talk_title
from livingroom.networks.transport import Transport
from scripts.peers.mediawiki.site import MediaWikiSite
from tests.networks.conformance import Fault, Stage
from tests_peers.fault_proxy import FaultProxy

# A wiki says no with the status 200; 401, 429 and 503 come from what stands in front of it.
REFUSALS: dict[Fault, tuple[int, dict[str, Any], dict[str, str]]] = {
    Fault.TOO_MANY: (429, {"message": "Too many requests"}, {"Retry-After": "30"}),
    Fault.TOO_MANY_NO_TIME: (
        200,
        {"errors": [{"code": "ratelimited", "text": "Please wait some time."}]},
        {},
    ),
    Fault.UNAUTHORIZED: (
        200,
        {"errors": [{"code": "assertuserfailed", "text": "You are not logged in."}]},
        {},
    ),
    Fault.FORBIDDEN: (200, {"errors": [{"code": "permissiondenied", "text": "You may not edit."}]}, {}),
    Fault.UNAVAILABLE: (503, {"message": "Wikimedia is having technical difficulties"}, {}),
}


def connect(site: MediaWikiSite, name: str = "Shop", page: str = "News/") -> Connected:
    form = {
        "server_url": site.url,
        "username": f"{name}@livingroom",
        "bot_password": site.bot_passwords[name],
        "page": page,
        "site": "shop.example.com",
    }
    return MediaWikiNetwork.begin(form, Transport(allow_private=True))


def open_account(connected: Connected, api: str = "") -> MediaWikiNetwork:
    secrets = {**connected.credentials} | ({"api": api} if api else {})
    return MediaWikiNetwork(
        transport=Transport(allow_private=True, sleep=lambda seconds: None),
        credentials=CredentialsInMemory(secrets),
        server_url=connected.server_url,
        account_id=connected.account.account_id,
    )


class MediaWikiStage(Stage):
    patience_seconds = 5

    def __init__(self, site: MediaWikiSite, proxy: FaultProxy) -> None:
        self.site = site
        self.proxy = proxy
        self.connected = connect(site)
        self.secrets = (site.bot_passwords["Shop"], self.connected.credentials["cookies"])
        self.reconnect()
        self.outside = open_account(self.connected).client
        self.ana = open_account(connect(site, "Ana")).client
        self._stop_watching()

    def reconnect(self) -> None:
        # The account's id has the wiki's own address, whichever way leads there.
        self.network: Network = open_account(self.connected, f"{self.proxy.url}/api.php")
        self.network.account_id = (
            f"{self.proxy.url.split('://')[1]}#{self.connected.account.account_id.split('#')[1]}"
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
        body = self.outside.query(
            generator="allpages",
            gapprefix="News/",
            gaplimit="max",
            prop="revisions",
            rvprop="content",
            rvslots="main",
        )
        rows = (body.get("query") or {}).get("pages", [])
        return sum(
            row["revisions"][0]["slots"]["main"]["content"].split("\n\n[http")[0] == text for row in rows
        )

    def facet_texts(self, ref: Ref) -> list[str]:
        parsed = MediaWikiStage.ask(
            self.outside, action="parse", pageid=ref.id.partition(":")[2], prop="text"
        )
        reader = _LinkTexts()
        reader.feed(parsed["parse"]["text"])
        return reader.texts

    def someone_replies(self, to: Ref, text: str) -> Ref:
        page = page_info(self.outside, to.id.partition(":")[2])
        answer = self.ana.write(
            "edit", title=talk_title(page), section="new", sectiontitle="A question", text=f"{text} ~~~~"
        )
        return Ref(f"rev:{answer['edit']['newrevid']}")

    def _stop_watching(self) -> None:
        """What was said in the tests before is no news for this one."""
        self._token = ""
        rows = self.outside.query(list="watchlistraw", wrlimit="max").get("watchlistraw") or []
        titles = [row["title"] for row in rows]
        for title in titles:
            body = MediaWikiStage.ask(self.outside, action="query", meta="tokens", type="watch")
            token = body["query"]["tokens"]["watchtoken"]
            self.outside._transport.write(
                "POST",
                self.site.api,
                data={"action": "watch", "titles": title, "unwatch": "1", "token": token, "format": "json"},
                headers=self.outside._headers(self.outside._credentials.load()),
            )

    @staticmethod
    def ask(client: MediaWikiClient, **params: str) -> dict[str, Any]:
        return client._read(client._headers(client._credentials.load()), params)


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
