"""Our connector in front of a Mastodon-compatible server, with the fault proxy between."""

import json
from collections.abc import Callable, Iterable
from html.parser import HTMLParser

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.interface import Connected, Ref
from livingroom.networks.mastodon.network import MastodonNetwork
from livingroom.networks.transport import Transport
from scripts.peers.mastodon import Account, MastodonServer
from tests.networks.conformance import Fault, Stage
from tests_peers.fault_proxy import FaultProxy

REFUSALS: dict[Fault, tuple[int, dict[str, str], dict[str, str]]] = {
    Fault.TOO_MANY: (429, {"error": "Too many requests"}, {"Retry-After": "30"}),
    Fault.TOO_MANY_NO_TIME: (429, {"error": "Too many requests"}, {}),
    Fault.UNAUTHORIZED: (401, {"error": "The access token was revoked"}, {}),
    Fault.FORBIDDEN: (403, {"error": "This action is outside the authorized scopes"}, {}),
    Fault.UNAVAILABLE: (503, {"error": "Service temporarily unavailable"}, {}),
    Fault.CURSOR_LOST: (404, {"error": "Record not found"}, {}),
}


def open_account(
    server_url: str, account: Account, sleep: Callable[[float], None] = lambda seconds: None
) -> MastodonNetwork:
    """Connect with a token, as a person can who has no browser at hand."""
    transport = Transport(allow_private=True, sleep=sleep)
    connected = MastodonNetwork.begin({"server_url": server_url, "access_token": account.token}, transport)
    assert isinstance(connected, Connected)
    return MastodonNetwork(
        transport=Transport(allow_private=True, sleep=sleep),
        credentials=CredentialsInMemory(connected.credentials),
        server_url=server_url,
        account_id=connected.account.account_id,
    )


def fail_on(proxy: FaultProxy, fault: Fault, *, writes: bool) -> None:
    """Let the proxy fail as a Mastodon server would."""
    if fault is Fault.ACCEPT_THEN_LOSE:
        proxy.lose_answer(writes=writes, after_forwarding=True)
    elif fault is Fault.LOSE:
        proxy.lose_answer(writes=writes, after_forwarding=False)
    elif fault is Fault.GARBLED:
        proxy.answer(200, b"<html>We have a new design!</html>", writes=writes, forward=True)
    else:
        status, body, headers = REFUSALS[fault]
        proxy.answer(status, json.dumps(body).encode(), writes=writes, headers=headers)


class MastodonStage(Stage):
    network: MastodonNetwork

    def __init__(self, server: MastodonServer, proxy: FaultProxy) -> None:
        self.server = server
        self.proxy = proxy
        self.account = server.create_account("corner")
        self.network = open_account(proxy.url, self.account)
        self.secrets = (self.account.token,)

    def fail_next(self, fault: Fault, *, writes: bool) -> None:
        fail_on(self.proxy, fault, writes=writes)

    def reconnect(self) -> None:
        self.network = open_account(self.proxy.url, self.account)

    def count_posts(self, text: str) -> int:
        path = f"/api/v1/accounts/{self.account.id}/statuses"
        rows = self.server.ask(self.account, "GET", path, params={"limit": 40})
        sources = (
            self.server.ask(self.account, "GET", f"/api/v1/statuses/{row['id']}/source") for row in rows
        )
        return sum(source["text"] == text for source in sources)

    def full_text(self, limit: int) -> str:
        # This peer counts code points; that we count as Mastodon does is a promise of its own.
        return "é" * limit

    def facet_texts(self, ref: Ref) -> list[str]:
        """The links as the server wrote them into its page, and the tags that it lists, in the order of the text."""
        status = self.server.ask(self.account, "GET", f"/api/v1/statuses/{ref.id}")
        text = self.server.ask(self.account, "GET", f"/api/v1/statuses/{ref.id}/source")["text"]
        # This peer takes the comma behind an address for a part of it; Mastodon does not.
        links = [address.rstrip(",") for address in links_in(status["content"])]
        found = {*links, *(f"#{tag['name']}" for tag in status["tags"])}
        return sorted(found, key=text.lower().find)

    def someone_replies(self, to: Ref, text: str) -> Ref:
        ana = self.server.create_account("ana")
        body = {"status": f"@{self.account.username} {text}", "in_reply_to_id": to.id}
        return Ref(str(self.server.ask(ana, "POST", "/api/v1/statuses", json=body)["id"]))


def links_in(html: str) -> Iterable[str]:
    class Links(HTMLParser):
        found: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.found = [
                *self.found,
                *(value or "" for name, value in attrs if tag == "a" and name == "href"),
            ]

    reader = Links()
    reader.feed(html)
    return reader.found
