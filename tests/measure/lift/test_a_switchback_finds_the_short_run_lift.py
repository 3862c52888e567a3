"""Branch by block: wash-out, exact draws, pull-forward, and the refusals."""

from dataclasses import replace

import numpy as np
import pytest

from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.lift.blocks import cells_of, since_start, two_way
from livingroom.measure.lift.simulate import Market, switchback_world
from livingroom.measure.lift.switchback import switchback_lift
from tests.measure.lift.data import logged_switchback


def test_the_short_run_lift_is_found_after_the_wash_out():
    panel, design = logged_switchback(0.1, 1)

    reading = switchback_lift(panel, assignment=design, seed=1)

    assert reading.relative.low < 0.1 < reading.relative.high
    assert "re-randomised" in reading.relative.method
    assert "clustered" in reading.others[0].method
    assert any("short-run" in note for note in reading.notes)


def test_many_units_need_no_log():
    world = switchback_world(0.05, seed=2, n_units=24)

    reading = switchback_lift(world.panel)

    assert "CR3, t, 23 df" in reading.relative.method
    assert reading.relative.low < 0.05 < reading.relative.high


def test_the_pull_forward_shows_as_a_gap_between_wash_outs():
    market = Market(noise=0.01, common_walk=0.0)
    panel, design = logged_switchback(0.1, 3, market=market)

    reading = switchback_lift(panel, assignment=design)

    assert reading.cannibalised.low > 0
    assert reading.relative.value == pytest.approx(0.1, abs=0.01)


def test_short_blocks_without_wash_out_overstate_the_lift_as_asked_for():
    world = switchback_world(0.03, seed=4, n_blocks=30, block_length=4)

    refused = switchback_lift(world.panel)
    hasty = switchback_lift(world.panel, wash_out=0, horizon=0)

    assert "leave nothing after a wash-out of 10" in refused.relative.reason
    assert hasty.relative.low > 0.03


def test_two_block_lengths_stand_side_by_side():
    short = switchback_world(0.1, seed=5, n_blocks=10, block_length=4, market=Market(noise=0.02))
    long = switchback_world(0.1, seed=6, n_blocks=6, block_length=20, market=Market(noise=0.02))
    panel = replace(
        short.panel,
        times=tuple(map(str, range(160))),
        outcome=np.hstack([short.panel.outcome, long.panel.outcome]),
        treated=np.hstack([short.panel.treated, long.panel.treated]),
        pre=np.zeros(160, bool),
        block=np.concatenate([short.panel.block, long.panel.block + 10]),
    )

    reading = switchback_lift(panel, wash_out=10, horizon=10)

    by_length = {other.method.split("blocks of ")[1][:2].strip(): other for other in reading.others[-2:]}
    assert by_length["4"].value > by_length["20"].value > reading.relative.value - 0.02


def test_blocks_are_read_from_the_switches_where_no_column_names_them():
    world = switchback_world(0.1, seed=7, n_units=24)

    by_column = switchback_lift(world.panel)
    by_switches = switchback_lift(replace(world.panel, block=None))

    assert by_switches.relative.value == pytest.approx(by_column.relative.value)


def test_an_empty_cell_changes_little():
    world = switchback_world(0.1, seed=8, n_units=24)
    outcome = world.panel.outcome.copy()
    outcome[0, :20] = np.nan

    whole, holed = switchback_lift(world.panel), switchback_lift(replace(world.panel, outcome=outcome))

    assert holed.relative.value == pytest.approx(whole.relative.value, abs=0.01)


def test_a_zero_cell_is_borne():
    world = switchback_world(0.1, seed=9, n_units=24)
    outcome = world.panel.outcome.copy()
    outcome[0, :20] = 0.0

    reading = switchback_lift(replace(world.panel, outcome=outcome))

    assert isinstance(reading.relative, Estimate)
    assert any("instead of logarithms" in note for note in reading.notes)


def test_missing_cells_and_whole_tables_give_the_same_formula():
    world = switchback_world(0.1, seed=10, n_units=20)
    arms = world.panel.treated[:, ::20]
    whole = cells_of(world.panel, world.panel.block, arms, 10)
    outcome = world.panel.outcome.copy()
    outcome[3, 45:60] = np.nan
    holed = cells_of(replace(world.panel, outcome=outcome), world.panel.block, arms, 10)
    dummies = np.hstack(
        [np.equal.outer(holed.unit, np.arange(20)), np.equal.outer(holed.block, np.arange(6))[:, 1:]]
    ).astype(float)

    by_hand, *_ = np.linalg.lstsq(np.column_stack([holed.treated, dummies]), holed.value, rcond=None)

    assert whole.basis is None
    assert two_way(holed).effect == pytest.approx(by_hand[0])


def test_times_since_the_start_of_a_block():
    assert since_start(np.array([-1, -1, 0, 0, 0, 1, 1])).tolist() == [0, 1, 0, 1, 2, 0, 1]


def refusals():
    panel, design = logged_switchback(0.1, 11)
    mixed = panel.treated.copy()
    mixed[0, 3] ^= True
    named = replace(panel, block=np.repeat(np.arange(6), 20))
    return {
        "wash-out of 3 days is shorter than the 10": (panel, {"assignment": design, "wash_out": 3}),
        "give it with --assignment": (named, {}),
        "changes its arm inside block 1": (replace(named, treated=mixed), {}),
        "No unit is treated": (replace(panel, treated=np.zeros_like(mixed)), {"assignment": design}),
        "All cells are treated": (replace(named, treated=np.ones_like(mixed)), {}),
        "never changes": (replace(panel, outcome=np.ones_like(panel.outcome)), {"assignment": design}),
    }


@pytest.mark.parametrize("reason", list(refusals()))
def test_no_verdict_is_given_without_what_it_needs(reason):
    panel, options = refusals()[reason]

    reading = switchback_lift(panel, **options)

    assert isinstance(reading.relative, NotEnoughData)
    assert reason in reading.relative.reason


def test_two_units_in_two_blocks_cannot_tell():
    panel, design = logged_switchback(0.1, 12, n_units=2, n_blocks=2)

    reading = switchback_lift(panel, assignment=design)

    assert isinstance(reading.relative, NotEnoughData)
    assert "too few different assignments" in reading.relative.reason
