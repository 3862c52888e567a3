import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from livingroom.ideas.digest.operations import make_digest
from livingroom.ideas.models import Board, Comment, DigestReader, Idea, Storm
from livingroom.people.models import Staff
from tests.ideas import cast
from tests.ideas.cast import later
from tests.ideas.duty import scene
from tests.ideas.duty.test_management_is_told import WEEK

pytestmark = pytest.mark.django_db
PAGES = ("ideas_desk", "desk_ideas", "desk_held", "desk_storms", "desk_digests", "desk_boards")


@pytest.fixture
def mia(client):
    scene.house()
    client.force_login(scene.manager())
    return client


@pytest.fixture
def ian(client):
    """Who may look, and do nothing."""
    client.force_login(
        Staff.objects.create_user("ian@cornerpc.example", None, name="Ian", role=Staff.Role.ANALYST)
    )
    return client


def test_a_house_without_a_board_opens_it_by_one_button(mia):
    assert "Open your ideas board" in mia.get(reverse("ideas_desk")).content.decode()

    mia.post(reverse("desk_board_open", args=["first"]))

    board = Board.objects.get()
    assert (board.slug, board.partner, board.categories.count()) == ("ideas", scene.manager(), 4)
    assert DigestReader.objects.get().staff == scene.manager()


@pytest.mark.parametrize("is_full", [False, True])
def test_every_page_opens_empty_and_full(mia, is_full):
    board = scene.board()
    if is_full:
        idea = scene.wanted_idea(board)
        held = cast.idea(board, "Buy cheap watches here")
        Idea.objects.filter(pk=held.pk).update(standing=Idea.Standing.HELD)
        Storm.objects.create(
            board=board,
            slug="s",
            topic="Notebooks",
            host=scene.manager(),
            opens_at=later(),
            closes_at=later(days=1),
        )
        digest = make_digest(board, *WEEK, later(days=8))
    pages = [reverse(name) for name in PAGES] + [
        reverse("desk_board", args=["ideas"]),
        reverse("desk_kept", args=["ideas"]),
    ]
    if is_full:
        pages += [
            reverse("desk_idea", args=[idea.pk]), reverse("desk_idea", args=[held.pk]), reverse("desk_action", args=[idea.pk]),
            reverse("desk_storm", args=[Storm.objects.get().pk]), reverse("desk_digest", args=[digest.pk]),
            reverse("desk_digest_file", args=[digest.pk, "json"]), reverse("desk_kept_file", args=["ideas", "json"]),
        ]  # fmt: skip

    for page in pages:
        assert mia.get(page).status_code == 200, page


def test_an_idea_is_answered_on_its_page_and_a_missing_reason_is_said_there(mia):
    idea = scene.wanted_idea(scene.board())
    address = reverse("desk_answer", args=[idea.pk])

    refused = mia.post(address, {"state": "declined", "reason": "no"})
    done = mia.post(address, {"state": "declined", "reason": "Our suppliers ship it so."})

    idea.refresh_from_db()
    assert (refused.status_code, done.status_code, idea.state) == (422, 302, Idea.State.DECLINED)
    assert "at least 10 characters" in refused.content.decode()
    assert "Our suppliers ship it so." in mia.get(reverse("desk_idea", args=[idea.pk])).content.decode()


def test_what_is_late_comes_first_and_says_whose_it_is(mia):
    board = scene.board()
    late, soon = (
        scene.wanted_idea(board, "Linux on notebooks"),
        scene.wanted_idea(board, "Quieter power supplies"),
    )
    Idea.objects.filter(pk=soon.pk).update(due_at=later(days=30_000))

    page = mia.get(reverse("ideas_desk")).content.decode()
    only_late = mia.get(reverse("ideas_desk") + "?due=late").content.decode()

    assert page.index(str(late)) < page.index(str(soon))
    assert "late by" in page
    assert str(soon) not in only_late


def test_what_waits_is_let_in_or_removed_with_a_public_reason(mia):
    board = scene.board()
    good, bad = (cast.idea(board, title) for title in ("A good idea indeed", "Buy cheap watches here"))
    Idea.objects.update(standing=Idea.Standing.HELD)
    comment = Comment.objects.create(
        idea=good, root=good, text="Hm.", at=later(), standing=Comment.Standing.HELD
    )

    mia.post(reverse("desk_idea_moderate", args=[good.pk, "let-stand"]), {"back": "held"})
    mia.post(
        reverse("desk_idea_moderate", args=[bad.pk, "remove"]),
        {"back": "held", "reason": "An advertisement."},
    )
    mia.post(reverse("desk_comment_moderate", args=[comment.pk, "let-stand"]), {"back": "held"})

    good.refresh_from_db(), bad.refresh_from_db(), comment.refresh_from_db()
    assert (good.standing, bad.standing, comment.standing) == ("public", "removed", "public")
    assert board.log.get().reason == "An advertisement."


def test_who_may_only_look_changes_nothing(ian):
    board = scene.board()
    idea = scene.wanted_idea(board)
    storm = Storm.objects.create(
        board=board, slug="s", topic="Notebooks", opens_at=later(), closes_at=later(days=1)
    )
    posts = [
        ("desk_answer", [idea.pk]), ("desk_assign", [idea.pk]), ("desk_put_off", [idea.pk]), ("desk_bring_back", [idea.pk]),
        ("desk_action", [idea.pk]), ("desk_idea_moderate", [idea.pk, "remove"]), ("desk_storms", []), ("desk_storm", [storm.pk]),
        ("desk_storm_close", [storm.pk]), ("desk_storm_sum_up", [storm.pk]), ("desk_digest_make", ["ideas"]),
        ("desk_digest_readers", ["ideas"]), ("desk_board_open", ["first"]), ("desk_board", ["ideas"]),
        ("desk_board_close", ["ideas"]), ("desk_category_new", ["ideas"]),
    ]  # fmt: skip

    answers = {name: ian.post(reverse(name, args=arguments)).status_code for name, arguments in posts}

    assert set(answers.values()) == {403}, answers
    assert ian.get(reverse("desk_idea", args=[idea.pk])).status_code == 200


def test_a_board_is_arranged_on_its_page(mia):
    board = scene.board(answer_line=50)
    idea = cast.idea(board)
    scene.voters(idea, *(cast.member() for _ in range(2)))
    said = {
        "name": "Ideas", "intro": "Say it.", "answer_line": "2", "answer_within_days": "20", "half_life_days": "3",
        "digest_every": "weekly", "partner": str(cast.moderator().pk), "vote_budget": "", "archive_after_months": "",
    }  # fmt: skip

    done = mia.post(reverse("desk_board", args=["ideas"]), said)
    wrong = mia.post(reverse("desk_board", args=["ideas"]), {**said, "half_life_days": "-1"})

    board.refresh_from_db(), idea.refresh_from_db()
    assert (done.status_code, wrong.status_code) == (302, 422)
    assert (board.answer_line, board.half_life_days, board.partner) == (2, 3.0, cast.moderator())
    assert idea.owner == cast.moderator()
    assert idea.due_at is not None


def test_the_figures_open_their_ideas_and_export_them_harmlessly(mia):
    idea = scene.wanted_idea(scene.board(), "=HYPERLINK(1) is no title")
    now = timezone.now()  # the page reads the clock
    Idea.objects.filter(pk=idea.pk).update(due_at=now - timedelta(days=1), last_vote_at=now)

    said = json.loads(mia.get(reverse("desk_kept_file", args=["ideas", "json"])).content)
    table = mia.get(reverse("desk_kept_file", args=["ideas", "csv"])).content.decode()

    assert [row["outcome"] for row in said["ideas"]] == ["not answered"]
    assert "refused" in said["answered_in_time"]
    assert "docs/methods/ideas.md" in said["definition"]
    assert "'=HYPERLINK" in table
