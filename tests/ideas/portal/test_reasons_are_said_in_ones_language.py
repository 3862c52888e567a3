"""Whatever cannot be done, the page says why in the visitor's language: at once, and when the letter is opened."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from livingroom.ideas.duty.operations import answer
from livingroom.ideas.models import Board, Idea, PublicLogEntry
from livingroom.ideas.portal import tongue
from livingroom.people.members.words import WORDS
from livingroom.people.models import Member, Staff
from livingroom.shared.addresses import mail_hash
from livingroom.shared.pictures import NotAPicture, clean_picture
from tests.ideas import cast

pytestmark = pytest.mark.django_db
GERMAN = {"HTTP_ACCEPT_LANGUAGE": "de"}


def asked_to_vote(client: Client, idea: Idea) -> str:
    page = client.post(f"/ideas/ideas/{idea.pk}/vote/", {"sign": "1"}, **GERMAN)
    deed = re.search(r'name="deed" value="([^"]+)"', page.content.decode())
    assert deed
    client.post("/me/sign-in/", {"name": "Ben", "mail": "ben@example.org", "deed": deed[1]}, **GERMAN)
    link = re.search(r"/me/letter/\S+", str(mail.outbox[-1].body))
    assert link
    return link[0]


def test_a_letter_opened_too_late_says_so_in_the_language_of_who_opens_it(
    client: Client, board: Board, maya: Staff
) -> None:
    idea = cast.idea(board, "A lid that closes")
    link = asked_to_vote(client, idea)
    answer(staff=maya, idea=idea, state="declined", reason="The hinge does not allow it.", now=timezone.now())

    page = client.post(link, **GERMAN)

    assert page.status_code == 409
    assert tongue.Tongue("de").say("refused_decided") in page.content.decode()


def test_who_was_closed_out_reads_it_in_their_language(client: Client, board: Board) -> None:
    link = asked_to_vote(client, cast.idea(board, "A lid that closes"))
    cast.member("Ben", mail_hash=mail_hash("ben@example.org"), blocked_at=timezone.now())

    page = client.post(link, **GERMAN)

    assert page.status_code == 409
    assert WORDS["de"]["closed_out"] in page.content.decode()


def of_picture(kind: str, **given: Any) -> bytes:
    content = BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("teal", "navy")]
    if kind == "GIF":
        frames[0].save(content, "GIF", save_all=True, append_images=frames[1:])
    else:
        Image.new("RGB", (1, 1)).save(content, kind)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"no picture", "not_whole"),
        (b"", "empty"),
        (of_picture("GIF"), "moves"),
        (of_picture("PNG"), "nothing"),
    ],
)
def test_every_refusal_of_a_picture_has_its_words(content: bytes, key: str) -> None:
    with pytest.raises(NotAPicture) as problem:
        clean_picture(content)

    assert problem.value.key == key
    for code in ("en", "es", "pt", "de", "fr"):
        assert tongue.Tongue(code).say(f"picture_{key}", **problem.value.given)


def test_a_picture_that_moves_is_refused_in_the_reader_s_language(
    known: Client, board: Board, ana: Member
) -> None:
    moving = SimpleUploadedFile("dance.gif", of_picture("GIF"), "image/gif")
    given = {"title": "A lid that closes", "text": "", "pictures": [moving]}

    page = known.post("/ideas/ideas/propose/?lang=fr", given)

    assert page.status_code == 422
    assert "Elle bouge : seules les images fixes peuvent être envoyées." in page.content.decode()
    assert not Idea.objects.exists()


def test_what_a_rule_did_is_told_in_the_reader_s_language_and_people_are_quoted(
    client: Client, board: Board
) -> None:
    idea, now = cast.idea(board), timezone.now()
    for by_rule, reason in ((True, "No vote for 12 months."), (False, "They asked for it.")):
        PublicLogEntry.objects.create(
            board=board, what="archived", idea=idea, reason=reason, by_rule=by_rule, at=now
        )

    page = client.get("/ideas/log/?lang=de").content.decode()

    assert tongue.Tongue("de").say("log_why_archived") in page
    assert "They asked for it." in page
    assert "No vote for 12 months." not in page
