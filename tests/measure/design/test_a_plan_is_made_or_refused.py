"""What the designer plans, and what it refuses with the reason and a way out."""

import numpy as np
import pytest

from livingroom.measure.design.assignment import Design
from livingroom.measure.design.geo import geo_rule, plan_geo
from livingroom.measure.design.history import Features, features
from livingroom.measure.design.people import plan_people
from livingroom.measure.design.single import plan_single_branch
from livingroom.measure.design.strata import pairs_of, strata_of
from livingroom.measure.design.switchback import plan_switchback, two_lengths
from livingroom.measure.estimate import NotEnoughData
from tests.measure.design.worlds import FIRST, history


def test_fewer_than_sixteen_places_are_no_holdout():
    refused = plan_geo(history(15), test_days=60, seed=7)

    assert isinstance(refused, NotEnoughData)
    assert "15 units" in refused.reason
    assert "switchback" in refused.reason


def test_a_history_shorter_than_the_test_is_refused():
    refused = plan_geo(history(20, 80), test_days=60, seed=7)

    assert isinstance(refused, NotEnoughData)
    assert "80 days" in refused.reason
    assert "longer history" in refused.reason


def test_a_place_that_sells_nothing_is_not_drawn_and_named():
    past = history(18)
    past.outcome[3, ::2] = 0.0

    design = plan_geo(past, test_days=60, seed=7)

    assert isinstance(design, Design)
    assert "place 03" not in design.units
    assert any("place 03" in note for note in design.notes)


def test_an_unknown_unit_is_an_error():
    with pytest.raises(ValueError, match="Atlantis"):
        plan_geo(history(20), test_days=60, units=("Atlantis",), seed=7)


def test_a_holdout_keeps_its_pre_period_and_its_promise():
    design = plan_geo(history(20), test_days=60, seed=7, starts_on=FIRST)

    assert isinstance(design, Design)
    assert (design.pre_days, design.test_days, design.starts_on) == (60, 60, FIRST)
    assert sum(line.arm == "treated" for line in design.assignments) == 10
    assert design.power is not None
    assert design.power.at(0.05) == pytest.approx(design.power.power)
    assert [check.name for check in design.checks] == ["balance"]


def test_pairs_are_the_nearest_histories():
    level = np.repeat([1.0, 3.0, 5.0, 7.0], 2) + np.tile([0.0, 0.1], 4)
    known = Features(level, np.zeros(8), np.zeros((8, 1)))

    names = pairs_of(known)

    assert len(set(names)) == 4
    assert all(names[at] == names[at + 1] for at in (0, 2, 4, 6))


def test_an_odd_one_out_joins_the_nearest_pair():
    known = Features(np.array([1.0, 1.1, 5.0, 5.1, 5.3]), np.zeros(5), np.zeros((5, 1)))

    names = pairs_of(known)

    assert names[2] == names[3] == names[4] != names[0]


def test_strata_are_of_like_size():
    known = features(history(24).outcome)
    strata = np.array(strata_of(known))

    assert [int((strata == name).sum()) for name in np.unique(strata)] == [8, 8, 8]
    assert known.level[strata == "size 01"].min() > known.level[strata == "size 02"].max()


def test_only_balanced_draws_are_admitted_then_and_later():
    past = history(24)
    known = features(past.outcome[:, -60:])

    strict, free = (
        geo_rule(past.units, known, method="plain", admitted=0.1),
        geo_rule(past.units, known, method="plain"),
    )

    assert strict.balance is not None
    drawn = strict.many(300, np.random.default_rng(5))[:, :, 0]
    assert strict.balance.accepts(drawn).all()
    assert strict.balance.accepts(strict.first(7).T).all()
    accepted = strict.balance.accepts(free.many(2000, np.random.default_rng(6))[:, :, 0]).mean()
    assert 0.06 < accepted < 0.14


def test_a_balanced_rule_survives_being_stored():
    design = plan_geo(history(20), test_days=60, admitted=0.2, seed=7)

    assert isinstance(design, Design)
    assert Design.from_json(design.as_json()).is_as_drawn()


@pytest.mark.parametrize(
    ("block_days", "wash_out", "days", "says"),
    [
        (20, 5, 120, "shorter than the 10 days"),
        (11, 10, 120, "at least 12 days"),
        (20, 10, 60, "Plan 4 blocks: 80 days"),
    ],
)
def test_a_switchback_that_would_mislead_is_refused(block_days, wash_out, days, says):
    refused = plan_switchback(
        history(8), test_days=days, block_days=block_days, wash_out_days=wash_out, seed=7
    )

    assert isinstance(refused, NotEnoughData)
    assert says in refused.reason


def test_one_branch_is_sent_to_the_coins():
    refused = plan_switchback(history(1), test_days=120, block_days=20, wash_out_days=10, seed=7)

    assert isinstance(refused, NotEnoughData)
    assert "coins" in refused.reason


def test_a_switchback_uses_whole_blocks():
    design = plan_switchback(history(8), test_days=130, block_days=20, wash_out_days=10, seed=7)

    assert isinstance(design, Design)
    assert (design.test_days, design.n_blocks) == (120, 6)
    assert any("last 10 days" in note for note in design.notes)


def test_two_block_lengths_follow_each_other():
    long, short = two_lengths(history(8), test_days=120, short_days=4, long_days=20, seed=7, starts_on=FIRST)

    assert isinstance(long, Design)
    assert isinstance(short, Design)
    assert (long.block_days, long.wash_out_days, short.block_days, short.wash_out_days) == (20, 10, 4, 0)
    assert short.starts_on is not None
    assert long.ends_on is not None
    assert (short.starts_on - long.ends_on).days == 1


def test_one_branch_needs_tosses_enough():
    refused = plan_single_branch(history(1), test_days=60, horizon_days=10, seed=7)

    assert isinstance(refused, NotEnoughData)
    assert "140 days" in refused.reason


def test_one_branch_gets_points_and_carry_over():
    design = plan_single_branch(history(1, 400), test_days=160, period_days=5, horizon_days=10, seed=7)

    assert isinstance(design, Design)
    assert design.wash_out_days == 10
    assert design.method.startswith("a fair coin at periods 1, 5, 7, 9")


def test_too_few_people_are_refused():
    refused = plan_people([str(at) for at in range(150)], np.ones(150), seed=7)

    assert isinstance(refused, NotEnoughData)
    assert "100 are the least" in refused.reason


def test_people_are_drawn_within_segments():
    generator = np.random.default_rng(0)
    spend = generator.gamma(0.3, 20, 1000)
    segments = ["mail" if at % 4 else "shop" for at in range(1000)]

    design = plan_people([f"p{at}" for at in range(1000)], spend, before=spend * generator.gamma(2, 0.5, 1000),
                         segments=segments, share=0.8, seed=7)  # fmt: skip

    assert isinstance(design, Design)
    treated = {line.unit for line in design.assignments if line.arm == "treated"}
    assert (
        len([line for line in design.assignments if line.stratum == "shop" and line.unit in treated]) == 200
    )
    assert design.power is not None
    without = plan_people([f"p{at}" for at in range(1000)], spend, share=0.8, seed=7)
    assert isinstance(without, Design)
    assert without.power is not None
    assert design.power.standard_error < without.power.standard_error


def test_a_person_twice_is_an_error():
    with pytest.raises(ValueError, match="once"):
        plan_people(["ann"] * 300, np.ones(300), seed=7)


def test_a_shortfall_says_what_would_do():
    design = plan_switchback(history(8), test_days=80, block_days=20, wash_out_days=10, lift=0.035, seed=7)

    assert isinstance(design, Design)
    assert design.power is not None
    assert design.power.power < 0.8
    assert design.power.days_needed is not None
    longer = plan_switchback(
        history(8), test_days=design.power.days_needed, block_days=20, wash_out_days=10, lift=0.035, seed=7
    )
    assert isinstance(longer, Design)
    assert longer.power is not None
    assert longer.power.power >= 0.8
