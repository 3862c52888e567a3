"""Counters are written vote by vote; made anew from all votes, they are the same."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livingroom.ideas import operations
from livingroom.ideas.counting import COUNTERS, recount, recount_board
from livingroom.ideas.models import Board, Idea, Vote
from livingroom.ideas.renewing import change_half_life, lift_what_rose, move_epochs, renew_scores
from livingroom.measure.ranking import decayed_sum
from tests.ideas import cast
from tests.ideas.cast import NOON, later

WHO, WHAT = 3, 2
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["for", "against", "back", "withhold", "comment", "follow"]),
        st.integers(0, WHO - 1),
        st.integers(0, WHAT - 1),
        st.floats(0, 45),  # days since the last
    ),
    max_size=14,
)


@pytest.mark.django_db
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS, half_life=st.sampled_from([0.25, 7.0, 90.0]))
def test_whatever_happens_vote_by_vote_a_recount_changes_nothing(steps, half_life):
    with transaction.atomic():
        board = cast.board(allows_against=True, half_life_days=half_life)
        people = [cast.member() for _ in range(WHO)]
        ideas = [cast.idea(board) for _ in range(WHAT)]

        now = NOON
        for what, who, which, days in steps:
            now += timedelta(days=days)
            move_epochs(now)  # as the house does all the time
            _do(what, people[who], ideas[which], now)

        for idea in ideas:
            idea.refresh_from_db()
            kept = {name: getattr(idea, name) for name in COUNTERS}
            recount([idea.pk], idea.now_at)
            idea.refresh_from_db()
            anew = {name: getattr(idea, name) for name in COUNTERS}
            key, key_anew = kept.pop("popular_key"), anew.pop("popular_key")
            assert kept == anew
            assert key == pytest.approx(key_anew, rel=1e-6, abs=1e-9)
            assert min(idea.n_for, idea.n_against, idea.n_withheld, idea.now_score) >= 0
        transaction.set_rollback(True)


def _do(what, member, idea, now):
    match what:
        case "for" | "against":
            operations.cast(member=member, idea=idea, sign=1 if what == "for" else -1, now=now)
        case "back":
            operations.withdraw_vote(member=member, idea=idea, now=now)
        case "withhold":
            Vote.objects.filter(root=idea, member=member).update(withheld_at=now)
            recount([idea.pk], now)
        case "follow":
            operations.follow(member=member, idea=idea, now=now)
        case "comment":
            operations.comment(staff=cast.moderator(), idea=idea, text=f"said {now}", now=now)


def test_taking_back_a_young_vote_leaves_old_ones_their_weight(db):
    # 2^208 + 2^0 is 2^208 for a float: taking it away again must not leave 0.
    idea, lee = cast.idea(cast.board(half_life_days=0.25)), cast.member()
    operations.cast(member=cast.member(), idea=idea, now=NOON)
    idea.refresh_from_db()
    before = idea.popular_key

    operations.cast(member=lee, idea=idea, now=later(days=52))
    operations.withdraw_vote(member=lee, idea=idea, now=later(days=52))

    idea.refresh_from_db()
    assert idea.popular_key == before == 1.0


def test_comments_move_no_rank(db):
    idea = cast.idea(cast.board(), by=cast.member())
    before = (idea.now_score, idea.popular_key)

    operations.comment(staff=cast.moderator(), idea=idea, text="Many words.", now=later(hours=1))

    idea.refresh_from_db()
    assert (idea.now_score, idea.popular_key) == before
    assert idea.n_comments == 1


def test_another_half_life_makes_all_keys_anew(db):
    board = cast.board()
    old, young = cast.idea(board), cast.idea(board)
    for _ in range(3):
        operations.cast(member=cast.member(), idea=old, now=NOON)
    operations.cast(member=cast.member(), idea=young, now=later(days=5))
    assert list(Idea.objects.order_by("-popular_key")) == [old, young]

    with pytest.raises(ValueError, match="between"):
        change_half_life(staff=cast.manager(), board=board, days=0, now=later(days=6))
    changed = change_half_life(staff=cast.manager("Max"), board=board, days=2, now=later(days=6))

    assert (changed.half_life_days, changed.epoch) == (2, later(days=6))
    assert list(Idea.objects.order_by("-popular_key")) == [young, old]
    old.refresh_from_db()
    assert old.popular_key == pytest.approx(3 * 2**-3)


def test_a_much_shorter_half_life_begins_within_the_range_of_a_float(db):
    board = cast.board(epoch=later(days=-4000))
    idea = cast.idea(board, by=cast.member())
    board.half_life_days = 0.1
    board.save()

    recount_board(board, later(days=1))

    idea.refresh_from_db()
    assert idea.popular_key == pytest.approx(2**-10)
    operations.cast(member=cast.member(), idea=idea, now=later(days=1))
    idea.refresh_from_db()
    assert idea.popular_key == pytest.approx(1 + 2**-10)


def test_epochs_move_before_keys_outgrow_a_float_and_nobody_changes_places(db):
    board = cast.board(half_life_days=0.25)
    ancient, old, young = (cast.idea(board) for _ in range(3))
    now = later(days=130)  # 520 half-lives
    operations.cast(member=cast.member(), idea=ancient, now=NOON)
    for days, idea in ((120, old), (120.1, old), (129, young)):
        operations.cast(member=cast.member(), idea=idea, now=later(days=days))
    before = list(Idea.objects.order_by("-popular_key", "pk"))

    assert (move_epochs(now), move_epochs(now)) == (1, 0)

    board.refresh_from_db()
    assert board.epoch == now
    assert list(Idea.objects.order_by("-popular_key", "pk")) == before == [young, old, ancient]
    kept = dict(Idea.objects.values_list("pk", "popular_key"))
    recount_board(Board.objects.get(), now)
    anew = dict(Idea.objects.values_list("pk", "popular_key"))
    assert anew == pytest.approx(kept, rel=1e-12)
    operations.cast(member=cast.member(), idea=old, now=now)
    old.refresh_from_db()
    hours = [(now - later(days=days)).total_seconds() / 3600 for days in (120, 120.1)]
    assert old.popular_key == pytest.approx(1 + sum(2 ** -(age / 6) for age in hours))


def test_scores_fall_with_age_and_are_renewed_when_they_would_be_too_high(db):
    fresh, aged = (cast.idea(cast.board(f"b{n}"), by=cast.member(), now=later(days=n)) for n in (10, 0))
    now = later(days=10, minutes=10)

    n_renewed = renew_scores(now)

    fresh.refresh_from_db()
    aged.refresh_from_db()
    assert n_renewed == 2
    assert fresh.now_score == pytest.approx(1 / (1 / 6 + 2) ** 1.4)
    assert aged.now_score == pytest.approx(1 / (240 + 1 / 6 + 2) ** 1.4)
    assert renew_scores(now + timedelta(minutes=5)) == 1  # the old one falls so slowly that it can wait
    renew_scores(later(days=31))
    aged.refresh_from_db()
    assert (aged.now_score, aged.n_recent, aged.n_for) == (0, 0, 1)


def test_an_idea_rises_when_the_votes_against_it_have_grown_old(db):
    idea = cast.idea(cast.board(allows_against=True))
    for _ in range(2):
        operations.cast(member=cast.member(), idea=idea, sign=-1, now=NOON)
    operations.cast(member=cast.member(), idea=idea, now=later(days=20))

    assert renew_scores(later(days=31)) == 0
    assert lift_what_rose(later(days=30, hours=1), later(days=29, hours=22)) == 1

    idea.refresh_from_db()
    assert idea.n_recent == 1
    assert idea.now_score > 0


def test_popular_order_is_that_of_the_explicit_decayed_sum_at_a_thousand_moments(db):
    import numpy as np

    rng = np.random.default_rng(6)
    board = cast.board(allows_against=True, half_life_days=3)
    ideas = [cast.idea(board) for _ in range(12)]
    people = [cast.member() for _ in range(25)]
    cast_at = sorted(rng.uniform(0, 60, size=120).tolist())
    for days in cast_at:
        idea, who = ideas[rng.integers(12)], people[rng.integers(25)]
        operations.cast(member=who, idea=idea, sign=1 if rng.random() < 0.9 else -1, now=later(days=days))

    order = list(Idea.objects.order_by("-popular_key").values_list("pk", flat=True))

    votes = list(Vote.objects.values_list("root", "sign", "at"))
    half_life = 3 * 86_400_000_000
    for days in rng.uniform(60, 200, size=1000).tolist():
        moment = round(days * 86_400_000_000)
        sums = {
            idea: decayed_sum(
                [sign for root, sign, _ in votes if root == idea],
                [(at - NOON) // timedelta(microseconds=1) for root, _, at in votes if root == idea],
                moment,
                half_life,
            )
            for idea in order
        }
        explicit = sorted(order, key=lambda idea: -sums[idea])
        assert explicit == order
