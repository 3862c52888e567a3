"""Horvitz–Thompson on tossed points: unbiased, its variance never understated, and its interval from other tosses."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from livingroom.measure.design.bojinov import optimal_points
from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift.coins import Windows, horvitz_thompson, variance_bound, weighted_means
from livingroom.measure.lift.simulate import Market
from livingroom.measure.lift.switchback import switchback_lift
from tests.measure.lift.data import logged_coins

POINTS = (1, 5, 7, 9)
N_PERIODS, CARRY_OVER = 12, 2


def every_toss(effect):
    """Estimate and variance bound under all sixteen ways the four coins can fall."""
    rng = np.random.default_rng(0)
    never = rng.normal(10, 3, N_PERIODS)
    always = never + effect + rng.normal(0, 1, N_PERIODS) * (effect != 0)
    segment = np.searchsorted(POINTS, np.arange(1, N_PERIODS + 1), side="right") - 1
    windows = Windows.of(segment, CARRY_OVER)
    found = []
    for tossed in map(np.array, product([False, True], repeat=4)):
        treated = tossed[segment]
        outcome = np.array(
            [
                always[at]
                if treated[max(0, at - CARRY_OVER) : at + 1].all()
                else never[at]
                if not treated[max(0, at - CARRY_OVER) : at + 1].any()
                else 99.0
                for at in range(N_PERIODS)
            ]
        )
        estimate, _ = horvitz_thompson(windows, outcome, tossed)
        found.append((estimate, variance_bound(windows, outcome, tossed)))
    truth = (always - never)[CARRY_OVER:].mean()
    return np.array(found), truth


@pytest.mark.parametrize("effect", [0.0, 2.0, -5.0])
def test_the_mean_over_all_tosses_is_the_truth(effect):
    found, truth = every_toss(effect)

    assert found[:, 0].mean() == pytest.approx(truth)


@pytest.mark.parametrize("effect", [0.0, 2.0, -5.0])
def test_the_variance_is_not_understated_in_the_mean(effect):
    found, _ = every_toss(effect)

    assert found[:, 0].var() <= found[:, 1].mean() <= 1.2 * found[:, 0].var()


def test_weights_that_sum_to_one_do_not_mind_the_zero():
    segment = np.searchsorted(POINTS, np.arange(1, N_PERIODS + 1), side="right") - 1
    windows, tossed = Windows.of(segment, CARRY_OVER), np.array([True, False, False, True])
    outcome = np.arange(12.0)

    shifted = weighted_means(windows, outcome + 1000, tossed)

    assert shifted == pytest.approx(weighted_means(windows, outcome, tossed))


def test_the_lift_of_one_branch_is_found():
    points = optimal_points(240, 10)
    panel, design = logged_coins(0.3, 2, points=points, n_days=240, market=Market(common_walk=0.002))

    reading = switchback_lift(panel, assignment=design, seed=2)

    assert reading.relative.low < 0.3 < reading.relative.high
    assert reading.relative.low > 0
    assert "conservative variance" in reading.others[0].method
    assert reading.relative.n == len(points)
    assert any("One branch" in note for note in reading.notes)
    assert all(check.passed for check in reading.checks)


def test_few_tosses_are_refused():
    panel, design = logged_coins(0.3, 3, points=optimal_points(80, 10), n_days=80)

    reading = switchback_lift(panel, assignment=design)

    assert isinstance(reading.relative, NotEnoughData)
    assert "at least 12 tosses" in reading.relative.reason


def test_a_hole_in_the_only_branch_is_refused():
    panel, design = logged_coins(0.3, 4, points=optimal_points(240, 10), n_days=240)
    outcome = panel.outcome.copy()
    outcome[0, 100] = np.nan

    reading = switchback_lift(replace(panel, outcome=outcome), assignment=design)

    assert "has no outcome" in reading.relative.reason


def test_without_a_log_each_block_is_taken_for_a_toss():
    points = optimal_points(240, 10)
    panel, design = logged_coins(0.3, 5, points=points, n_days=240)
    block = np.searchsorted(points, np.arange(1, 241), side="right") - 1
    block = np.concatenate([np.full(56, -1), block])

    with_log = switchback_lift(panel, assignment=design, seed=1)
    without = switchback_lift(replace(panel, block=block), seed=1)

    assert without.relative.value == pytest.approx(with_log.relative.value)
    assert any("taken on trust" in note for note in without.notes)


def test_growth_since_the_past_changes_no_share():
    panel, design = logged_coins(0.3, 6, points=optimal_points(240, 10), n_days=240)
    grown = np.where(panel.pre, panel.outcome, 3 * panel.outcome)

    plain = switchback_lift(panel, assignment=design, seed=1)
    other = switchback_lift(replace(panel, outcome=grown), assignment=design, seed=1)

    for name in ("value", "low", "high"):
        assert getattr(other.relative, name) == pytest.approx(getattr(plain.relative, name))
    assert other.average.value == pytest.approx(3 * plain.average.value, rel=0.1)


def test_a_day_without_any_sale_is_read_as_an_amount():
    panel, design = logged_coins(0.3, 7, points=optimal_points(240, 10), n_days=240)
    outcome = panel.outcome.copy()
    outcome[0, np.flatnonzero(~panel.pre & ~panel.treated[0])[5]] = 0.0

    reading = switchback_lift(replace(panel, outcome=outcome), assignment=design, seed=1)

    assert reading.relative.low < 0.3 < reading.relative.high
    assert reading.total.value > 0
