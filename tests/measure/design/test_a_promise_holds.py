"""The power that a plan promises is the share of tests that then find the lift, by the analysis that is really used."""

import numpy as np
import pytest

from livingroom.measure.design.assignment import Design
from livingroom.measure.design.geo import plan_geo
from livingroom.measure.design.people import plan_people
from livingroom.measure.design.power import people_needed, two_arm_power
from livingroom.measure.design.single import plan_single_branch
from livingroom.measure.design.switchback import plan_switchback
from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift.geo import geo_lift
from livingroom.measure.lift.panel import Panel
from livingroom.measure.lift.switchback import switchback_lift
from tests.measure.design.worlds import days, panel, world

WORLDS = 50


def lifted(design, outcome, lift, since):
    """What the brand then sees: the days from `since` on, with the lift where the design treats."""
    when = days(outcome.shape[1])
    treated = design.treated(design.units, when)
    shown = (outcome * (1 + lift * treated))[:, since:]
    pre = design.blocks(when)[since:] < 0
    times = tuple(day.isoformat() for day in when[since:])
    return Panel(design.units, times, shown, treated[:, since:], pre)


def tried(plan, analyse, n_units, n_past, n_test, n_pre, lift, **market):
    """Promised and found shares over seeded worlds, and the share of false alarms promised."""
    promises, finds, alarms = [], [], []
    for seed in range(WORLDS):
        outcome = world(n_units, n_past + n_test, seed, **market)
        design = plan(
            panel(outcome[:, :n_past]), seed=seed, lift=lift, wished=0.01, starts_on=days(n_past + 1)[-1]
        )
        assert isinstance(design, Design)
        reading = analyse(
            lifted(design, outcome, lift, n_past - n_pre), assignment=design, seed=seed, n_draws=399
        )
        found = reading.relative
        promises.append(design.power.power)
        alarms.append(design.power.false_alarms)
        finds.append(not isinstance(found, NotEnoughData) and (found.low > 0 or found.high < 0))
    return np.mean(promises), np.mean(finds), np.mean(alarms)


def close(promised, found):
    """Within 3 points and what chance adds in so few worlds (three standard errors)."""
    return abs(promised - found) <= 0.03 + 3 * np.sqrt(promised * (1 - promised) / WORLDS)


@pytest.mark.parametrize("method", ["stratified", "paired"])
def test_of_a_holdout(method):
    def plan(history, **wishes):
        return plan_geo(history, test_days=60, pre_days=60, method=method, **wishes)

    promised, found, alarms = tried(plan, geo_lift, 24, 180, 60, 60, 0.03)

    assert 0.5 < promised < 0.95
    assert close(promised, found)
    assert 0.03 < alarms < 0.07


@pytest.mark.parametrize(("n_units", "lift"), [(24, 0.02), (6, 0.04)])
def test_of_a_switchback(n_units, lift):
    def plan(history, **wishes):
        return plan_switchback(history, test_days=120, block_days=20, wash_out_days=10, **wishes)

    promised, found, alarms = tried(plan, switchback_lift, n_units, 240, 120, 0, lift)

    assert 0.5 < promised < 0.95
    assert close(promised, found)
    assert 0.03 < alarms < 0.07


def test_of_a_single_branch():
    def plan(history, **wishes):
        return plan_single_branch(history, test_days=160, period_days=2, horizon_days=4, **wishes)

    promised, found, alarms = tried(plan, switchback_lift, 1, 400, 160, 28, 0.08, common_walk=0.004)

    assert 0.4 < promised < 0.95
    assert close(promised, found)
    assert 0.03 < alarms < 0.07


def test_of_known_people():
    """Spend with many zeros, adjusted for the past as Lin does."""
    lift, n = 0.12, 6000
    promises, finds = [], []
    for seed in range(WORLDS):
        generator = np.random.default_rng(seed)
        taste = generator.gamma(0.4, 1.0, n)
        before, usual, then = (generator.poisson(taste) * 20.0 for _ in range(3))
        design = plan_people([str(at) for at in range(n)], usual, before=before, lift=lift, seed=seed)
        assert isinstance(design, Design)
        assert design.power is not None
        treated = design.drawn()[:, 0]
        promises.append(design.power.power)
        finds.append(_is_found(then + 20.0 * generator.poisson(taste * lift) * treated, usual, treated))

    assert 0.5 < np.mean(promises) < 0.95
    assert close(np.mean(promises), np.mean(finds))


def _is_found(outcome, past, treated):
    centred = past - past.mean()
    columns = np.column_stack([np.ones(len(past)), treated, centred, treated * centred])
    inverse = np.linalg.inv(columns.T @ columns)
    rest = outcome - columns @ (inverse @ columns.T @ outcome)
    spread = inverse @ (columns.T * rest**2) @ columns @ inverse
    return abs((inverse @ columns.T @ outcome)[1]) > 1.96 * np.sqrt(spread[1, 1])


def test_the_textbook_size_of_two_arms():
    """16 s² / d², the rule of thumb for 80 % at 5 %, is the exact 15.7 rounded up; s² is the mean of both arms'."""
    n = people_needed(mean=1.0, standard_deviation=2.0, share=0.5, lift=0.1)

    assert n == pytest.approx(2 * 15.698 * 4 * (1 + 1.1**2) / 2 / 0.01, rel=1e-3)
    assert two_arm_power(mean=1.0, standard_deviation=2.0, n=n, share=0.5, lift=0.1).power == pytest.approx(
        0.8, abs=1e-3
    )


def test_the_smallest_lift_has_the_wished_power():
    power = two_arm_power(mean=1.0, standard_deviation=2.0, n=5000, share=0.3, lift=0.1, wished=0.9)

    assert power.detectable_lift is not None
    again = two_arm_power(
        mean=1.0, standard_deviation=2.0, n=5000, share=0.3, lift=power.detectable_lift, wished=0.9
    )
    assert again.power == pytest.approx(0.9, abs=1e-3)
    assert power.false_alarms == pytest.approx(0.05)


def test_a_loss_is_seen_sooner_than_a_gain_because_amounts_shrink_with_it():
    gain, loss = (
        two_arm_power(mean=1.0, standard_deviation=2.0, n=5000, share=0.5, lift=at) for at in (0.1, -0.1)
    )

    assert gain.power < loss.power < gain.power + 0.1
