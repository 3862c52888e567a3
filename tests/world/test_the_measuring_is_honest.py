"""The light version of `make truth`: fewer worlds, the same promises, tolerances from the binomial."""

import warnings

import numpy as np
import pytest
from scipy.stats import binom

from livingroom.world.honesty import claims, leaking, persons, series, switches
from livingroom.world.honesty import holdouts as holdout
from livingroom.world.honesty.trials import Trial, given, judge_lift, judge_power, refusal
from livingroom.world.regimes.outcome import simulate

SURE = 1e-4  # a right method fails one of these tests once in ten thousand seeds


def allowed(n: int, rate: float) -> tuple[int, int]:
    """How many of `n` may happen by chance if each happens with this rate."""
    return int(binom.ppf(SURE / 2, n, rate)), int(binom.ppf(1 - SURE / 2, n, rate))


def worlds(attempt, lift: float, n: int, **options) -> list[Trial]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return given([attempt(seed, lift, **options) for seed in range(n)])


DESIGNS = [
    pytest.param(holdout.geo, 120, {}, id="geo"),
    pytest.param(holdout.geo, 80, {"n_units": 16}, id="geo of 16"),
    pytest.param(switches.switchback, 80, {}, id="switchback"),
    pytest.param(switches.switchback, 80, {"n_units": 8}, id="switchback of 8"),
    pytest.param(switches.single, 40, {}, id="one branch"),
    pytest.param(holdout.few, 25, {}, id="few"),
    pytest.param(persons.people, 40, {}, id="people"),
    pytest.param(persons.codes, 25, {}, id="codes"),
    pytest.param(series.history, 20, {}, id="history"),
]


@pytest.mark.parametrize(("attempt", "n", "options"), DESIGNS)
def test_an_interval_of_95_per_cent_holds_the_truth_as_often(attempt, n, options):
    found = worlds(attempt, 0.05, n, **options)

    low, high = allowed(len(found), 0.95)
    assert len(found) > 0.9 * n
    assert low <= sum(trial.covers for trial in found) <= high


@pytest.mark.parametrize(("attempt", "n", "options"), DESIGNS[:3])
def test_where_nothing_was_added_five_in_a_hundred_say_otherwise(attempt, n, options):
    found = worlds(attempt, 0.0, n, **options)

    low, high = allowed(len(found), 0.05)
    assert low <= sum(trial.rejects for trial in found) <= high


@pytest.mark.parametrize(("attempt", "n", "options"), DESIGNS[:3])
def test_a_large_lift_is_read_without_bias(attempt, n, options):
    found = worlds(attempt, 0.2, n, **options)

    error = np.array([trial.value - trial.truth for trial in found])
    # Four standard errors of a mean, and the tenth of a standard deviation that is allowed.
    assert abs(error.mean()) / error.std() < 0.1 + 4 / np.sqrt(len(error))


def test_the_designer_promises_the_power_that_comes():
    found = worlds(holdout.geo, 0.03, 60, plans=True)

    promised = float(np.mean([trial.promised for trial in found]))
    low, high = allowed(len(found), promised)
    assert 0.5 < promised < 0.95
    assert low <= sum(trial.rejects for trial in found) <= high


def test_the_claims_range_holds_the_truth_and_grade_a_names_the_right_post():
    found = [claims.claim(regime, seed) for regime in "ABCD" for seed in range(3)]

    low, _ = allowed(len(found), 0.95)
    assert low >= 7
    assert sum(each.low_minor <= each.truth_minor <= each.high_minor for each in found) >= low
    assert sum(each.n_a_true for each in found) >= 0.99 * sum(each.n_a for each in found) > 0


def test_leaks_are_found_in_time_and_what_remains_is_right():
    found = leaking.meter("A", 1)

    in_time = sum(delay <= 3 for delay in found.delays)
    assert len(found.delays) >= 10
    assert in_time >= allowed(len(found.delays), 0.95)[0]
    assert found.n_false <= binom.ppf(1 - SURE, 100, found.code_years / 100)
    assert found.remaining_minor == pytest.approx(found.true_remaining_minor, rel=0.05)
    assert found.claimed_minor > 1.1 * found.true_remaining_minor


def test_a_miss_is_printed_as_a_miss():
    wrong = [Trial(0.05, 0.2, 0.19, 0.21) for _ in range(40)]

    verdicts = judge_lift(wrong, 0.05) + judge_power([Trial(0.1, 0.2, -0.1, 0.3, 0.8)] * 40, 0.1)

    missed = [verdict.figure for verdict in verdicts if verdict.passed is False]
    assert any("coverage" in figure for figure in missed)
    assert any("power" in figure for figure in missed)


def test_a_refusal_is_counted_and_not_judged():
    verdicts = judge_lift([refusal(0.0, "too few units")] * 10, 0.0)

    assert [(verdict.value, verdict.passed) for verdict in verdicts] == [(1.0, None)]


def test_nothing_that_measures_sees_the_truth():
    outcome = simulate("A", 5_000, 30, seed=1)

    told = {*outcome.touches.column_names, *outcome.orders.column_names}
    assert not told & {"cause", "would_have_bought", "saw_post", "off_minor", "is_latent"}
