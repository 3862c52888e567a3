"""Geo and country holdouts: what they find, what they refuse, and what the log changes."""

from dataclasses import replace

import numpy as np
import pytest

from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.lift.geo import geo_lift
from livingroom.measure.lift.simulate import geo_world
from tests.measure.lift.data import logged_holdout


def test_the_lift_of_a_large_effect_is_found_with_both_intervals():
    world = geo_world(0.2, seed=21, n_units=40)

    reading = geo_lift(world.panel, seed=1)

    assert isinstance(reading.relative, Estimate)
    assert reading.relative.low < world.lift < reading.relative.high
    assert reading.relative.low > 0.1
    assert "Fisher" in reading.relative.method
    assert "HC3" in reading.others[0].method
    assert reading.others[0].value == pytest.approx(reading.relative.value)
    assert reading.is_tested


def test_total_and_average_agree_with_the_share():
    world = geo_world(0.1, seed=2)

    reading = geo_lift(world.panel, seed=2)

    seen = world.panel.outcome[world.panel.treated].sum()
    assert (seen - reading.total.value) * (1 + reading.relative.value) == pytest.approx(seen)
    assert reading.average.value * world.panel.treated.sum() == pytest.approx(reading.total.value)


def test_money_in_cents_gives_the_same_share_and_a_hundred_times_the_total():
    panel = geo_world(0.05, seed=3).panel

    euros, cents = geo_lift(panel), geo_lift(replace(panel, outcome=panel.outcome * 100))

    assert cents.relative.value == pytest.approx(euros.relative.value)
    assert cents.relative.low == pytest.approx(euros.relative.low)
    assert cents.total.value == pytest.approx(100 * euros.total.value)


def test_pairs_are_compared_inside_pairs():
    world = geo_world(0.1, seed=4, pairs=True)

    reading = geo_lift(world.panel, seed=4)

    assert "17 df" not in reading.relative.method
    assert "18 df" in reading.others[0].method
    assert reading.relative.low < world.lift < reading.relative.high


def test_the_log_gives_arms_draws_and_checks():
    panel, design = logged_holdout(0.1, 5)

    reading = geo_lift(panel, assignment=design, seed=5)

    names = [check.name for check in reading.checks]
    assert {"randomisation test", "balance", "placebo", "compliance", "assignment log"} <= set(names)
    assert all(check.passed for check in reading.checks)
    assert not any("on trust" in note for note in reading.notes)


def test_a_unit_that_was_posted_to_by_mistake_stays_in_its_arm():
    panel, design = logged_holdout(0.1, 6)
    held_out = int(np.flatnonzero(~panel.ever_treated)[0])
    treated = panel.treated.copy()
    treated[held_out, ~panel.pre] = True

    reading = geo_lift(replace(panel, treated=treated), assignment=design)

    compliance = next(check for check in reading.checks if check.name == "compliance")
    assert compliance.sentence.startswith("100.0% of what was to be treated was, 90.0% of")
    assert reading.relative.value == pytest.approx(geo_lift(panel, assignment=design).relative.value)


def test_a_forged_log_is_seen():
    panel, design = logged_holdout(0.1, 7)
    first = design.assignments[0]
    forged = replace(first, arm="held out" if first.arm == "treated" else "treated")
    design = replace(design, assignments=(forged, *design.assignments[1:]))

    reading = geo_lift(panel, assignment=design)

    assert not next(check for check in reading.checks if check.name == "assignment log").passed


def test_units_without_any_order_are_borne():
    panel = geo_world(0.1, seed=8).panel
    outcome = panel.outcome.copy()
    outcome[0, ~panel.pre] = 0

    reading = geo_lift(replace(panel, outcome=outcome))

    assert isinstance(reading.relative, Estimate)
    assert any("instead of logarithms" in note for note in reading.notes)


def test_a_few_empty_cells_are_borne_and_many_leave_the_unit_away():
    panel = geo_world(0.1, seed=9).panel
    outcome = panel.outcome.copy()
    outcome[0, :5] = np.nan
    outcome[1, :50] = np.nan

    reading = geo_lift(replace(panel, outcome=outcome))

    assert reading.relative.n == 39
    assert any("unit 01" in note for note in reading.notes)


def test_the_chart_meets_the_estimate():
    panel = geo_world(0.1, seed=10).panel

    reading = geo_lift(panel)

    test = [moment for moment in reading.moments if moment.is_test]
    actual, expected = sum(m.actual for m in test), sum(m.expected for m in test)
    assert actual / expected - 1 == pytest.approx(reading.relative.value)
    assert all(m.low <= m.expected <= m.high for m in test)


def refusals():
    panel = geo_world(0.1, seed=11).panel
    n = len(panel.units)
    few = np.arange(n) < 0
    few[np.flatnonzero(panel.ever_treated)[:6]] = few[np.flatnonzero(~panel.ever_treated)[:6]] = True
    one = np.cumsum(panel.ever_treated) == 1
    return [
        (panel.only(units=few), "at least 16"),
        (replace(panel, pre=np.zeros_like(panel.pre)), "no time before the test"),
        (replace(panel, treated=np.ones_like(panel.treated)), "All units are treated"),
        (replace(panel, treated=np.zeros_like(panel.treated)), "No unit is treated"),
        (replace(panel, treated=panel.treated & one[:, None]), "use the design `few`"),
        (replace(panel, outcome=np.ones_like(panel.outcome)), "never changes"),
    ]


@pytest.mark.parametrize(("place", "reason"), list(enumerate(reason for _, reason in refusals())))
def test_no_verdict_is_given_without_what_it_needs(place, reason):
    panel, _ = refusals()[place]

    reading = geo_lift(panel)

    assert isinstance(reading.relative, NotEnoughData)
    assert reason in reading.relative.reason
