"""Synthetic controls: the published cases, staged launches, and what is refused.

What is reported of SDID comes from the published iteration and its stopping rule; placebos are fitted at the exact optimum.
"""

from dataclasses import replace

import numpy as np
import pytest

from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.lift.cohorts import cohorts_of, together
from livingroom.measure.lift.few import few_lift
from livingroom.measure.lift.simulate import few_world
from livingroom.measure.lift.synthetic import fit, simplex_weights
from tests.measure.lift.data import california, two_cities


@pytest.mark.parametrize(
    ("estimator", "published", "tolerance"),
    [("sdid", -15.6038, 0.0001), ("sc", -19.5, 0.02), ("did", -27.349, 0.0005)],
)
def test_the_cigarette_tax_of_california(estimator, published, tolerance):
    reading = few_lift(california(), estimator=estimator)

    assert reading.average.value == pytest.approx(published, abs=tolerance)


def test_the_published_iteration_stops_close_to_the_optimum():
    panel = california()
    (cohort,), controls = cohorts_of(panel), np.flatnonzero(~panel.treated.any(axis=1))

    stopped = together("sdid", panel.outcome, [cohort], controls, as_published=True)
    optimum = together("sdid", panel.outcome, [cohort], controls)

    assert stopped.att != optimum.att
    assert stopped.att == pytest.approx(optimum.att, abs=0.002)
    assert stopped.effects[0].unit_weights.sum() == pytest.approx(1)


def test_placebo_error_of_california_lies_between_published_implementations():
    reading = few_lift(california())

    # Half the interval is t with 37 degrees of freedom, times √(1 + 1/38), times the placebo standard error.
    error = (reading.average.high - reading.average.value) / (2.0262 * np.sqrt(1 + 1 / 38))
    assert 8.4 < error < 10.9
    assert reading.average.high > 0
    assert reading.relative.high > 0


def test_the_weights_of_california():
    weights = dict(few_lift(california(), estimator="sc").weights)

    assert weights["Utah"] == pytest.approx(0.394, abs=0.001)
    assert sum(weights.values()) == pytest.approx(1)


def test_the_two_cities_of_a_published_holdout():
    reading = few_lift(two_cities(), estimator="sc_intercept")

    assert reading.average.value == pytest.approx(155.556, abs=0.0005)
    assert reading.relative.value == pytest.approx(0.054, abs=0.0005)
    assert reading.total.value == pytest.approx(4667, abs=0.5)
    assert "909.489" in next(check.sentence for check in reading.checks if check.name == "fit before")
    assert reading.weights[:6] == (
        ("cincinnati", pytest.approx(0.2272, abs=5e-5)),
        ("miami", pytest.approx(0.2028, abs=5e-5)),
        ("baton rouge", pytest.approx(0.1335, abs=5e-5)),
        ("minneapolis", pytest.approx(0.0900, abs=5e-5)),
        ("dallas", pytest.approx(0.0739, abs=5e-5)),
        ("nashville", pytest.approx(0.0685, abs=5e-5)),
    )


def test_simplex_weights_are_the_optimum():
    rng = np.random.default_rng(0)
    columns, target = rng.normal(size=(30, 8)), rng.normal(size=30)

    for ridge in (0.0, 3.0):
        weights = simplex_weights(columns, target, ridge)
        gradient = columns.T @ (columns @ weights - target) + ridge * weights
        assert weights.min() >= 0
        assert weights.sum() == pytest.approx(1)
        # Karush–Kuhn–Tucker: equal on the support, not smaller elsewhere.
        least = gradient[weights > 1e-9]
        assert least == pytest.approx(least[0], abs=1e-8)
        assert gradient.min() >= least[0] - 1e-8


def test_a_unit_that_is_a_mixture_of_others_is_matched_exactly():
    rng = np.random.default_rng(1)
    controls = rng.normal(100, 10, (6, 40))
    mixture = np.array([0.5, 0.3, 0.2, 0, 0, 0]) @ controls
    pre = np.arange(40) < 30
    treated = mixture + 7.0 * ~pre

    found = fit("sc", treated, controls, pre, 1, ~pre)

    assert found.att == pytest.approx(7.0)
    assert found.unit_weights == pytest.approx([0.5, 0.3, 0.2, 0, 0, 0], abs=1e-6)


def test_a_staged_launch_adds_up_by_treated_cells():
    world = few_world(0.0, seed=3, n_units=20, n_treated=3, n_pre=30, n_test=20)
    rows = np.flatnonzero(world.panel.ever_treated)
    treated = world.panel.treated.copy()
    treated[rows[0], 30:40] = False
    staged = replace(world.panel, treated=treated)

    whole = few_lift(staged, estimator="did").average.value

    late = few_lift(
        replace(staged.only(units=~np.isin(np.arange(20), rows[1:])), pre=np.arange(50) < 40), estimator="did"
    ).average.value
    soon = few_lift(staged.only(units=np.arange(20) != rows[0]), estimator="did").average.value
    assert whole == pytest.approx((late * 10 + soon * 40) / 50)


def test_a_launch_that_ended_is_read_over_its_own_time():
    world = few_world(0.5, seed=4, n_units=20, n_pre=30, n_test=20)
    treated = world.panel.treated.copy()
    treated[:, 40:] = False

    reading = few_lift(replace(world.panel, treated=treated))

    assert sum(moment.is_test for moment in reading.moments) == 10


def test_nothing_drawn_by_chance_is_modelled_not_tested():
    reading = few_lift(few_world(0.1, seed=5).panel)

    assert not reading.is_tested
    assert any("Nobody drew by chance" in note for note in reading.notes)


def test_the_two_intervals_agree_on_which_side_of_zero_they_lie():
    for seed in range(12):
        reading = few_lift(few_world(0.05, seed=seed, n_units=20).panel)
        assert (reading.relative.low > 0) == (reading.average.low > 0)
        assert (reading.relative.high < 0) == (reading.average.high < 0)


def test_holes_leave_controls_away_and_are_said():
    world = few_world(0.2, seed=6, n_units=20)
    outcome = world.panel.outcome.copy()
    control = int(np.flatnonzero(~world.panel.ever_treated)[0])
    outcome[control, 3] = np.nan

    reading = few_lift(replace(world.panel, outcome=outcome))

    assert reading.relative.n == 19
    assert any(world.panel.units[control] in note for note in reading.notes)


def test_outcomes_around_zero_have_an_average_and_no_share():
    world = few_world(0.0, seed=7, n_units=20)
    panel = replace(world.panel, outcome=world.panel.outcome - 10 * world.panel.outcome.mean())

    reading = few_lift(panel)

    assert isinstance(reading.relative, NotEnoughData)
    assert isinstance(reading.average, Estimate)


def refusals():
    panel = few_world(0.1, seed=8, n_units=20, n_treated=2).panel
    blinking = panel.treated.copy()
    blinking[np.flatnonzero(panel.ever_treated)[0], 70] = False
    no_past = replace(
        panel, treated=np.repeat(panel.ever_treated[:, None], 90, axis=1), pre=np.zeros(90, bool)
    )
    few_controls = panel.only(units=panel.ever_treated | (np.cumsum(~panel.ever_treated) < 4))
    return {
        "treated again: that is a switchback": (replace(panel, treated=blinking), {}),
        "covers too seldom": (panel, {"interval": "jackknife"}),
        "times before its start": (no_past, {}),
        "too few for placebos": (few_controls, {}),
        "No unit is treated": (replace(panel, treated=np.zeros_like(blinking)), {}),
        "All units are treated": (replace(panel, treated=np.repeat(~panel.pre[None], 20, axis=0)), {}),
        "never changes": (replace(panel, outcome=np.ones_like(panel.outcome)), {}),
    }


@pytest.mark.parametrize("reason", list(refusals()))
def test_no_verdict_is_given_without_what_it_needs(reason):
    panel, options = refusals()[reason]

    reading = few_lift(panel, **options)

    assert isinstance(reading.relative, NotEnoughData)
    assert reason in reading.relative.reason


def test_a_jackknife_is_due_from_twenty_treated_units_on():
    world = few_world(0.1, seed=9, n_units=60, n_treated=25, n_pre=30, n_test=20)

    reading = few_lift(world.panel, interval="jackknife")

    assert "jackknife" in reading.relative.method
    assert reading.relative.low < world.lift < reading.relative.high
