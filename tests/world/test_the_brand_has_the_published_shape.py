"""The programme that the world re-enacts: its accounts, followers and posts. Revenue is in the demo's own test."""

from datetime import date

import numpy as np
import pytest

from livingroom.world.accounts import BRANCHES
from livingroom.world.brand import check_dates, follower_curve
from livingroom.world.generate import World
from livingroom.world.period import LAST_DAY, day_index, micros


def test_a_first_account_in_2007_and_thirty_five_at_the_end_of_2009() -> None:
    openings = [facts.opened_on for facts in BRANCHES]

    assert min(openings).year == 2007
    assert sum(on <= LAST_DAY for on in openings) == 35
    assert len({facts.handle for facts in BRANCHES}) == 35
    assert len({facts.country for facts in BRANCHES}) == 12


def test_twelve_of_them_sell_from_the_day_they_open() -> None:
    sellers = [facts for facts in BRANCHES if facts.sells]

    assert len(sellers) == 12
    assert all(facts.purpose == "sales" for facts in sellers)
    assert all(check_dates(facts) for facts in sellers)


def test_every_account_has_a_face_with_initials() -> None:
    for facts in BRANCHES:
        assert facts.hosts
        assert all(host.initials == "".join(word[0] for word in host.name.split()) for host in facts.hosts)


def test_followers_grow_to_three_and_a_half_million_in_sum() -> None:
    curves = [follower_curve(facts) for facts in BRANCHES]

    assert sum(curve[-1] for curve in curves) == pytest.approx(3_500_000, rel=0.1)
    assert all((np.diff(curve) >= 0).all() for curve in curves)
    assert all(
        curve[: day_index(facts.opened_on)].sum() == 0 for facts, curve in zip(BRANCHES, curves, strict=True)
    )


def test_about_twenty_two_thousand_posts(corner_pc: World) -> None:
    assert len(corner_pc.posts) == pytest.approx(22_000, rel=0.1)


def test_nobody_posts_before_the_account_is_open(corner_pc: World) -> None:
    opened = np.array([micros(facts.opened_on) for facts in corner_pc.branches])

    # An account on the far side of the world opens on its own clock, hours before midnight here.
    assert (corner_pc.placements.at >= opened[corner_pc.placements.branch] - 12 * 3_600_000_000).all()


def test_staff_cost_about_half_a_million_a_year(corner_pc: World) -> None:
    costs = corner_pc.costs
    in_2009 = np.array([on.year == 2009 for on in costs.on]) & np.array(
        [kind == "staff" for kind in costs.kind]
    )

    assert costs.amount_minor[in_2009].sum() / 100 == pytest.approx(500_000, rel=0.15)
    assert min(costs.on) >= date(2007, 6, 30)
