"""The truth: every person's life with the posts and without them, from the same draws."""

import json
from pathlib import Path

import numpy as np

from livingroom.world.accounts import BRANCH_INDEX, BRANCHES
from livingroom.world.generate import World
from livingroom.world.loading.secret import write_truth
from livingroom.world.people import STRANGER
from livingroom.world.period import START
from livingroom.world.posts import Placements
from livingroom.world.shopping import CAUSES, INDUCED, LATER, live_twice


def without_posts() -> Placements:
    """One post that promises nothing, on an account that sells nothing."""
    zero, none = np.zeros(1, dtype=np.int64), np.full(1, -1, dtype=np.int64)
    return Placements(zero, np.full(1, BRANCH_INDEX["wiki"]), np.full(1, START), none, zero)


def test_with_no_post_at_all_both_lives_are_one(corner_pc: World) -> None:
    lives = live_twice(corner_pc.needs, BRANCHES, corner_pc.offers, without_posts(), corner_pc.seed)

    assert not lives.exposure.seen.any()
    assert not lives.exposure.clicked.any()
    assert (lives.on.discount_minor == 0).all()
    assert lives.on.need.tolist() == lives.off.need.tolist()
    assert lives.on.at.tolist() == lives.off.at.tolist()
    assert lives.on.list_minor.tolist() == lives.off.list_minor.tolist()


def test_the_life_without_posts_does_not_know_the_posts(corner_pc: World) -> None:
    quiet = live_twice(corner_pc.needs, BRANCHES, corner_pc.offers, without_posts(), corner_pc.seed)

    assert quiet.off.digest() == corner_pc.lives.off.digest()


def test_whoever_buys_only_because_of_a_post_does_not_buy_without_it(corner_pc: World) -> None:
    on, off = corner_pc.lives.on, corner_pc.lives.off

    induced = set(on.need[on.cause == INDUCED].tolist())
    first_off = set(off.need[off.cause != LATER].tolist())
    assert induced
    assert not induced & first_off


def test_whoever_would_buy_anyway_buys_in_both_lives_and_never_later_for_the_posts(corner_pc: World) -> None:
    on, off = corner_pc.lives.on, corner_pc.lives.off
    first_on = dict(zip(on.need[on.cause != LATER].tolist(), on.at[on.cause != LATER].tolist(), strict=True))
    first_off = dict(
        zip(off.need[off.cause != LATER].tolist(), off.at[off.cause != LATER].tolist(), strict=True)
    )

    assert first_off.keys() <= first_on.keys()
    assert all(first_on[need] <= at for need, at in first_off.items())


def test_an_induced_purchase_sometimes_takes_the_place_of_a_later_one(corner_pc: World) -> None:
    on, off = corner_pc.lives.on, corner_pc.lives.off

    lost = set(off.need[off.cause == LATER].tolist()) - set(on.need[on.cause == LATER].tolist())
    assert lost
    assert lost <= set(on.need[on.cause == INDUCED].tolist())


def test_a_purchase_with_a_deal_comes_after_the_post_and_before_the_offer_ends(corner_pc: World) -> None:
    on, placements, offers = corner_pc.lives.on, corner_pc.placements, corner_pc.offers
    rows = np.flatnonzero(on.placement >= 0)
    offer = placements.offer[on.placement[rows]]

    took_it = on.discount_minor[rows] > 0
    assert (on.at[rows][took_it] > placements.at[on.placement[rows]][took_it]).all()
    assert (on.at[rows][took_it] < offers.ends_at[offer][took_it]).all()


def test_followers_have_more_intent_than_a_stranger_passing_by(corner_pc: World) -> None:
    needs = corner_pc.needs

    share = needs.would_buy[needs.branch != STRANGER].mean()
    assert 0.4 < share < 0.55


def test_a_leaked_code_moves_no_sale_it_only_gives_money_away(corner_pc: World) -> None:
    strangers = corner_pc.truth_summary["strangers"]

    assert strangers["orders_with_posts"] == strangers["orders_without_posts"]
    assert strangers["net_lift_minor"] < 0


def test_the_truth_is_far_below_what_attribution_will_see(corner_pc: World) -> None:
    summary = corner_pc.truth_summary

    assert 1_200_000_00 < summary["net_lift_minor"] < 3_200_000_00
    assert set(summary["orders_by_cause"]) == set(CAUSES)
    assert sum(summary["orders_by_cause"].values()) == len(corner_pc.orders)


def test_the_truth_is_written_beside_the_records(corner_pc: World, tmp_path: Path) -> None:
    folder = write_truth(corner_pc, tmp_path)

    told = json.loads((folder / "truth.json").read_text())
    assert told["net_lift_minor"] == corner_pc.truth_summary["net_lift_minor"]
    assert told["digest"] == corner_pc.digest()
    assert (folder / "truth.parquet").stat().st_size > 1000
