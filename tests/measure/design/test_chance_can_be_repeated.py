"""An assignment is proven by its seed: the same draw on any machine, and every other draw that could have been made."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from livingroom.measure.design.assignment import Assignment, Design
from livingroom.measure.design.codes import wins
from livingroom.measure.design.draws import uniform
from livingroom.measure.design.rules import CoinPoints, Lottery, RotatingBlocks, WithinStrata

PLACES = tuple(f"place {at:02d}" for at in range(18))
STRATA = tuple("abc"[at % 3] for at in range(18))


def geo(**other):
    return Design(
        "geo", WithinStrata(PLACES, STRATA), seed=7, method="by chance", test_days=30, **other
    ).with_log()


def switchback(n_blocks=6, share=0.5):
    rule = RotatingBlocks(PLACES, STRATA, n_blocks, share)
    return Design(
        "switchback", rule, seed=7, method="by chance", test_days=10 * n_blocks, block_days=10
    ).with_log()


def test_a_draw_is_the_same_for_ever():
    treated = {line.unit[-2:] for line in geo().assignments if line.arm == "treated"}

    assert uniform(7, "visitor", "ann") == 0.8951576149845223
    assert treated == {"00", "04", "08", "09", "10", "11", "13", "14", "15"}


def test_the_order_of_units_does_not_matter():
    turned = WithinStrata(PLACES[::-1], STRATA[::-1])

    drawn = dict(zip(PLACES, geo().drawn()[:, 0], strict=True))

    assert dict(zip(PLACES[::-1], turned.first(7)[:, 0], strict=True)) == drawn


def test_a_log_is_read_as_it_was_written():
    for design in (geo().starting(date(2009, 6, 1)), switchback().starting(date(2009, 6, 1)), geo()):
        assert Design.from_json(json.dumps(design.as_json())) == design


def test_a_log_of_another_version_is_refused():
    with pytest.raises(ValueError, match="version 1"):
        Design.from_json(geo().as_json() | {"version": 2})


def test_a_unit_moved_by_hand_is_found():
    design = geo()
    first = design.assignments[0]
    moved = Assignment(first.unit, "held out" if first.arm == "treated" else "treated", first.stratum)

    assert design.is_as_drawn()
    assert not replace(design, assignments=(moved, *design.assignments[1:])).is_as_drawn()


def test_each_stratum_has_its_share():
    treated = geo().redraws(200, seed=1)[:, :, 0]

    for stratum in "abc":
        inside = np.array(STRATA) == stratum
        assert set(treated[:, inside].sum(axis=1)) == {3}


def test_odd_strata_go_up_or_down_by_one():
    rule = WithinStrata(tuple("abcdefg"), ("p", "p", "p", "q", "q", "q", "q"))

    treated = rule.many(500, np.random.default_rng(0))[:, :, 0]

    assert set(treated.sum(axis=1)) == {3, 4}
    assert set(treated[:, :3].sum(axis=1)) == {1, 2}
    assert set(treated[:, 3:].sum(axis=1)) <= {1, 2, 3}


@pytest.mark.parametrize(
    "rule", [WithinStrata(PLACES, STRATA, 1 / 3), RotatingBlocks(PLACES, STRATA, 6, 2 / 3)]
)
def test_every_unit_has_the_same_chance(rule):
    redrawn = rule.many(3000, np.random.default_rng(0)).mean(axis=0)
    by_seed = np.mean([rule.first(seed) for seed in range(400)], axis=0)

    assert np.abs(redrawn - rule.share).max() < 5 * np.sqrt(0.25 / 3000)
    assert np.abs(by_seed - rule.share).max() < 5 * np.sqrt(0.25 / 400)


@pytest.mark.parametrize(("share", "n_blocks"), [(0.5, 6), (0.5, 7), (0.75, 8), (2 / 3, 6)])
def test_a_switchback_is_balanced_within_branches_and_within_blocks(share, n_blocks):
    for drawn in RotatingBlocks(PLACES, ("",) * 18, n_blocks, share).many(50, np.random.default_rng(0)):
        assert np.abs(drawn.sum(axis=0) - 18 * share).max() <= 1
        assert np.abs(drawn.sum(axis=1) - n_blocks * share).max() <= 1


def test_a_coin_holds_until_the_next_toss():
    rule = CoinPoints("branch", 12, (1, 5, 7, 9))

    for drawn in rule.many(50, np.random.default_rng(0))[:, 0]:
        assert all(len(set(part.tolist())) == 1 for part in np.split(drawn, [4, 6, 8]))


def test_a_visitor_wins_or_not_and_never_changes():
    visitors = [f"visitor {at}" for at in range(20_000)]

    won = np.mean([wins(7, visitor, 0.3) for visitor in visitors])

    assert abs(won - 0.3) < 5 * np.sqrt(0.21 / 20_000)
    assert all(wins(7, visitor, 1.0) and not wins(7, visitor, 0.0) for visitor in visitors[:100])
    assert all(wins(7, visitor, 0.5) for visitor in visitors if wins(7, visitor, 0.3))


def test_two_seeds_draw_independently():
    both = np.mean([wins(1, f"v{at}", 0.5) and wins(2, f"v{at}", 0.5) for at in range(10_000)])

    assert abs(both - 0.25) < 5 * np.sqrt(0.1875 / 10_000)


def test_days_and_blocks_follow_from_the_first_day():
    design = switchback().starting(date(2009, 6, 1))
    line = design.assignments[1]
    days = [date(2009, 5, 31), date(2009, 6, 1), date(2009, 6, 11), date(2009, 7, 30), date(2009, 7, 31)]

    assert (design.starts_on, design.ends_on) == (date(2009, 6, 1), date(2009, 7, 30))
    assert (line.block, line.starts_on, line.ends_on) == (1, date(2009, 6, 11), date(2009, 6, 20))
    assert design.blocks(days).tolist() == [-1, 0, 1, 5, -1]
    assert design.arm_of(line.unit, date(2009, 6, 15)) == line.arm
    assert design.arm_of(line.unit, date(2009, 8, 1)) is None
    treated = design.treated([line.unit, "a stranger"], days)
    assert treated[0].tolist() == [False, *design.drawn()[0, [0, 1, 5]].tolist(), False]
    assert not treated[1].any()


def test_drawing_again_is_another_draw_by_the_same_rule():
    again = geo().draw_again(8)

    assert again.seed == 8
    assert again.rule == geo().rule
    assert again.assignments != geo().assignments
    assert again.is_as_drawn()


def test_a_lottery_has_no_list():
    design = Design("codes", Lottery(0.4), seed=7, method="keyed draw", test_days=30).with_log()

    assert design.assignments == ()
    assert Design.from_json(design.as_json()) == design
    with pytest.raises(ValueError, match="each visitor"):
        design.drawn()
