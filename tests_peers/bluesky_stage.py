"""Our connector in front of a real personal data server, with the fault proxy between."""

import json
from typing import Any

from livingroom.networks.bluesky.network import BlueskyNetwork as Connector
from livingroom.networks.bluesky.records import split_uri
from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.interface import Connected, Network, Ref
from livingroom.networks.transport import Transport
from scripts.peers.bluesky.network import Account, BlueskyNetwork
from tests.networks.conformance import Fault, Stage
from tests_peers.fault_proxy import FaultProxy
from tests_peers.outsiders import surely_answers

REFUSALS: dict[Fault, tuple[int, dict[str, str], dict[str, str]]] = {
    Fault.TOO_MANY: (429, {"error": "RateLimitExceeded"}, {"Retry-After": "30"}),
    Fault.TOO_MANY_NO_TIME: (429, {"error": "RateLimitExceeded"}, {}),
    Fault.UNAUTHORIZED: (401, {"error": "ExpiredToken", "message": "Token has expired"}, {}),
    Fault.FORBIDDEN: (403, {"error": "ScopeMissingError", "message": "Missing required scope"}, {}),
    Fault.UNAVAILABLE: (503, {"error": "UpstreamFailure"}, {}),
    Fault.CURSOR_LOST: (400, {"error": "InvalidRequest", "message": "Malformed cursor"}, {}),
}


def connect(account: Account, server_url: str) -> Connected:
    form = {"handle": account.handle, "app_password": account.app_password, "server_url": server_url}
    connected = Connector.begin(form, Transport(allow_private=True))
    assert isinstance(connected, Connected)
    return connected


def open_account(account: Account, server_url: str) -> Network:
    connected = connect(account, server_url)
    return Connector(
        transport=Transport(allow_private=True),
        credentials=CredentialsInMemory(connected.credentials),
        server_url=server_url,
        account_id=account.did,
    )


class BlueskyStage(Stage):
    patience_seconds = 20

    def __init__(self, bluesky: BlueskyNetwork, proxy: FaultProxy) -> None:
        self.bluesky = bluesky
        self.proxy = proxy
        self.account = bluesky.create_account("corner")
        self.network = open_account(self.account, proxy.url)
        self.secrets = tuple(
            value
            for name, value in self.network.credentials.load().items()
            if name.endswith(("jwt", "password"))
        )
        self._outside = open_account(self.account, bluesky.pds_url)

    def fail_next(self, fault: Fault, *, writes: bool) -> None:
        if fault is Fault.ACCEPT_THEN_LOSE:
            self.proxy.lose_answer(writes=writes, after_forwarding=True)
        elif fault is Fault.LOSE:
            self.proxy.lose_answer(writes=writes, after_forwarding=False)
        elif fault is Fault.GARBLED:
            self.proxy.answer(200, b"<html>We have a new design!</html>", writes=writes, forward=True)
        else:
            status, body, headers = REFUSALS[fault]
            self.proxy.answer(status, json.dumps(body).encode(), writes=writes, headers=headers)

    def reconnect(self) -> None:
        self.network = open_account(self.account, self.proxy.url)

    def count_posts(self, text: str) -> int:
        return sum(record["value"]["text"] == text for record in self.records())

    def records(self) -> list[dict[str, Any]]:
        """What stands in our repository, asked of the server itself."""
        found = self._ask(
            "com.atproto.repo.listRecords", repo=self.account.did, collection="app.bsky.feed.post", limit=100
        )
        records: list[dict[str, Any]] = found["records"]
        return records

    def facet_texts(self, ref: Ref) -> list[str]:
        repository, collection, key = split_uri(ref.id)
        value = self._ask("com.atproto.repo.getRecord", repo=repository, collection=collection, rkey=key)[
            "value"
        ]
        text = value["text"].encode()
        return [
            text[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode()
            for facet in value.get("facets", [])
        ]

    def someone_replies(self, to: Ref, text: str) -> Ref:
        self.eventually(lambda: not self.network.metrics([to])[0].gone)
        person = open_account(self.bluesky.create_account("ana"), self.bluesky.pds_url)
        return surely_answers(person, to, text)

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        assert isinstance(self._outside, Connector)
        return self._outside.client.query(method, params)


def with_page(cursor: str) -> str:
    """The same place, but in the middle of a walk: on a page that the network may have forgotten."""
    return json.dumps(json.loads(cursor) | {"floor": "", "floor_ids": [], "page": "2026-01-01T00:00:00.000Z"})
