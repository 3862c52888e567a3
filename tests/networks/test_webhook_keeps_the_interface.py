import importlib.util
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.interface import Connected, Page, Ref
from livingroom.networks.models import Connection
from livingroom.networks.transport import Transport
from livingroom.networks.webhook.network import WebhookNetwork
from livingroom.networks.webhook.operations import take_in
from livingroom.networks.webhook.server import PlaceTransport
from livingroom.networks.webhook.signing import headers_for, new_secret
from tests.networks.conformance import Case, Conformance, Fault, Proof, Stage
from tests.networks.spec_stage import STATUSES

pytestmark = pytest.mark.django_db
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "shop_kiosk.py"
ADDRESS = "https://kiosk.example.com/take/"


def load_kiosk() -> Any:
    """The example script itself stands at the other end."""
    spec = importlib.util.spec_from_file_location("shop_kiosk", EXAMPLE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class KioskWire(httpx.BaseTransport):
    def __init__(self, kiosk: Any) -> None:
        self.kiosk = kiosk
        self.armed: list[tuple[Fault, bool]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        fault = next((each for each in self.armed if each[1] == (request.method == "POST")), None)
        if fault:
            self.armed.remove(fault)
            return self.fail(fault[0], request)
        return self.answer(request)

    def answer(self, request: httpx.Request) -> httpx.Response:
        told = dict(request.headers)
        status, body = self.kiosk.answer(request.method, request.url.query.decode(), told, request.read())
        return httpx.Response(status, json=body)

    def fail(self, fault: Fault, request: httpx.Request) -> httpx.Response:
        if fault is Fault.ACCEPT_THEN_LOSE:
            self.answer(request)
        if fault in (Fault.ACCEPT_THEN_LOSE, Fault.LOSE):
            raise httpx.ReadTimeout("No answer comes.", request=request)
        if fault is Fault.GARBLED:
            return httpx.Response(200, text="<html>We have a new design!</html>")
        status, headers = STATUSES[fault]
        return httpx.Response(status, json={"message": fault.value}, headers=headers)


class WebhookStage(Stage):
    def __init__(self) -> None:
        self.secret = new_secret()
        self.kiosk = load_kiosk().Kiosk(self.secret)
        self.wire = KioskWire(self.kiosk)
        self.secrets = (self.secret,)
        self.n_events = 0
        self.reconnect()

    def reconnect(self) -> None:
        transport = Transport(inner=PlaceTransport(self.wire), sleep=lambda seconds: None)
        form = {"handle": "kiosk-1", "address": ADDRESS, "secret": self.secret}
        connected = WebhookNetwork.begin(form, transport)
        assert isinstance(connected, Connected)
        self.connection, _ = Connection.objects.get_or_create(
            network="webhook", account_id="kiosk-1", defaults={"handle": "kiosk-1", "server_url": ADDRESS}
        )
        self.network = WebhookNetwork(
            transport=transport,
            credentials=CredentialsInMemory(connected.credentials),
            server_url=connected.server_url,
            account_id="kiosk-1",
        )

    def fail_next(self, fault: Fault, *, writes: bool) -> None:
        self.wire.armed.append((fault, writes))

    def count_posts(self, text: str) -> int:
        return sum(post["text"] == text and not post["is_deleted"] for post in self.kiosk.posts.values())

    def facet_texts(self, ref: Ref) -> list[str]:
        post = self.kiosk.posts[ref.id]
        return [post["text"].encode()[mark["start"] : mark["end"]].decode() for mark in post["marks"]]

    def someone_replies(self, to: Ref, text: str) -> Ref:
        ((headers, body),) = self.deliveries(to, [text])
        from unittest.mock import patch

        with patch("livingroom.networks.webhook.operations.open_place", lambda connection: self.network):
            take_in(connection=self.connection, headers=dict(headers), body=body, now=datetime.now(UTC))
        return Ref(f"event-{self.n_events}")

    def deliveries(self, to: Ref, texts: Iterable[str]) -> list[tuple[Mapping[str, str], bytes]]:
        found = []
        for text in texts:
            self.n_events += 1
            at = datetime.now(UTC) + timedelta(milliseconds=self.n_events)
            event = {
                "id": f"event-{self.n_events}",
                "kind": "reply",
                "at": at.isoformat(),
                "text": text,
                "post": to.id,
            }
            body = json.dumps({"events": [event | {"person": {"id": "7", "name": "Ana"}}]}).encode()
            headers = headers_for([self.secret], f"delivery-{self.n_events}", body, datetime.now(UTC))
            found.append((headers, body))
        return found


@pytest.fixture
def stage() -> WebhookStage:
    return WebhookStage()


class TestWebhook(Conformance):
    proof = Proof(
        "webhook", "examples/shop_kiosk.py", "the kiosk's own code answers; faults strike on its wire"
    )
    cannot = {
        Case.UNAUTHORIZED: "What people say in a place is sent to us and read at home, where no token ends.",
        Case.CURSOR_LOST: "Our place in what a place told us is a number of our own, and cannot be forgotten.",
    }

    def read_with_lost_cursor(self, stage: Stage, cursor: str) -> Page:
        return stage.network.poll("replies", "no place any more")
