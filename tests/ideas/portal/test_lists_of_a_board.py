"""What a visitor reads on a board: orders with their formula, our own votes, who answers, what is late."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from livingroom.ideas.models import Board, Idea, Showing
from livingroom.ideas.operations import cast as vote
from livingroom.ideas.portal.lists import TABS
from livingroom.ideas.portal.tongue import Tongue
from livingroom.ideas.ranks import RANKS
from livingroom.people.models import Member, Staff
from tests.ideas import cast
from tests.ideas.portal.conftest import signed_in

pytestmark = pytest.mark.django_db
BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"}


def text_of(client: Client, path: str = "/ideas/", **headers: str) -> str:
    answer = client.get(path, headers=BROWSER | headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_visitor_gets_no_cookie_and_no_token(client: Client, board: Board) -> None:
    cast.idea(board, "A lid that closes", by=cast.member())

    answer = client.get("/ideas/")

    assert not answer.cookies
    assert b"csrfmiddlewaretoken" not in answer.content


def test_every_order_has_its_formula_in_every_language(client: Client, board: Board) -> None:
    for rank in TABS:
        assert "Why in this order?" in text_of(client, f"/ideas/?rank={rank}")

    for code in ("en", "es", "pt", "de", "fr"):
        assert {f"rank_{key}" for key in (*RANKS, "late", "shipped")} <= set(Tongue(code).words)
        assert {f"formula_{key}" for key in (*RANKS, "late", "shipped", "search")} <= set(Tongue(code).words)
    assert "Stimmen der letzten 30 Tage" in text_of(client, "/ideas/?lang=de")


def test_a_members_own_votes_are_marked(known: Client, ana: Member, board: Board) -> None:
    wanted, other = cast.idea(board, "A lid that closes"), cast.idea(board, "A quieter fan")
    vote(member=ana, idea=wanted, now=timezone.now())

    page = text_of(known)

    assert page.count('aria-pressed="true"') == 1
    assert page.index(f'id="vote-{wanted.pk}"') < page.index('aria-pressed="true"')
    assert f'id="vote-{other.pk}"' in page


def test_what_is_shown_is_counted_once_for_a_page_and_never_for_a_machine(
    client: Client, board: Board
) -> None:
    idea = cast.idea(board, "A lid that closes")

    text_of(client)
    client.get("/ideas/", headers={"user-agent": "Googlebot/2.1 (+http://www.google.com/bot.html)"})

    assert [row.ideas for row in Showing.objects.all()] == [[idea.pk]]


def test_votes_under_review_are_said(client: Client, board: Board) -> None:
    idea = cast.idea(board, "A lid that closes")
    Idea.objects.filter(pk=idea.pk).update(n_withheld=12)

    assert "12 votes under review" in text_of(client)
    assert "12 Stimmen werden geprüft" in text_of(client, "/ideas/?lang=de")


def test_a_late_answer_is_late_in_public(client: Client, board: Board) -> None:
    idea, now = cast.idea(board, "A lid that closes", now=timezone.now() - timedelta(days=60)), timezone.now()
    Idea.objects.filter(pk=idea.pk).update(
        above_line_at=now - timedelta(days=40), due_at=now - timedelta(days=10), owner=board.partner
    )

    assert "One answer is late" in text_of(client)
    assert "A lid that closes" in text_of(client, "/ideas/?rank=late")
    assert "Late by 10 days" in text_of(client, f"/ideas/ideas/{idea.pk}/") or "Late by 11 days" in text_of(
        client, f"/ideas/ideas/{idea.pk}/"
    )


def test_a_category_names_who_answers(client: Client, board: Board) -> None:
    category = board.categories.get()
    cast.idea(board, "A lid that closes", category=category)
    cast.idea(board, "A nicer shop")

    page = text_of(client, "/ideas/ideas/about/laptops/")

    assert "Maya answers here: every idea above the line within 30 days" in page
    assert "A lid that closes" in page
    assert "A nicer shop" not in page


def test_what_has_the_words_is_found_first(client: Client, board: Board) -> None:
    cast.idea(board, "A quieter fan")
    cast.idea(board, "A lid that closes", text="It shuts.")

    page = text_of(client, "/ideas/?q=lid+shuts")

    assert "A lid that closes" in page.split("A quieter fan")[0]


def test_an_empty_board_says_what_to_do_next(client: Client, board: Board) -> None:
    assert "Yours could be the first" in text_of(client)


def test_a_house_without_a_board_says_so(client: Client) -> None:
    answer = client.get("/ideas/")

    assert answer.status_code == 404
    assert "There is no board yet" in answer.content.decode()


def test_the_front_door_leads_to_ideas_once_there_is_a_board(client: Client, board: Board) -> None:
    assert 'href="/ideas/"' in client.get("/").content.decode()
    board.delete()
    assert 'href="/ideas/"' not in client.get("/").content.decode()


def test_the_employees_board_is_for_employees(client: Client, board: Board, ana: Member) -> None:
    twin = cast.board("house", name="Among us", is_twin=True)
    idea = cast.idea(twin, "Quiet hours on Fridays")
    paths = ["", f"{idea.pk}/", "propose/", "log/", "how/", "feed.atom", "similar/?q=quiet", "embed/"]

    outside = [signed_in(client, ana).get(f"/ideas/house/{path}") for path in paths]

    assert {answer.status_code for answer in outside} == {302}
    assert all(answer["Location"].startswith("/accounts/login/") for answer in outside)
    assert client.get("/api/ideas/house").status_code == 404
    assert "house" not in client.get("/ideas/sitemap.xml").content.decode()
    assert signed_in(client, ana).post(f"/ideas/house/{idea.pk}/vote/", {"sign": "1"}).status_code == 302


def test_staff_take_part_in_their_own_board_under_their_name(client: Client, maya: Staff) -> None:
    twin = cast.board("house", name="Among us", is_twin=True)
    idea = cast.idea(twin, "Quiet hours on Fridays")
    client.force_login(maya)

    answer = client.post(f"/ideas/house/{idea.pk}/vote/", {"sign": "1"})

    assert answer.status_code == 302
    assert idea.votes.get().member.staff == maya
    assert "Quiet hours on Fridays" in client.get("/ideas/mine/?board=house").content.decode()
