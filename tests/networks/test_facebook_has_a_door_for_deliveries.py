import json
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from livingroom.networks.facebook import door
from livingroom.networks.facebook.webhooks import verify_token_of
from livingroom.networks.models import Connection, NetworkApp
from livingroom.networks.reactions.models import Reaction
from livingroom.networks.vault import seal
from livingroom.people.models import Staff
from tests.networks.meta_stage import APP, APP_SECRET, signed

pytestmark = pytest.mark.django_db
DOOR = "/hooks/meta/"
SECRETS = {**APP, "page_token": "page-token", "user_token": "user-token", "page_id": "1000", "scopes": ""}


def connect(network: str, account_id: str, app_secret: str = APP_SECRET) -> Connection:
    sealed = seal({**SECRETS, "app_secret": app_secret})
    return Connection.objects.create(
        network=network, account_id=account_id, handle=network, credentials_encrypted=sealed
    )


def know_app() -> None:
    NetworkApp.objects.create(network="facebook", secrets_encrypted=seal(APP), made_at=datetime.now(UTC))


def comment(page: str = "1000", name: str = "1_2") -> tuple[dict[str, str], bytes]:
    value = {
        "item": "comment",
        "verb": "add",
        "comment_id": name,
        "post_id": f"{page}_1",
        "message": "Is it red?",
    }
    who = {"from": {"id": "77", "name": "Ana"}, "created_time": 1_795_000_000}
    change = {"field": "feed", "value": {**value, **who}}
    return signed({"object": "page", "entry": [{"id": page, "changes": [change]}]})


def deliver(headers: dict[str, str], body: bytes) -> int:
    return Client().post(DOOR, body, content_type="application/json", headers=headers).status_code


def test_what_meta_delivers_is_kept_once_however_often_it_comes() -> None:
    row = connect("facebook", "1000")
    headers, body = comment()

    answers = [deliver(headers, body), deliver(headers, body)]

    assert answers == [200, 200]
    (kept,) = Reaction.objects.all()
    assert (kept.connection, kept.text, kept.actor_name) == (row, "Is it red?", "Ana")


def test_a_delivery_for_instagram_comes_through_the_same_door() -> None:
    connect("instagram", "2000")
    value = {
        "id": "4001",
        "text": "Is it red?",
        "from": {"id": "77", "username": "ana"},
        "media": {"id": "3001"},
    }
    entry = {"id": "2000", "time": 1_795_000_000, "changes": [{"field": "comments", "value": value}]}

    answer = deliver(*signed({"object": "instagram", "entry": [entry]}))

    assert answer == 200
    assert Reaction.objects.get().subject_id == "3001"


def test_what_nobody_signed_is_refused_and_nothing_kept() -> None:
    connect("facebook", "1000")
    connect("facebook", "1001", app_secret="another app")
    headers, body = comment()

    assert deliver({}, body) == 401
    assert deliver(headers, body.replace(b"red", b"blue")) == 401
    assert deliver(*comment("1001")) == 401
    assert deliver(*comment("9999")) == 401
    assert deliver({}, b"hello") == 422
    assert Reaction.objects.count() == 0


def test_an_account_that_was_disconnected_hears_nothing() -> None:
    Connection.objects.create(network="facebook", account_id="1000", handle="gone", state="revoked")

    assert deliver(*comment()) == 401


def test_metas_question_is_answered_and_then_the_pages_are_subscribed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked_for: list[str] = []
    monkeypatch.setattr(type(door.subscribe_accounts), "enqueue", lambda task: asked_for.append(task.name))
    know_app()
    asked = {
        "hub.mode": "subscribe",
        "hub.challenge": "1158201444",
        "hub.verify_token": verify_token_of(APP_SECRET),
    }

    right = Client().get(DOOR, asked)
    wrong = Client().get(DOOR, {**asked, "hub.verify_token": "guess"})

    assert (right.status_code, right.content) == (200, b"1158201444")
    assert wrong.status_code == 403
    assert asked_for == ["subscribe_accounts"]


def test_an_admin_reads_there_what_to_enter_at_meta_and_nobody_else_does(client: Client) -> None:
    know_app()
    client.force_login(Staff.objects.create_user("ana@example.com", "secret", role="admin"))

    page = client.get(reverse("meta_door"))

    assert verify_token_of(APP_SECRET) in page.content.decode()
    assert APP_SECRET not in page.content.decode()
    assert json.dumps(DOOR).strip('"') in page.content.decode()
    assert Client().get(DOOR).status_code == 403
    client.force_login(Staff.objects.create_user("eva@example.com", "secret", role="analyst"))
    assert client.get(DOOR).status_code == 403
