"""Proposing, voting, saying, following: at once for members, by a letter for everybody else, and safe from other sites."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from livingroom.ideas.models import Board, Follow, Idea, Vote
from livingroom.ideas.portal.pictures import WAITING, WAITS_FOR, forget_waiting
from livingroom.people.models import Member, Staff
from tests.ideas import cast
from tests.ideas.portal.conftest import signed_in

pytestmark = pytest.mark.django_db


def open_letter(client: Client, asked: Any, name: str = "Ben") -> Any:
    """Name an address on the page that asks for it, and open the letter that comes."""
    deed = re.search(r'name="deed" value="([^"]+)"', asked.content.decode())
    assert deed, "the page asks for an address"
    client.post("/me/sign-in/", {"name": name, "mail": f"{name}@example.org", "deed": deed[1]})
    link = re.search(r"/me/letter/\S+", str(mail.outbox[-1].body))
    assert link
    return client.post(link[0])


def picture() -> SimpleUploadedFile:
    content, camera = BytesIO(), Image.Exif()
    camera[0x010F] = "A camera at home"
    Image.new("RGB", (40, 30), "teal").save(content, "JPEG", exif=camera)
    return SimpleUploadedFile("secret place.jpg", content.getvalue(), "image/jpeg")


def test_a_visitors_idea_counts_once_their_letter_is_opened(client: Client, board: Board) -> None:
    given = {
        "title": "A lid that closes",
        "text": "Mine does not.",
        "category": "laptops",
        "pictures": [picture()],
        "alt": "a lid",
    }

    asked = client.post("/ideas/ideas/propose/", given)
    assert not Idea.objects.exists()
    led = open_letter(client, asked)

    idea = Idea.objects.get()
    assert led["Location"] == f"/ideas/ideas/{idea.pk}/?told=proposed"
    assert (idea.standing, idea.n_for, str(idea.category)) == ("public", 1, "Laptops")
    shown = idea.pictures.get()
    content = b"".join(client.get(f"/media/{shown.name}"))
    assert f'alt="{shown.alt}"' in client.get(led["Location"]).content.decode()
    assert Image.open(BytesIO(content)).size == (40, 30)
    assert b"A camera at home" not in content


def test_pictures_whose_letter_nobody_opens_go_away(client: Client, board: Board) -> None:
    client.post("/ideas/ideas/propose/", {"title": "A lid that closes", "pictures": [picture()]})
    assert len(default_storage.listdir(WAITING)[1]) >= 1

    forget_waiting(timezone.now() + WAITS_FOR)

    assert default_storage.listdir(WAITING)[1] == []


def test_what_is_no_picture_is_refused_with_its_name(known: Client, board: Board) -> None:
    bad = SimpleUploadedFile("notes.jpg", b"not a picture", "image/jpeg")

    answer = known.post("/ideas/ideas/propose/", {"title": "A lid that closes", "pictures": [bad]})

    assert answer.status_code == 422
    assert "notes.jpg" in answer.content.decode()
    assert not Idea.objects.exists()


def test_similar_ideas_come_before_the_text(client: Client, board: Board) -> None:
    cast.idea(board, "A lid that closes")

    page = client.get("/ideas/ideas/propose/", {"title": "A lid that closes well"}).content.decode()
    part = client.get("/ideas/ideas/similar/", {"q": "a lid that closes"}).content.decode()

    assert "This is it: vote there" in page
    assert 'name="text"' in page
    assert "A lid that closes" in part
    assert "<html" not in part


def test_a_preview_sends_nothing(known: Client, board: Board) -> None:
    given = {"title": "A lid that closes", "text": "It is **so** loud.", "preview": "yes"}

    page = known.post("/ideas/ideas/propose/", given).content.decode()

    assert "It is <strong>so</strong> loud." in page
    assert not Idea.objects.exists()


def test_a_visitors_vote_comes_by_a_letter(client: Client, board: Board) -> None:
    idea = cast.idea(board, "A lid that closes")

    asked = client.post(f"/ideas/ideas/{idea.pk}/vote/", {"sign": "1"})
    assert not Vote.objects.exists()
    open_letter(client, asked)

    vote = Vote.objects.get()
    assert (vote.member.name, vote.sign, bool(vote.network)) == ("Ben", 1, True)


def test_a_member_votes_changes_sides_and_takes_it_back(known: Client, ana: Member, board: Board) -> None:
    idea, counts = cast.idea(board, "A lid that closes"), []

    for sign in ("1", "-1", "0"):
        answer = known.post(
            f"/ideas/ideas/{idea.pk}/vote/",
            {"sign": sign, "back": "/ideas/?rank=new"},
            headers={"sec-fetch-site": "same-origin"},
        )
        idea.refresh_from_db()
        counts.append((idea.n_for, idea.n_against))

    assert counts == [(1, 0), (0, 1), (0, 0)]
    assert answer["Location"] == f"/ideas/?rank=new#idea-{idea.pk}"


def test_a_page_of_another_site_votes_for_nobody(ana: Member, board: Board) -> None:
    idea, browser = cast.idea(board, "A lid that closes"), Client(enforce_csrf_checks=True)
    signed_in(browser, ana)

    answers = [
        browser.post(f"/ideas/ideas/{idea.pk}/vote/", {"sign": "1"}, headers=headers)
        for headers in ({}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"})
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert not Vote.objects.exists()


def test_nobody_is_led_to_another_site(known: Client, board: Board) -> None:
    idea = cast.idea(board, "A lid that closes")

    for back in ("https://evil.example/", "//evil.example/", "/ideas//evil", "javascript:alert(1)"):
        answer = known.post(f"/ideas/ideas/{idea.pk}/vote/", {"sign": "1", "back": back})
        assert answer["Location"].startswith("/ideas/")


def test_a_script_gets_the_vote_alone_and_the_reason_when_it_cannot_be(
    known: Client, ana: Member, board: Board
) -> None:
    idea, spent = cast.idea(board, "A lid that closes"), cast.idea(board, "A quieter fan")
    Board.objects.filter(pk=board.pk).update(vote_budget=1)
    alone = {"x-part": "vote"}

    part = known.post(f"/ideas/ideas/{idea.pk}/vote/", {"sign": "1"}, headers=alone).content.decode()
    refused = known.post(f"/ideas/ideas/{spent.pk}/vote/", {"sign": "1", "lang": "de"}, headers=alone)

    assert 'aria-pressed="true"' in part
    assert "<html" not in part
    assert refused.status_code == 409
    assert "Alle Ihre 1 Stimmen sind vergeben" in refused.content.decode()


def test_words_thanks_and_following(known: Client, ana: Member, board: Board) -> None:
    idea = cast.idea(board, "A lid that closes")
    path = f"/ideas/ideas/{idea.pk}/"

    known.post(f"{path}say/", {"text": "Mine broke."})
    said = idea.comments.get()
    known.post(f"{path}say/", {"text": "And again.", "parent": said.pk})
    ben = signed_in(Client(), cast.member("Ben"))
    ben.post(f"{path}say/{said.pk}/thank/")
    ben.post(f"{path}follow/", {"follow": "yes"})

    said.refresh_from_db()
    assert said.n_thanks == 1
    assert said.replies.get().text == "And again."
    assert Follow.objects.filter(member__name="Ben", ended_at=None).exists()
    assert "Hear no more of it" in ben.get(path).content.decode()
    ben.post(f"{path}follow/", {"follow": "no"})
    assert not Follow.objects.filter(member__name="Ben", ended_at=None).exists()
    known.post(f"{path}say/{said.pk}/withdraw/")
    assert "Its author withdrew this comment." in known.get(path).content.decode()


def test_our_people_speak_for_the_brand(client: Client, maya: Staff, board: Board) -> None:
    idea = cast.idea(board, "A lid that closes")
    client.force_login(maya)

    client.post(f"/ideas/ideas/{idea.pk}/say/", {"text": "We look at it."})

    assert idea.comments.get().staff == maya


def test_an_author_changes_and_withdraws_their_own_and_nobody_elses(
    known: Client, ana: Member, board: Board
) -> None:
    mine, other = (
        cast.idea(board, "A lid that closes", by=ana),
        cast.idea(board, "A quieter fan", by=cast.member()),
    )

    known.post(f"/ideas/ideas/{mine.pk}/edit/", {"title": "A lid that closes well", "text": "Please."})
    assert Idea.objects.get(pk=mine.pk).title == "A lid that closes well"
    assert known.post(f"/ideas/ideas/{other.pk}/withdraw/").status_code == 404
    assert known.post(f"/ideas/ideas/{other.pk}/pictures/", {"pictures": [picture()]}).status_code == 404
    known.post(f"/ideas/ideas/{mine.pk}/withdraw/")

    assert Idea.objects.get(pk=mine.pk).standing == "withdrawn"
    assert Idea.objects.get(pk=other.pk).standing == "public"


def test_my_things_say_what_became_of_them(known: Client, ana: Member, board: Board) -> None:
    Board.objects.filter(pk=board.pk).update(vote_budget=5)
    mine = cast.idea(board, "A lid that closes", by=ana)
    Idea.objects.filter(pk=mine.pk).update(state="planned")

    page = known.get("/ideas/mine/").content.decode()

    assert page.count("A lid that closes") == 3, "proposed, voted for and followed"
    assert "Planned" in page
    assert "Ideas: 4 of your 5 votes are free." in page
    assert Client().get("/ideas/mine/")["Location"].startswith("/me/sign-in/")


def test_machines_that_fill_every_field_are_thanked_and_forgotten(client: Client, board: Board) -> None:
    client.post("/ideas/ideas/propose/", {"title": "Cheap watches here", "website": "https://spam.example"})

    assert not mail.outbox
    assert not Idea.objects.exists()


def test_there_is_no_session_for_who_only_reads(client: Client, board: Board) -> None:
    idea = cast.idea(board, "A lid that closes")

    client.get(f"/ideas/ideas/{idea.pk}/")

    assert settings.SESSION_COOKIE_NAME not in client.cookies
