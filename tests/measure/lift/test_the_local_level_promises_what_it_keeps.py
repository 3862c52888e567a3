"""The forecast under modelled history: what comes lies inside as often as was said, and the prior has the published form.

Bounds are those of the binomial at three standard errors around 95 %, for the number of series tried.
"""

import numpy as np
import pytest

from livingroom.measure.lift import local_level
from livingroom.measure.lift.local_level import MEMORIES, STEPS, forecast
from livingroom.measure.lift.turning import Past, turn

N_SERIES = 200


def wandering(seed, step, n=60, m=20, noise=1.0):
    """A level that wanders by `step` each time, and noise; nothing to lean on."""
    rng = np.random.default_rng(seed)
    series = np.cumsum(rng.normal(0, step, n + m)) + rng.normal(0, noise, n + m)
    return past_of(series[:n], np.zeros((n + m, 0))), series[n:]


def past_of(outcome, columns):
    n = len(outcome)
    at = np.arange(len(columns), dtype=float)
    return Past(outcome, columns[:n], at[:n], columns[n:], at[n:])


def held(seed, step, **options):
    past, came = wandering(seed, step, **options)
    sums = forecast(past, n_draws=999, seed=seed).paths.sum(axis=1)
    low, high = np.quantile(sums, [0.025, 0.975], method="weibull")
    return low <= came.sum() <= high


def test_what_comes_lies_inside_as_often_as_was_said():
    share = np.mean([held(seed, 0.2) for seed in range(N_SERIES)])

    reach = 3 * np.sqrt(0.95 * 0.05 / N_SERIES)
    assert 0.95 - reach <= share <= 0.95 + reach


def test_a_series_without_noise_is_still_held():
    share = np.mean([held(seed, 1.0, noise=0.0, n=30, m=10) for seed in range(60)])

    assert share >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 60)


def test_a_step_weighs_by_how_well_such_a_past_could_tell_it():
    rng = np.random.default_rng(1)
    n, step, memory = 25, 0.3, 0.5
    columns = rng.normal(size=(n + 5, 2))
    past = past_of(rng.normal(size=n), columns)

    given = local_level._given(past, turn(past, memory), step)

    # The published form, from whole matrices: W = change of the covariance with the step, in what the regression leaves.
    fixed = np.column_stack([np.ones(n), columns[:n]])
    level = np.minimum.outer(past.at, past.at) + 1
    noise = memory ** np.abs(np.subtract.outer(past.at, past.at))
    inverse = np.linalg.inv(noise + step**2 * level)
    left = inverse - inverse @ fixed @ np.linalg.inv(fixed.T @ inverse @ fixed) @ fixed.T @ inverse
    change = 2 * step * level @ left
    told = np.sqrt(np.trace(change @ change) - np.trace(change) ** 2 / (n - 3))
    assert given.prior == pytest.approx(told, rel=1e-9)


def test_half_of_the_weight_before_the_data_is_for_lively_levels():
    past, _ = wandering(2, 0.2)

    given = [local_level._given(past, turn(past, memory), step) for memory in MEMORIES for step in STEPS]
    weights = local_level._before(given).reshape(len(MEMORIES), len(STEPS))

    lively = np.array(STEPS) >= local_level.LIVELY
    assert weights.sum() == pytest.approx(1)
    assert weights.sum(axis=1) == pytest.approx(np.full(len(MEMORIES), 1 / len(MEMORIES)))
    assert 0.5 <= weights[:, lively].sum() < 0.75
    # A step too small to be seen in sixty times weighs next to nothing: it is not where most of the prior lies.
    assert weights[:, np.array(STEPS) < 0.003].sum() < 0.02


def test_a_forecast_moves_with_the_units():
    past, _ = wandering(3, 0.3)
    scaled = past_of(past.outcome * 250 + 9000, np.zeros((80, 0)))

    plain, other = (forecast(each, n_draws=200, seed=1) for each in (past, scaled))

    assert other.paths == pytest.approx(plain.paths * 250 + 9000, rel=1e-6)
    assert other.smooth == pytest.approx(plain.smooth * 250 + 9000, rel=1e-6)


def test_a_gap_lets_the_level_wander_further():
    past, _ = wandering(4, 0.5)
    later = Past(past.outcome, past.regressors, past.at, past.later, past.later_at + 40)

    soon, late = (forecast(each, n_draws=2000, seed=1).paths[:, 0].std() for each in (past, later))

    assert late > 2 * soon
