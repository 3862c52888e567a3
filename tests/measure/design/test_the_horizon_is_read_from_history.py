"""For how many days an offer pulls orders forward."""

import numpy as np

from livingroom.measure.design.horizon import DEFAULT_DAYS, estimate_horizon
from livingroom.measure.lift.simulate import Market, treated_world
from tests.measure.design.worlds import world


def offers(n_units, n_days, seed):
    generator = np.random.default_rng(seed)
    found = np.zeros((n_units, n_days), bool)
    for unit in range(n_units):
        for day in generator.choice(n_days - 2, n_days // 18, replace=False):
            found[unit, day : day + 2] = True
    return found


def test_the_dip_after_offers_tells_it():
    found = []
    for seed in range(12):
        posted = offers(12, 365, seed)
        outcome = treated_world(world(12, 365, seed), posted, 0.12, Market(horizon=7))
        found.append(estimate_horizon(outcome, posted))

    assert all(horizon.is_estimated for horizon in found)
    assert np.median([horizon.likeliest_days for horizon in found]) == 7
    assert np.mean([horizon.days >= 7 for horizon in found]) >= 0.8
    assert max(horizon.days for horizon in found) <= 14
    assert all(horizon.days >= horizon.likeliest_days for horizon in found)


def test_without_a_dip_the_usual_days_stand_and_are_said_to():
    found = [estimate_horizon(world(8, 300, seed), offers(8, 300, seed)) for seed in range(20)]

    assert np.mean([horizon.is_estimated for horizon in found]) <= 0.15
    usual = next(horizon for horizon in found if not horizon.is_estimated)
    assert usual.days == DEFAULT_DAYS == 10
    assert "usual 10 days" in usual.sentence


def test_a_history_without_offers_tells_nothing():
    found = estimate_horizon(world(8, 300, 0), np.zeros((8, 300), bool))

    assert not found.is_estimated
    assert "0 offers" in found.sentence
