"""One idea's page: what became of it, who owes what, what was merged, and what is gone and why."""

import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from livingroom.ideas.duty.operations import answer
from livingroom.ideas.merging.operations import merge
from livingroom.ideas.models import Board, Comment, Idea
from livingroom.ideas.operations import comment, hide_comment, remove_idea
from livingroom.people.models import Member, Staff
from tests.ideas import cast
from tests.ideas.portal.conftest import signed_in

pytestmark = pytest.mark.django_db


def page_of(client: Client, idea: Idea, asked: str = "") -> str:
    found = client.get(f"/ideas/{idea.board.slug}/{idea.pk}/{asked}")
    assert found.status_code == 200
    return found.content.decode()


def test_our_answers_stand_there_with_their_reasons(client: Client, board: Board, maya: Staff) -> None:
    idea, now = cast.idea(board, "A lid that closes"), timezone.now()
    answer(staff=maya, idea=idea, state="declined", reason="It would be **heavier**.", now=now)

    page = page_of(client, idea)

    assert "It would be <strong>heavier</strong>." in page
    assert "Declined" in page
    assert "Maya" in page
    assert "data-vote" not in page
    assert 'name="sign"' not in page


def test_a_merged_idea_leads_visibly_to_the_one_that_was_kept(
    client: Client, board: Board, maya: Staff
) -> None:
    kept, other = (
        cast.idea(board, "A lid that closes"),
        cast.idea(board, "A cover that shuts", text="Mine does not."),
    )
    merge(staff=maya, kept=kept, other=other, reason="The same wish.", now=timezone.now())

    led = client.get(f"/ideas/ideas/{other.pk}/?lang=de")

    assert led["Location"] == f"/ideas/ideas/{kept.pk}/?lang=de&merged={other.pk}"
    page = page_of(client, kept, f"?merged={other.pk}")
    assert "“A cover that shuts” was merged into this idea" in page
    assert "Mine does not." in page
    assert "The same wish." in page


def test_a_held_idea_is_seen_by_its_author_alone(client: Client, board: Board, ana: Member) -> None:
    idea = cast.idea(board, "A lid that closes", by=ana)
    Idea.objects.filter(pk=idea.pk).update(standing=Idea.Standing.HELD)

    assert client.get(f"/ideas/ideas/{idea.pk}/").status_code == 404
    assert "A person of ours looks at this idea" in page_of(signed_in(client, ana), idea)


def test_a_removed_idea_says_why(client: Client, board: Board, maya: Staff) -> None:
    idea = cast.idea(board, "Buy cheap watches")
    remove_idea(staff=cast.moderator(), idea=idea, reason="It sells watches.", now=timezone.now())

    gone = client.get(f"/ideas/ideas/{idea.pk}/")

    assert gone.status_code == 410
    assert "It sells watches." in gone.content.decode()
    assert "Buy cheap watches" not in gone.content.decode()


def test_comments_stand_in_threads_and_hidden_ones_say_why(
    client: Client, board: Board, ana: Member, maya: Staff
) -> None:
    idea, now = cast.idea(board, "A lid that closes"), timezone.now()
    first = comment(member=ana, idea=idea, text="Mine broke.", now=now)
    comment(staff=maya, idea=idea, text="Sorry to hear.", parent=first, now=now)
    rude = comment(member=ana, idea=idea, text="A rude word.", now=now)
    hide_comment(staff=maya, comment=rude, reason="It was rude.", now=now)

    page = page_of(client, idea)

    assert page.index("Mine broke.") < page.index("Sorry to hear.")
    assert "It was rude." in page
    assert "A rude word." not in page


def test_a_held_comment_is_read_by_its_author_alone(client: Client, board: Board, ana: Member) -> None:
    idea = cast.idea(board, "A lid that closes")
    said = comment(member=ana, idea=idea, text="Mine broke.", now=timezone.now())
    Comment.objects.filter(pk=said.pk).update(standing=Comment.Standing.HELD)

    assert "Mine broke." not in page_of(client, idea)
    assert "Mine broke." in page_of(signed_in(client, ana), idea)


def test_what_a_stranger_wrote_cannot_break_out(client: Client, board: Board) -> None:
    evil = "</script><script>alert(1)</script>"
    idea = cast.idea(board, f"Evil {evil}", text=f"{evil} [x](javascript:alert(1)) **b**")

    page = page_of(client, idea)

    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    linked = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert linked
    assert json.loads(linked[1])["headline"] == f"Evil {evil}"
