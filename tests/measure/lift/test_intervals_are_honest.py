"""Small worlds with a known lift: intervals hold it as often as they say, and nothing is found where nothing is.

Bounds are those of the binomial at three standard errors around 95 % (and 5 %), for the number of worlds tried.
"""

import numpy as np
import pytest

from livingroom.measure.lift.few import few_lift
from livingroom.measure.lift.geo import geo_lift
from livingroom.measure.lift.people import people_lift
from livingroom.measure.lift.reading_rows import Rows
from livingroom.measure.lift.simulate import few_world, geo_world, switchback_world
from livingroom.measure.lift.switchback import switchback_lift
from tests.measure.lift.data import logged_switchback

N_WORLDS = 200


def tried(worlds):
    """Share of intervals that hold the truth, and bias in standard deviations."""
    found = [(relative.low <= truth <= relative.high, relative.value - truth) for relative, truth in worlds]
    held, errors = np.array(found, dtype=float).T
    return held.mean(), errors.mean() / errors.std()


def least(n=N_WORLDS):
    return 0.95 - 3 * np.sqrt(0.95 * 0.05 / n)


def is_unbiased(bias, n=N_WORLDS):
    return abs(bias) < 3 / np.sqrt(n)


@pytest.mark.parametrize(("lift", "pairs"), [(0.0, False), (0.05, True), (0.2, False)])
def test_holdouts_of_units(lift, pairs):
    def world(seed):
        made = geo_world(lift, seed, n_units=24, n_pre=30, n_test=30, pairs=pairs)
        return geo_lift(made.panel, seed=seed, n_draws=500).relative, made.lift

    held, bias = tried(map(world, range(N_WORLDS)))

    assert held >= least()
    assert is_unbiased(bias)


@pytest.mark.parametrize("lift", [0.0, 0.1])
def test_switchbacks_with_a_log(lift):
    def world(seed):
        panel, design = logged_switchback(lift, seed, n_units=8)
        return switchback_lift(panel, assignment=design, seed=seed, n_draws=300).relative, lift

    held, bias = tried(map(world, range(N_WORLDS)))

    assert held >= least()
    assert is_unbiased(bias)


def test_switchbacks_of_many_units():
    def world(seed):
        made = switchback_world(0.05, seed, n_units=24)
        return switchback_lift(made.panel).relative, 0.05

    held, bias = tried(map(world, range(N_WORLDS)))

    assert held >= least()
    assert is_unbiased(bias)


def test_one_treated_unit_of_twenty():
    def world(seed):
        made = few_world(0.1, seed, n_units=20, n_pre=40, n_test=20)
        return few_lift(made.panel, seed=seed).relative, made.lift

    held, bias = tried(map(world, range(100)))

    assert held >= least(100)
    assert is_unbiased(bias, 100)


def test_people_with_skewed_spending():
    def world(seed):
        rng = np.random.default_rng(seed)
        treated = rng.permutation(3000) < 1500
        before = rng.gamma(0.5, 20, 3000)
        spend = before * rng.gamma(2, 0.5, 3000) * (1 + 0.2 * treated)
        return people_lift(Rows({"spend": spend}, treated, {"before": before})).relative, 0.2

    held, bias = tried(map(world, range(N_WORLDS)))

    assert held >= least()
    assert is_unbiased(bias)
