"""What I voted for, what became of mine, what was answered and what shipped: each at a glance, without a script."""

import pytest
from django.test import Client
from django.utils import timezone

from livingroom.ideas import operations
from livingroom.ideas.duty.operations import answer
from livingroom.ideas.models import Board, Idea, Vote
from livingroom.people.models import Member, Staff
from tests.ideas import cast

pytestmark = pytest.mark.django_db


def ship(maya: Staff, idea: Idea) -> None:
    answer(
        staff=maya, idea=idea, state="shipped", reason="It closes now.", url="https://shop.example/lid", now=timezone.now()
    )  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "heading"),
    [("en", "What shipped"), ("es", "Lo que se realizó"), ("pt", "O que foi realizado"),
     ("de", "Was wir verwirklicht haben"), ("fr", "Ce qui a été réalisé")],
)  # fmt: skip
def test_what_shipped_can_be_read_month_by_month(
    client: Client, board: Board, maya: Staff, lang: str, heading: str
) -> None:
    ship(maya, cast.idea(board, "A lid that closes"))
    cast.idea(board, "Something still open")

    page = client.get(f"/ideas/ideas/shipped/?lang={lang}").content.decode()

    assert heading in page
    assert "A lid that closes" in page
    assert "It closes now." in page
    assert "https://shop.example/lid" in page
    assert str(timezone.localtime().year) in page
    assert "Something still open" not in page


def test_without_anything_shipped_the_page_says_what_will_stand_there(client: Client, board: Board) -> None:
    page = client.get("/ideas/shipped/").content.decode()

    assert "Nothing shipped yet" in page
    assert "/ideas/ideas/" in page


def test_my_page_says_what_became_of_my_ideas_and_which_votes_count(
    known: Client, board: Board, maya: Staff, ana: Member
) -> None:
    mine, other = cast.idea(board, "A lid that closes", by=ana), cast.idea(board, "A quieter fan")
    operations.cast(member=ana, idea=other, now=timezone.now())
    Vote.objects.filter(root=other).update(same_person_at=timezone.now())
    ship(maya, mine)

    page = known.get("/ideas/mine/").content.decode()

    assert "It closes now." in page
    assert "A quieter fan" in page
    assert "you voted from another address before: counts once" in page


def test_a_vote_that_does_not_count_is_shown_as_such(client: Client, board: Board, ana: Member) -> None:
    idea = cast.idea(board, "A quieter fan")
    operations.cast(member=ana, idea=idea, now=timezone.now())
    Vote.objects.update(same_person_at=timezone.now())

    page = client.get(f"/ideas/ideas/{idea.pk}/").content.decode()

    assert "one second vote, not counted" in page


def test_a_list_shows_what_i_voted_for_and_what_was_answered(
    known: Client, board: Board, maya: Staff, ana: Member
) -> None:
    idea = cast.idea(board, "A lid that closes")
    operations.cast(member=ana, idea=idea, now=timezone.now())
    answer(staff=maya, idea=idea, state="planned", reason="Next year it comes.", now=timezone.now())

    page = known.get("/ideas/ideas/?rank=answered").content.decode()

    assert "Your vote" in page
    assert "Next year it comes." in page
