"""Apps of the house write for people by a letter, ours decide with a key of their own; asking twice does nothing twice."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from livingroom.ideas import operations
from livingroom.ideas.keys import find_key, make_key, revoke_key
from livingroom.ideas.models import Answer, ApiCall, Board, Comment, Follow, Idea, PublicLogEntry, Vote
from livingroom.orders.shops import make_api_key
from livingroom.people.models import SignInLetter, Staff
from livingroom.people.retention.kinds import kinds
from tests.ideas import cast

pytestmark = pytest.mark.django_db
BEN = {"mail": "ben@example.org", "name": "Ben", "language": "de"}


@pytest.fixture
def app() -> str:
    from livingroom.orders.actors import HOUSE

    return make_api_key(actor=HOUSE, name="the phone app", now=timezone.now())[1]


@pytest.fixture
def ours(maya: Staff) -> str:
    return make_key(staff=maya, name="the tracker", now=timezone.now())[1]


def call(client: Client, path: str, key: str, said: dict[str, Any], once: str = "call 1") -> Any:
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": once}
    return client.post(
        f"/api/ideas/ideas/{path}", json.dumps(said), content_type="application/json", headers=headers
    )


def open_last_letter(client: Client) -> Any:
    link = re.search(r"/me/letter/\S+", str(mail.outbox[-1].body))
    assert link
    return client.post(link[0])


def test_an_idea_of_an_app_waits_in_the_letter_to_its_author(
    client: Client, board: Board, app: str, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        told = call(client, "propose", app, {**BEN, "title": "A lid that closes", "category": "laptops"})

    assert (told.status_code, told.json()["state"]) == (202, "waits for the letter")
    assert not Idea.objects.exists()
    assert mail.outbox[-1].to == ["ben@example.org"]

    open_last_letter(client)

    idea = Idea.objects.get()
    assert (idea.title, idea.author_name, idea.n_for, str(idea.category)) == (
        "A lid that closes", "Ben", 1, "Laptops",
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_letter_that_could_not_be_sent_is_sent_when_the_app_asks_again(
    client: Client, board: Board, app: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {**BEN, "title": "A lid that closes"}
    client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(mail.EmailMessage, "send", lambda *_: 1 / 0)
        assert call(client, "propose", app, said).status_code == 500

    assert call(client, "propose", app, said).status_code == 202

    assert [letter.to for letter in mail.outbox] == [["ben@example.org"]]


def test_votes_words_and_follows_of_an_app_count_once_the_letters_are_opened(
    client: Client, board: Board, app: str, django_capture_on_commit_callbacks: Any
) -> None:
    idea = cast.idea(board, "A lid that closes")
    calls = [("vote", {}), ("comments", {"text": "Mine does not."}), ("follow", {})]

    for what, said in calls:
        with django_capture_on_commit_callbacks(execute=True):
            assert call(client, f"{idea.pk}/{what}", app, BEN | said, once=what).status_code == 202
        assert open_last_letter(client).status_code == 302

    assert Vote.objects.get().root == idea
    assert Comment.objects.get().text == "Mine does not."
    assert Follow.objects.filter(member__name="Ben", ended_at=None).exists()


def test_the_same_call_again_is_answered_the_same_and_writes_no_second_letter(
    client: Client, board: Board, app: str
) -> None:
    said = {**BEN, "title": "A lid that closes"}

    first, again = (call(client, "propose", app, said) for _ in range(2))
    other = call(client, "propose", app, said | {"title": "Something else"})

    assert (first.json(), first.status_code) == (again.json(), again.status_code)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert SignInLetter.objects.count() == 1
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("path", "said", "key"),
    [
        ("propose", {"title": "Lid"}, "no_title"),
        ("propose", {"title": "A lid that closes", "category": "cars"}, "no_such_category"),
        ("{idea}/comments", {"text": " "}, "nothing_said"),
        ("{declined}/vote", {}, "decided"),
        ("{held}/follow", {}, "not_public"),
    ],
)
def test_what_would_be_refused_later_is_refused_before_a_letter_goes_out(
    client: Client, board: Board, app: str, path: str, said: dict[str, Any], key: str
) -> None:
    ideas = {
        "idea": cast.idea(board), "declined": cast.idea(board, state=Idea.State.DECLINED), "held": cast.idea(board),
    }  # fmt: skip
    Idea.objects.filter(pk=ideas["held"].pk).update(standing=Idea.Standing.HELD)

    told = call(client, path.format(**{name: idea.pk for name, idea in ideas.items()}), app, BEN | said)

    assert (told.status_code, told.json()["key"]) == (422, key)
    assert not SignInLetter.objects.exists()


def test_nobody_writes_without_the_right_key_or_without_naming_the_call(
    client: Client, board: Board, app: str, ours: str
) -> None:
    idea = cast.idea(board)
    said = {"state": "planned", "reason": "Next year it comes."}

    assert call(client, f"{idea.pk}/answer", app, said).status_code == 401
    assert call(client, f"{idea.pk}/vote", ours, BEN).status_code == 401
    assert call(client, f"{idea.pk}/vote", app, BEN, once="").status_code == 400
    twin = cast.board("staff", is_twin=True)
    inside = cast.idea(twin)
    path = f"/api/ideas/staff/{inside.pk}/answer"
    headers = {"Authorization": f"Bearer {ours}", "Idempotency-Key": "x"}
    assert (
        client.post(path, json.dumps(said), content_type="application/json", headers=headers).status_code
        == 404
    )


def test_one_of_ours_answers_with_a_reason_and_not_without(
    client: Client, board: Board, maya: Staff, ours: str
) -> None:
    idea = cast.idea(board, "A lid that closes")

    bare = call(client, f"{idea.pk}/answer", ours, {"state": "declined", "reason": "No."}, once="bare")
    told = call(
        client, f"{idea.pk}/answer", ours, {"state": "declined", "reason": "The hinge does not allow it."}
    )
    call(client, f"{idea.pk}/answer", ours, {"state": "declined", "reason": "The hinge does not allow it."})

    assert (bare.status_code, bare.json()["field"]) == (422, "reason")
    assert (told.status_code, told.json()["state"]) == (200, "declined")
    assert told.json()["reason"] == "The hinge does not allow it."
    assert Answer.objects.get().staff == maya


def test_ideas_are_merged_and_parted(client: Client, board: Board, ours: str) -> None:
    kept, other = cast.idea(board, "A lid that closes"), cast.idea(board, "Lids should close")
    operations.cast(member=cast.member(), idea=other, now=timezone.now())
    said = {"into": kept.pk, "reason": "They ask for the same lid."}

    merged = call(client, f"{other.pk}/merge", ours, said, once="merge")
    parted = call(client, f"{other.pk}/unmerge", ours, {}, once="part")
    again = call(client, f"{other.pk}/unmerge", ours, {}, once="part again")

    assert (merged.json()["id"], merged.json()["votes_for"]) == (kept.pk, 1)
    assert (parted.json()["id"], parted.json()["standing"]) == (other.pk, "public")
    assert again.status_code == 422
    assert PublicLogEntry.objects.count() == 2


def test_a_key_may_what_its_person_may_and_no_longer(
    client: Client, board: Board, maya: Staff, ours: str
) -> None:
    idea, said = cast.idea(board), {"state": "planned", "reason": "Next year it comes."}
    Staff.objects.filter(pk=maya.pk).update(role=Staff.Role.ANALYST)

    assert call(client, f"{idea.pk}/answer", ours, said, once="1").status_code == 403

    key = find_key(ours, now=timezone.now())
    assert key is not None
    revoke_key(staff=maya, key=key, now=timezone.now())
    assert call(client, f"{idea.pk}/answer", ours, said, once="2").status_code == 401


def test_a_key_is_made_on_the_desk_and_shown_this_once(client: Client, board: Board, maya: Staff) -> None:
    client.force_login(maya)

    made = client.post("/desk/ideas/keys/", {"name": "the tracker"})
    text = re.search(r"lri_\w+_[\w-]+", made.content.decode())
    later = client.get("/desk/ideas/keys/")

    assert text is not None
    assert find_key(text[0], now=timezone.now()) is not None
    assert "the tracker" in later.content.decode()
    assert text[0] not in later.content.decode()


def test_the_description_names_every_call_with_its_words(client: Client) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]

    for what in (
        "propose",
        "{idea}/vote",
        "{idea}/comments",
        "{idea}/follow",
        "{idea}/answer",
        "{idea}/merge",
    ):
        named = {one["name"] for one in paths[f"/api/ideas/{{board}}/{what}"]["post"]["parameters"]}
        assert {"board", "Idempotency-Key"} <= named


def test_answers_to_programs_are_kept_for_days_only(board: Board) -> None:
    now = timezone.now()
    for days in (1, 9):
        ApiCall.objects.create(
            caller="app 1", idempotency_key=str(days), digest="x", at=now - timedelta(days=days)
        )

    assert kinds()["calls of programs"].obey(now - timedelta(days=7), "erase", now) == 1

    assert ApiCall.objects.get().idempotency_key == "1"
