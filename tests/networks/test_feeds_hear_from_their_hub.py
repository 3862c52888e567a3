from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import Client

from livingroom.networks.feeds import websub
from livingroom.networks.feeds.models import FeedSubscription
from livingroom.networks.models import Connection
from livingroom.networks.public_pages import PageReader
from livingroom.networks.vault import StoredCredentials, seal
from tests.networks.feeds_stage import FeedsStage
from tests.networks.webmention_stage import Web

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HUB, TOPIC = "https://hub.example.net/", "https://ana.example.org/feed"
State = FeedSubscription.State


@pytest.fixture
def web() -> Web:
    made = Web()
    made.pages[HUB] = lambda request: httpx.Response(202)
    return made


@pytest.fixture
def stage() -> FeedsStage:
    return FeedsStage()


@pytest.fixture
def subscription(web: Web, stage: FeedsStage) -> FeedSubscription:
    secrets = {**stage.network.credentials.load(), "topic": TOPIC}
    Connection.objects.create(
        network="feeds", server_url=TOPIC, account_id="ana", handle="ana", credentials_encrypted=seal(secrets)
    )
    websub.note_hubs(NOW)
    websub.ask_hubs(NOW, PageReader(inner=web))
    return FeedSubscription.objects.get()


def confirm(client: Client, subscription: FeedSubscription, **changes: str) -> httpx.Response:
    asked = {
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
        "hub.challenge": "c4a11",
        "hub.lease_seconds": "864000",
    }
    return client.get(urlsplit(websub.callback_of(subscription)).path, {**asked, **changes})  # type: ignore[return-value]


def test_the_hub_is_asked_with_a_secret_and_an_address_nobody_can_guess(
    web: Web, subscription: FeedSubscription
) -> None:
    (asked,) = web.asked
    form = {name: values[0] for name, values in parse_qs(asked.content.decode()).items()}

    assert (form["hub.mode"], form["hub.topic"]) == ("subscribe", TOPIC)
    assert form["hub.callback"].endswith(f"/feeds/hub/{subscription.token}/")
    assert len(subscription.token) > 30
    assert form["hub.secret"] == StoredCredentials(subscription.connection_id).load()["hub_secret"]
    assert subscription.state == State.ASKED


def test_what_we_asked_for_is_confirmed_and_nothing_else(
    client: Client, subscription: FeedSubscription
) -> None:
    for changes in ({"hub.topic": "https://evil.example/"}, {"hub.mode": "unsubscribe"}):
        assert confirm(client, subscription, **changes).status_code == 404

    answer = confirm(client, subscription)

    subscription.refresh_from_db()
    assert (answer.status_code, answer.content) == (200, b"c4a11")
    assert (subscription.state, subscription.problem) == (State.ACTIVE, "")
    assert client.get("/feeds/hub/guessed/").status_code == 404


def test_a_push_is_believed_only_with_the_right_signature(
    client: Client, stage: FeedsStage, subscription: FeedSubscription
) -> None:
    confirm(client, subscription)
    headers, body = stage.deliveries(stage.new_post(), ["Hello"])[0]
    door = urlsplit(websub.callback_of(subscription)).path

    forged = client.post(door, body, content_type="application/rss+xml", HTTP_X_HUB_SIGNATURE="sha256=00")
    after_forged = FeedSubscription.objects.get().n_pushes
    believed = client.post(
        door, body, content_type="application/rss+xml", HTTP_X_HUB_SIGNATURE=headers["X-Hub-Signature"]
    )

    assert (forged.status_code, believed.status_code) == (202, 202)
    assert (after_forged, FeedSubscription.objects.get().n_pushes) == (0, 1)


def test_a_lease_is_renewed_before_it_ends_and_goes_on_meanwhile(
    client: Client, web: Web, subscription: FeedSubscription
) -> None:
    confirm(client, subscription)
    FeedSubscription.objects.update(lease_until=NOW + timedelta(days=10))

    early = websub.ask_hubs(NOW + timedelta(days=8), PageReader(inner=web))
    late = websub.ask_hubs(NOW + timedelta(days=9, hours=1), PageReader(inner=web))

    assert (early, late) == (0, 1)
    assert FeedSubscription.objects.get().state == State.ACTIVE


def test_a_hub_that_cannot_be_reached_is_asked_again_later(web: Web, subscription: FeedSubscription) -> None:
    web.pages[HUB] = lambda request: httpx.Response(500, text="Oh no")
    later = NOW + timedelta(hours=2)

    asked = websub.ask_hubs(later, PageReader(inner=web))
    at_once = websub.ask_hubs(later, PageReader(inner=web))

    found = FeedSubscription.objects.get()
    assert (asked, at_once, found.state) == (1, 0, State.FAILED)
    assert found.problem == "The hub answered 500: Oh no"


def test_a_hub_that_refuses_is_not_asked_again(
    client: Client, web: Web, subscription: FeedSubscription
) -> None:
    confirm(client, subscription, **{"hub.mode": "denied"})

    assert FeedSubscription.objects.get().state == State.REFUSED
    assert websub.ask_hubs(NOW + timedelta(days=30), PageReader(inner=web)) == 0
