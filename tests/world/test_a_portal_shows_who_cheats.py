"""A simulated portal with known truth: what management's list finds, and how far rings of 200 accounts get in the ranks shown."""

import pytest

from livingroom.world.portal.lookalikes import look_alikes
from livingroom.world.portal.plan import DAY, START, Plan
from livingroom.world.portal.rings import STRATEGIES, ring
from livingroom.world.portal.telling import finds, fraud
from livingroom.world.portal.visiting import simulate

SEED, RING_DAY = 31, 50


@pytest.fixture(scope="module")
def portal():
    return simulate(Plan(n_days=70), SEED)


@pytest.fixture(scope="module")
def honest(portal):
    return look_alikes(portal, SEED)


def test_the_list_for_management_finds_the_best(portal):
    by_raw_votes, by_exposure = finds(portal)

    assert by_exposure >= 0.85
    assert by_exposure > by_raw_votes


@pytest.mark.parametrize("seed", [31, 32, 33, 35])
def test_the_list_finds_the_best_with_what_the_house_can_know_of_who_looked(seed):
    as_the_house_counts = simulate(Plan(n_days=70, counting="house"), seed)

    by_raw_votes, by_exposure = finds(as_the_house_counts)

    assert by_exposure >= 0.85
    assert by_exposure > by_raw_votes


def test_counted_by_the_day_the_same_people_hide_the_best():
    portal = simulate(Plan(n_days=70, counting="days"), SEED)

    assert finds(portal)[1] < finds(portal)[0]


@pytest.mark.parametrize("name", ["burst", "slow drip, mixed networks", "equal decoys", "decoys of the page"])
def test_a_ring_moves_no_idea_and_honest_people_keep_their_votes(portal, honest, name):
    target, votes = ring(portal, STRATEGIES[name], SEED, RING_DAY)
    ends = min(RING_DAY + STRATEGIES[name].spread // DAY + 1, portal.plan.n_days)

    looks = [START + RING_DAY * DAY, START + ends * DAY]
    before, after = fraud(portal, honest, target, votes, looks, n_shown=2 * portal.plan.page)

    assert max(before.moved.values()) == 0
    assert max(after.moved.values()) <= 3
    assert max(after.moved_unguarded.values()) > 50
    assert after.honest_held_share < 0.01
    # The fifth, a link that keeps giving, looks like a slow ring: it waits for a person.
    assert {share for kind, share in after.honest_held.items() if kind != "a link that keeps giving"} == {0.0}


def test_the_same_seed_makes_the_same_portal():
    plan = Plan(n_days=10, n_members=300, visits_per_day=50)

    one, other = simulate(plan, 1), simulate(plan, 1)

    assert all(
        (left == right).all() for left, right in zip(one.votes.columns(), other.votes.columns(), strict=True)
    )
    assert (one.views == other.views).all()


def test_nobody_votes_twice_and_nobody_before_the_idea_is_there():
    portal = simulate(Plan(n_days=10, n_members=300, visits_per_day=50), 2)
    votes = portal.votes

    assert len({*zip(votes.idea.tolist(), votes.member.tolist(), strict=True)}) == len(votes)
    assert (votes.at >= portal.published_at[votes.idea]).all()
    assert (votes.joined_at <= votes.at).all()
