"""Bounds that hold however often one looks."""

from dataclasses import replace
from math import log, sqrt

import numpy as np
import pytest

from livingroom.measure.design.looks import always_valid, bound, look, mixture_rho
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.lift.geo import geo_lift
from livingroom.measure.lift.simulate import geo_world


def running(seed, n=2000, mean=0.0):
    values = np.random.default_rng(seed).normal(mean, 1, n)
    counts = np.arange(1, n + 1)
    means = np.cumsum(values) / counts
    spread = np.sqrt(np.maximum(np.cumsum(values**2) / counts - means**2, 1e-12))
    return counts[29:], means[29:], spread[29:]


def ever_outside(seed, half_width):
    counts, means, spread = running(seed)
    return bool((np.abs(means) > half_width(counts, spread)).any())


def test_always_valid_bounds_hold_at_all_looks_together():
    rho = mixture_rho(2000)

    def half(counts, spread):
        return np.array([bound(n, s, rho) for n, s in zip(counts, spread, strict=True)])

    missed = np.mean([ever_outside(seed, half) for seed in range(300)])

    assert missed <= 0.05


def test_ordinary_intervals_do_not():
    missed = np.mean([ever_outside(seed, lambda n, s: 1.96 * s / np.sqrt(n)) for seed in range(300)])

    assert missed > 0.3


def test_the_bound_by_hand():
    """n = 100, σ = 1, ρ = 0.2, α = 0.05: n ρ² = 4, √(2 · 5 / 400 · log(√5 / 0.05))."""
    assert bound(100, 1.0, 0.2) == pytest.approx(sqrt(2 * 5 / 400 * log(sqrt(5) / 0.05)))


def test_bounds_are_nearly_tightest_when_the_planned_number_has_come():
    planned = 1000
    best = min(bound(planned, 1.0, rho) for rho in np.geomspace(0.001, 1, 2000))

    assert bound(planned, 1.0, mixture_rho(planned)) == pytest.approx(best, rel=1e-3)
    assert 1.3 < bound(planned, 1.0, mixture_rho(planned)) / (1.96 / sqrt(planned)) < 1.6


def test_a_clear_effect_stops_the_test_and_an_unclear_one_goes_on():
    assert look(0.5, 0.05, 400, n_planned=1000).verdict == "more"
    assert look(-0.5, 0.05, 400, n_planned=1000).verdict == "less"
    assert look(0.1, 0.05, 400, n_planned=1000).verdict == "go on"


def test_a_look_too_early_is_refused():
    early = look(0.5, 0.05, 12, n_planned=1000)

    assert isinstance(early.estimate, NotEnoughData)
    assert early.verdict == "go on"
    assert early.share_done == pytest.approx(0.012)


def test_an_ordinary_reading_becomes_one_that_may_be_looked_at_again():
    ordinary = Estimate(0.10, 0.02, 0.18, 0.95, 500, "difference in means")

    widened = always_valid(ordinary, n_planned=1000)

    assert isinstance(widened.estimate, Estimate)
    assert widened.estimate.value == 0.10
    assert widened.estimate.low < 0.02
    assert widened.estimate.high > 0.18
    assert widened.estimate.high - 0.10 == pytest.approx(0.10 - widened.estimate.low)


def test_a_lift_on_the_log_scale_never_falls_below_all():
    ordinary = Estimate(0.10, -0.30, 0.7287, 0.95, 50, "geo ANCOVA on log")

    widened = always_valid(ordinary, n_planned=60, log_scale=True)

    assert isinstance(widened.estimate, Estimate)
    assert -1 < widened.estimate.low < -0.30
    assert np.log(1.1) - np.log1p(widened.estimate.low) == pytest.approx(
        np.log1p(widened.estimate.high) - np.log(1.1)
    )


def test_a_plan_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="planned"):
        look(0.1, 0.05, 100, n_planned=0)


def test_a_holdout_may_be_looked_at_every_ten_days():
    """Sixteen places, no effect, six looks at unit-days so far: ordinary intervals find something more often than they may."""
    ever, plainly = [], []
    for seed in range(80):
        panel = geo_world(0.0, seed, n_units=16).panel
        found = [
            geo_lift(panel.only(times=np.arange(120) < 60 + days), seed=seed, n_draws=199)
            for days in range(10, 61, 10)
        ]
        seen = [reading.relative for reading in found if isinstance(reading.relative, Estimate)]
        looks = [
            always_valid(replace(at, n=16 * 10 * (step + 1)), n_planned=16 * 60, log_scale=True)
            for step, at in enumerate(seen)
        ]
        ever.append(any(one.verdict != "go on" for one in looks))
        plainly.append(any(at.low > 0 or at.high < 0 for at in seen))

    assert np.mean(ever) <= 0.05
    assert np.mean(plainly) > 0.08
