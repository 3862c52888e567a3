import functools
import operator
from itertools import pairwise

import numpy as np
import pytest
from django.test import RequestFactory

from livingroom.ideas import operations
from livingroom.ideas.counting import recount
from livingroom.ideas.drawing import draw_under_seen
from livingroom.ideas.exposures import exposures_of
from livingroom.ideas.folding import fold_showings
from livingroom.ideas.listing import page_of
from livingroom.ideas.management import management_list
from livingroom.ideas.merging.operations import merge
from livingroom.ideas.models import Category, Idea, Showing, UnderSeen, Vote, VoteReview
from livingroom.ideas.ranks import RANKS
from livingroom.ideas.showing import note_page, note_showing
from tests.ideas import cast
from tests.ideas.cast import NOON, later

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"


@pytest.fixture
def board(db):
    return cast.board()


def filled(board, n):
    """Ideas of one minute each, the older the more votes in all its orders."""
    ideas = [cast.idea(board, now=later(minutes=place)) for place in range(n)]
    for place, idea in enumerate(ideas):
        Idea.objects.filter(pk=idea.pk).update(
            now_score=(n - place) // 2, popular_key=n - place, n_for=n - place, n_shown=20 * n
        )
    return ideas


def whole(board, rank, **how):
    """All pages, one after the other."""
    found, after = [], None
    while after != "":
        page = page_of(board, rank, after=after, n=4, now=NOON, **how)
        found.append([idea.pk for idea in page.ideas])
        after = page.after
    return found


@pytest.mark.parametrize("rank", ["now", "popular", "new", "most_wanted"])
def test_pages_of_a_rank_follow_each_other_without_a_gap(board, rank):
    ideas = filled(board, 10)
    key = RANKS[rank].field
    wanted = sorted(Idea.objects.all(), key=lambda idea: (getattr(idea, key), idea.pk), reverse=True)

    pages = whole(board, rank)

    assert [len(page) for page in pages] == [4, 4, 2]
    assert functools.reduce(operator.iadd, pages, []) == [idea.pk for idea in wanted]
    assert len(wanted) == len(ideas)


def test_what_cannot_be_read_begins_at_the_top(board):
    filled(board, 6)
    first = page_of(board, "now", n=4, now=NOON)

    wrong = ["", "x", "1_2", "nan_5_0", "inf_5_0", "1_99999999999999999999_0", "1_1_-3", "1_1_99999999999"]
    for written in wrong:
        assert page_of(board, "now", after=written, n=4, now=NOON).ideas == first.ideas, written
    for rank in ("most_wanted", "new", "under_seen"):
        first = page_of(board, rank, n=4, now=NOON)
        assert page_of(board, rank, after=f"{10**30}_1_0", n=4, now=NOON).ideas == first.ideas
    assert page_of(board, "no such rank", n=4, now=NOON).rank.key == "now"


def test_lists_can_be_narrowed_and_say_what_is_decided_only_when_asked(board):
    green = Category.objects.create(board=board, slug="green", name="Green")
    one, two, three, four = (cast.idea(board) for _ in range(4))
    Idea.objects.filter(pk=one.pk).update(category=green)
    Idea.objects.filter(pk=two.pk).update(state="shipped", state_at=later(days=2), answered_at=later(days=2))
    Idea.objects.filter(pk=three.pk).update(
        state="declined", state_at=later(days=3), answered_at=later(days=1)
    )
    Idea.objects.filter(pk=four.pk).update(language="pt")

    def found(rank="now", **how):
        return page_of(board, rank, now=NOON, **how).ideas

    assert found() == [four, one]
    assert found(state="any") == [four, three, two, one]
    assert found("new") == [four, three, two, one]
    assert found("answered") == [three, two]
    assert found("answered", state="shipped") == [two]
    assert found(category=green) == [one]
    assert found(language="pt") == [four]


def test_three_of_twenty_places_go_to_ideas_that_few_have_seen(board):
    ideas = filled(board, 60)
    tired = ideas[:25]  # first in the list, and passed over by all who saw them
    Idea.objects.filter(pk__in=[idea.pk for idea in tired]).update(n_for=0, n_shown=5000)
    draw_under_seen(board, np.random.default_rng(1), NOON)

    page = page_of(board, "now", rng=np.random.default_rng(7), now=NOON)

    assert len(page.ideas) == 20
    assert len(page.under_seen) == 3
    assert page_of(board, "now", now=NOON).under_seen == frozenset()
    ranked = [idea.pk for idea in page.ideas if idea.pk not in page.under_seen]
    assert ranked == [idea.pk for idea in page_of(board, "now", now=NOON).ideas[:17]]


def test_mixed_pages_show_every_idea_once(board):
    filled(board, 50)
    draw_under_seen(board, np.random.default_rng(1), NOON)
    shown, after = [], None

    while after != "":
        page = page_of(board, "now", rng=np.random.default_rng(7), after=after, n=10, now=NOON)
        shown += [idea.pk for idea in page.ideas]
        after = page.after

    assert len(shown) == len(set(shown)) == 50


def test_new_ideas_are_drawn_more_often_than_those_seen_in_vain(board):
    ideas = filled(board, 20)
    seen, new = ideas[:10], ideas[10:]
    Idea.objects.filter(pk__in=[idea.pk for idea in seen]).update(n_for=2, n_shown=2000)
    Idea.objects.filter(pk__in=[idea.pk for idea in new]).update(n_for=0, n_shown=0)
    first = []

    for seed in range(10):
        draw_under_seen(board, np.random.default_rng(seed), NOON)
        first += list(UnderSeen.objects.filter(place__lt=5).values_list("idea", flat=True))

    assert sum(number in {idea.pk for idea in new} for number in first) > 40
    pages = whole(board, "under_seen")
    assert sorted(functools.reduce(operator.iadd, pages, [])) == sorted(idea.pk for idea in ideas)


def test_a_showing_counts_once_for_each_visitor_and_day(board):
    one, two = cast.idea(board), cast.idea(board)
    note_showing(board, "ann", [one.pk, two.pk], NOON)
    note_showing(board, "ann", [one.pk], NOON)
    note_showing(board, "bob", [one.pk], NOON)
    assert fold_showings(NOON) == 3
    note_showing(board, "ann", [one.pk, two.pk], later(minutes=5))

    assert (fold_showings(later(minutes=6)), fold_showings(later(minutes=7))) == (1, 0)

    assert list(Idea.objects.order_by("pk").values_list("n_shown", flat=True)) == [2, 1]
    note_showing(board, "ann of another day", [one.pk], later(days=2))
    fold_showings(later(days=2))
    assert Showing.objects.count() == 1  # what was folded a day ago is thrown away
    assert Idea.objects.get(pk=one.pk).n_shown == 3


def test_machines_and_prefetches_see_nothing(board):
    idea = cast.idea(board)
    people = RequestFactory(headers={"User-Agent": CHROME}).get("/ideas/")
    machine = RequestFactory(headers={"User-Agent": "Googlebot/2.1 (+http://www.google.com/bot.html)"}).get(
        "/ideas/"
    )
    ahead = RequestFactory(headers={"User-Agent": CHROME, "Sec-Purpose": "prefetch"}).get("/ideas/")
    nobody = RequestFactory().get("/ideas/")

    for request in (people, machine, ahead, nobody):
        note_page(request, board, [idea], NOON)

    assert Showing.objects.count() == 1


def test_management_sees_votes_per_showing_with_their_interval_and_whose_they_are(board):
    loved, famous, staffed = (cast.idea(board) for _ in range(3))
    for _ in range(3):
        operations.cast(member=cast.member(), idea=loved, now=NOON)
        operations.cast(member=cast.member(), idea=famous, now=NOON)
    operations.cast(member=cast.member(staff=cast.moderator()), idea=loved, now=NOON)
    Idea.objects.filter(pk=famous.pk).update(n_for=300, n_shown=9000)
    Idea.objects.filter(pk=loved.pk).update(n_shown=8)
    Idea.objects.filter(pk=staffed.pk).update(n_shown=5000)

    rows = management_list(board, 3, NOON)

    assert [row.idea for row in rows] == [loved, famous, staffed]
    assert rows[0].per_exposure.value == pytest.approx((4 + 3.5) / (8 + 50))
    assert all(row.per_exposure.low < row.per_exposure.value < row.per_exposure.high for row in rows)
    assert (rows[0].votes.n, rows[0].votes.n_staff, rows[0].votes.n_others) == (4, 1, 3)
    assert management_list(cast.board("empty"), 3, NOON) == []


def test_the_list_is_ordered_by_people_and_not_by_how_often_the_same_come_again(board):
    loved, tired = cast.idea(board), cast.idea(board)
    for _ in range(4):
        operations.cast(member=cast.member(), idea=loved, now=NOON)
        operations.cast(member=cast.member(), idea=tired, now=NOON)
    # Regulars look at the loved one every day; members show how much of that is the same people again.
    Idea.objects.filter(pk=loved.pk).update(n_shown=440, n_members_saw=40, n_member_looks=390)
    Idea.objects.filter(pk=tired.pk).update(n_shown=200, n_members_saw=40, n_member_looks=40)

    rows = management_list(board, 2, NOON)

    assert [row.idea for row in rows] == [loved, tired]
    assert rows[0].per_exposure.value == pytest.approx((4 + 3.5) / (40 + 400 * 50 / 400 + 50))
    assert rows[1].per_exposure.value == pytest.approx((4 + 3.5) / (200 + 50))


def test_showings_of_what_was_merged_count_and_those_of_held_votes_do_not(board):
    kept, other = cast.idea(board), cast.idea(board)
    votes = [operations.cast(member=cast.member(), idea=other, now=NOON) for _ in range(3)]
    Idea.objects.filter(pk=kept.pk).update(n_shown=100)
    Idea.objects.filter(pk=other.pk).update(n_shown=60)
    merge(staff=cast.moderator(), kept=kept, other=other, reason="They ask for the same.", now=NOON)

    assert exposures_of(board).people.tolist() == [160]

    review = VoteReview.objects.create(idea=kept, score=4, n_votes=1, found_at=NOON)
    Vote.objects.filter(pk=votes[0].pk).update(review=review, withheld_at=NOON)
    recount([kept.pk], NOON)

    seen = exposures_of(board)
    assert (seen.idea.tolist(), seen.votes.tolist(), seen.people.tolist()) == ([kept.pk], [2], [159])


def test_every_rank_says_its_formula(board):
    said = {rank.formula_on(board) for rank in RANKS.values()}

    assert len(said) == len(RANKS)
    assert "30 days" in RANKS["now"].formula_on(board)
    assert "½^(its age ÷ 7 days)" in RANKS["popular"].formula_on(board)
    assert all(one.key != two.key for one, two in pairwise(RANKS.values()))
