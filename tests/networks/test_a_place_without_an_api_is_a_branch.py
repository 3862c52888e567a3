"""A place in all its ways: connected on its page, fetching its posts, telling what people say; and the example script."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from standardwebhooks.webhooks import Webhook

from livingroom.networks.errors import Gone, Invalid
from livingroom.networks.interface import Card, Draft, Published, Ref
from livingroom.networks.models import Connection, PlaceEvent, PlaceFigure, PlacePost
from livingroom.networks.operations import connect_account, disconnect_account
from livingroom.networks.reactions.models import Reaction
from livingroom.networks.webhook.deliveries import read_delivery
from livingroom.networks.webhook.network import WebhookNetwork
from livingroom.networks.webhook.operations import change_secret, open_place
from livingroom.networks.webhook.signing import headers_for, new_secret, prove
from livingroom.people.models import Staff

pytestmark = pytest.mark.django_db
SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "shop_kiosk.py"
EVENT = {
    "id": "till-17",
    "kind": "reply",
    "at": "2009-11-20T10:30:00Z",
    "text": "Is it left-handed?",
    "post": "p1",
}


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def admin() -> Staff:
    return Staff.objects.create_user("admin@example.com", None, name="Admin", role="admin")


@pytest.fixture
def secret() -> str:
    return new_secret()


@pytest.fixture
def place(admin: Staff, secret: str) -> Connection:
    form = {"handle": "kiosk-1", "name": "Kiosk at the station", "secret": secret}
    connection = connect_account(staff=admin, network="webhook", form=form, now=now())
    assert isinstance(connection, Connection)
    return connection


def send(secret: str, told: object, *, delivery: str = "d1", age: timedelta = timedelta(0)) -> Any:
    body = json.dumps(told).encode()
    headers = headers_for([secret], delivery, body, now() - age)
    return Client().post("/hooks/places/kiosk-1/", body, content_type="application/json", headers=headers)


def fetch(secret: str, after: int = 0, limit: int = 50) -> Any:
    headers = headers_for([secret], "f1", b"", now())
    return Client().get(f"/hooks/places/kiosk-1/posts/?after={after}&limit={limit}", headers=headers)


def publish(place: Connection, text: str, key: str = "key-1", link: str = "") -> Published:
    (post,) = WebhookNetwork.render(Draft(text, "en", Card("Ten off") if link else None), link)
    return open_place(place).publish(post, key)


def test_what_people_say_and_figures_come_home(place: Connection, secret: str) -> None:
    told = {"events": [EVENT], "figures": {"on": "2009-11-20", "followers": 214, "visits": 31}}

    answer = send(secret, told)

    event = open_place(place).poll("replies").events[0]
    assert answer.json() == {"n_new": 1, "n_known": 0, "n_figures": 2}
    assert (event.text, event.subject, event.at) == (
        "Is it left-handed?",
        Ref("p1"),
        datetime(2009, 11, 20, 10, 30, tzinfo=UTC),
    )
    assert open_place(place).check().followers == 214
    assert Reaction.objects.get().under_id == "p1"


def test_the_same_event_counts_once_and_the_last_telling_of_a_figure_holds(
    place: Connection, secret: str
) -> None:
    for visits in (31, 40):
        answer = send(secret, {"events": [EVENT, EVENT], "figures": {"on": "2009-11-20", "visits": visits}})

    assert answer.json()["n_known"] == 2
    assert PlaceEvent.objects.count() == 1
    assert PlaceFigure.objects.get().value == 40


def test_an_edit_and_a_deletion_in_the_place_are_followed(place: Connection, secret: str) -> None:
    ours = publish(place, "A desk for less")
    said = {**EVENT, "post": ours.ref.id}
    send(secret, {"events": [said]})

    send(secret, {"events": [{**said, "text": "Is it right-handed?"}]})
    edited = Reaction.objects.get().text
    send(secret, {"events": [{"id": "till-17", "kind": "gone"}, {"id": "till-18", "kind": "gone"}]})
    late = send(secret, {"events": [said, {**said, "id": "till-18"}]}).json()

    assert edited == "Is it right-handed?"
    assert late["n_new"] == 0
    assert [post.text for post in open_place(place).thread(ours.ref)] == ["A desk for less"]
    assert not PlaceEvent.objects.exclude(text="").exists()


@pytest.mark.parametrize("age", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_a_delivery_from_outside_the_window_is_refused(
    place: Connection, secret: str, age: timedelta
) -> None:
    answer = send(secret, {"events": [EVENT]}, age=age)

    assert answer.status_code == 401
    assert not PlaceEvent.objects.exists()


def test_strangers_are_refused_at_every_door(place: Connection) -> None:
    other = new_secret()

    answers = [
        send(other, {"events": [EVENT]}),
        fetch(other),
        Client().post("/hooks/places/kiosk-1/", b"{}", content_type="application/json"),
        Client().get("/hooks/places/kiosk-1/posts/"),
    ]

    assert [answer.status_code for answer in answers] == [401] * 4
    assert Client().post("/hooks/places/nowhere/", b"{}", content_type="application/json").status_code == 404
    assert Client().get("/networks/places/kiosk-1/").status_code == 302


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"something": 1}, "body"),
        ({"events": [{**EVENT, "kind": "shout"}]}, "events.0.kind"),
        ({"events": [EVENT, {**EVENT, "id": ""}]}, "events.1.id"),
        ({"events": [{**EVENT, "at": "yesterday"}]}, "events.0.at"),
        ({"events": [{**EVENT, "text": ""}]}, "events.0.text"),
        ({"events": [{**EVENT, "text": "x" * 10_001}]}, "events.0.text"),
        ({"events": [{**EVENT, "person": "Ana"}]}, "events.0.person"),
        ({"events": [EVENT] * 201}, "events"),
        ({"figures": {"visits": -1}}, "figures.visits"),
        ({"figures": {"visits": True}}, "figures.visits"),
        ({"figures": {"luck": 1}}, "figures.luck"),
        ({"figures": {"visits": 1, "on": "today"}}, "figures.on"),
    ],
)
def test_what_is_wrong_is_said_with_the_field_and_nothing_of_it_is_kept(
    place: Connection, secret: str, told: object, field: str
) -> None:
    answer = send(secret, told)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert not PlaceEvent.objects.exists()
    assert not PlaceFigure.objects.exists()


def test_a_delivery_that_is_no_json_or_too_large_is_refused(place: Connection, secret: str) -> None:
    with pytest.raises(Invalid, match="not JSON"):
        read_delivery(b"[" * 100_000, now())

    assert send(secret, {"events": [], "padding": "x" * 300_000}).status_code == 413


def test_a_place_fetches_its_posts_signed_and_only_what_is_new(place: Connection, secret: str) -> None:
    publish(place, "A desk for less #desk", "key-1", "https://go.example.com/k7")
    publish(place, "A lamp", "key-2")

    first = fetch(secret)
    publish(place, "A chair", "key-3")
    second = fetch(secret, after=first.json()["next"])

    Webhook(secret).verify(first.content, {name.lower(): value for name, value in first.headers.items()})
    desk = first.json()["posts"][0]
    assert (desk["text"], desk["link"], desk["card"]["title"]) == (
        "A desk for less #desk",
        "https://go.example.com/k7",
        "Ten off",
    )
    assert [post["text"] for post in second.json()["posts"]] == ["A chair"]
    assert not PlacePost.objects.filter(handed_over_at=None).exists()


def test_a_post_taken_down_is_told_by_its_name_alone(place: Connection, secret: str) -> None:
    published = publish(place, "A desk for less")
    seen = fetch(secret).json()["next"]

    open_place(place).delete(published.ref)

    assert fetch(secret, after=seen).json()["posts"] == [{"id": published.ref.id, "is_deleted": True}]
    with pytest.raises(Gone):
        publish(place, "A desk for less")


def test_a_small_reader_gets_small_answers(place: Connection, secret: str) -> None:
    for number in range(7):
        publish(place, "é" * 1_000, f"key-{number}")

    answer = fetch(secret, limit=3)

    assert len(answer.json()["posts"]) == 3
    assert len(answer.content) < 16_384, "what a script in a virtual world can read"


def test_the_same_key_is_the_same_post(place: Connection) -> None:
    first, second = publish(place, "A desk for less"), publish(place, "A desk for less")

    assert first.ref == second.ref
    assert PlacePost.objects.count() == 1


def test_a_thread_holds_what_visitors_and_we_said(place: Connection, secret: str) -> None:
    ours = publish(place, "A desk for less")
    send(secret, {"events": [{**EVENT, "post": ours.ref.id, "at": now().isoformat()}]})
    (answer,) = WebhookNetwork.render(Draft("It is"))
    reply = open_place(place).reply(Ref("till-17"), answer, "key-2")

    posts = open_place(place).thread(reply.ref)

    assert [post.text for post in posts] == ["A desk for less", "Is it left-handed?", "It is"]
    assert open_place(place).metrics([ours.ref])[0].replies == 1


def test_signatures_are_those_of_the_librarys_own(secret: str) -> None:
    body, at = b'{"events": []}', now()

    theirs = Webhook(secret).sign("d1", at, body.decode())

    assert headers_for([secret], "d1", body, at)["webhook-signature"] == theirs
    told = {
        "webhook-id": "d1",
        "webhook-timestamp": str(int(at.timestamp())),
        "Webhook-Signature": theirs,
    }
    prove([new_secret(), secret], told, body, at)


def test_after_a_change_of_the_secret_both_hold_for_a_week(
    admin: Staff, place: Connection, secret: str
) -> None:
    fresh = change_secret(staff=admin, connection=place, now=now())
    both = [send(each, {"events": []}).status_code for each in (secret, fresh)]

    later = change_secret(staff=admin, connection=place, now=now() - timedelta(days=8))

    assert both == [200, 200]
    assert [send(each, {"events": []}).status_code for each in (fresh, later)] == [401, 200]


def test_a_disconnected_place_is_told_that_it_is(admin: Staff, place: Connection, secret: str) -> None:
    disconnect_account(staff=admin, connection=place, now=now())

    assert send(secret, {"events": [EVENT]}).status_code == 410


@pytest.mark.parametrize(
    ("form", "field"),
    [({"handle": "No Spaces"}, "handle"), ({"handle": "kiosk", "secret": "whsec_short"}, "secret")],
)
def test_what_is_wrong_with_connecting_is_said_at_its_field(
    admin: Staff, form: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        connect_account(staff=admin, network="webhook", form=form, now=now())

    assert refused.value.field == field


def test_the_places_page_shows_what_came_and_a_new_secret_once(
    admin: Staff, place: Connection, secret: str
) -> None:
    client = Client()
    client.force_login(admin)
    empty = client.get("/networks/places/kiosk-1/").content.decode()
    publish(place, "A desk for less")
    send(secret, {"events": [EVENT], "figures": {"visits": 1_031}})

    full = client.get("/networks/places/kiosk-1/").content.decode()
    made = client.post(reverse("place_secret", args=["kiosk-1"])).content.decode()

    assert "Nothing yet" in empty
    assert "/hooks/places/kiosk-1/posts/" in empty
    for words in ("Is it left-handed?", "1,031 visits", "Waits to be fetched"):
        assert words in full
    assert "whsec_" in made
    assert "whsec_" not in client.get("/networks/places/kiosk-1/").content.decode()


def test_only_those_who_set_up_may_make_a_secret(place: Connection) -> None:
    client = Client()
    client.force_login(Staff.objects.create_user("ana@example.com", None, name="Ana", role="analyst"))

    assert client.get("/networks/places/kiosk-1/").status_code == 200
    assert client.post("/networks/places/kiosk-1/secret/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_kiosk_script_talks_with_a_running_house(
    admin: Staff, secret: str, live_server: Any, settings: Any
) -> None:
    settings.ALLOW_PRIVATE_NETWORKS = True
    home = f"{live_server.url}/hooks/places/kiosk-1/"
    environment = {**os.environ, "KIOSK_SECRET": secret}

    def kiosk(*words: str) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, str(SCRIPT), *words, "--home", home],
            env=environment, capture_output=True, text=True, timeout=30, check=True,
        )  # fmt: skip
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    server = subprocess.Popen(
        [sys.executable, str(SCRIPT), "serve", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        address = server.stdout.readline().strip()
        form = {"handle": "kiosk-1", "address": address, "secret": secret}
        place = connect_account(staff=admin, network="webhook", form=form, now=now())
        assert isinstance(place, Connection)

        ours = publish(place, "A desk for less")
        found = open_place(place).find_published(
            WebhookNetwork.render(Draft("A desk for less"))[0], "key-1", now()
        )
        said = kiosk("say", "Is it left-handed?", "--name", "Ana", "--post", ours.ref.id)
        kiosk("count", "--visits", "31")
        laid_out = kiosk("fetch")
        open_place(place).delete(ours.ref)
        after = open_place(place).find_published(
            WebhookNetwork.render(Draft("A desk for less"))[0], "key-1", now()
        )
    finally:
        server.terminate()
        server.wait(timeout=10)

    event = open_place(place).poll("replies").events[0]
    assert (said["n_new"], event.text, event.actor.name, event.subject) == (
        1,
        "Is it left-handed?",
        "Ana",
        Ref(ours.ref.id),
    )
    assert found is not None
    assert after is None
    assert PlaceFigure.objects.get().value == 31
    assert [post["text"] for post in laid_out["posts"]] == ["A desk for less"]


def test_a_place_is_connected_on_its_guided_page_and_leads_on_to_its_own(admin: Staff) -> None:
    client = Client()
    client.force_login(admin)

    guide = client.get(reverse("network", args=["webhook"])).content.decode()
    done = client.post(reverse("network_connect", args=["webhook"]), {"handle": "kiosk-2"}, follow=True)

    assert "Address that takes posts" in guide
    assert Connection.objects.get(account_id="kiosk-2").url == "/networks/places/kiosk-2/"
    assert "/networks/places/kiosk-2/" in done.content.decode()
