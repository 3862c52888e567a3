import pytest
from django.test import Client

from livingroom.networks.discourse import door
from livingroom.networks.models import Connection
from livingroom.networks.reactions.models import Reaction
from livingroom.networks.vault import seal
from tests.networks.conformance import words
from tests.networks.discourse_stage import SERVER, DiscourseStage

pytestmark = pytest.mark.django_db
DOOR = "/hooks/discourse/"


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> DiscourseStage:
    stage = DiscourseStage()
    Connection.objects.create(
        network="discourse",
        account_id=stage.network.account_id,
        handle="corner",
        server_url=SERVER,
        credentials_encrypted=seal(stage.network.credentials.load()),
    )
    monkeypatch.setattr(door, "open_connection", lambda connection: stage.network)
    return stage


def send(stage: DiscourseStage, *, instance: str = SERVER, tampered: bool = False) -> int:
    ((headers, body),) = stage.deliveries(stage.new_post(), [words("Delivered")])
    sent = {**headers, "X-Discourse-Instance": instance}
    body = body.replace(b"Delivered", b"Disturbed") if tampered else body
    return Client().post(DOOR, body, content_type="application/json", headers=sent).status_code


def test_what_a_forum_delivers_is_kept_once(stage: DiscourseStage) -> None:
    ((headers, body),) = stage.deliveries(stage.new_post(), ["Is it left-handed?"])
    sent = {**headers, "X-Discourse-Instance": SERVER}

    answers = [
        Client().post(DOOR, body, content_type="application/json", headers=sent).status_code for _ in range(2)
    ]

    assert answers == [200, 200]
    assert Reaction.objects.get().text == "Is it left-handed?"


def test_what_is_forged_or_from_another_forum_is_refused(stage: DiscourseStage) -> None:
    assert send(stage, tampered=True) == 401
    assert send(stage, instance="https://elsewhere.example") == 401
    assert not Reaction.objects.exists()
