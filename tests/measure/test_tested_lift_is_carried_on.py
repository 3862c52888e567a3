"""Calibration: tested lift, carried to other periods with its interval, shrunk over branches, until it is too old."""

import json
from datetime import date, timedelta

import numpy as np
import pytest

from livingroom.measure.calibration import BranchTest, Calibration, NotTested, calibrate
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.lift.reading import Reading
from livingroom.measure.pooling import der_simonian_laird, paule_mandel, pool, shrunk

ENDED = date(2009, 6, 30)


def a_test(factor, error, branch="Twitter UK", ended_on=ENDED):
    return BranchTest(branch, factor, error, ended_on, 24)


def reading(value=300_000.0, reach=196_000.0, **other):
    total = Estimate(value, value - reach, value + reach, 0.95, 24, "geo ANCOVA")
    return Reading("geo", Estimate(0.03, 0.01, 0.05, 0.95, 24, "geo ANCOVA"), total=total, **other)


def test_a_factor_by_hand():
    """3,000 added, of 10,000 with evidence: 0.3, with a standard error of 0.1."""
    found = BranchTest.of(reading(), branch="Twitter UK", evidence_minor=1_000_000, ended_on=ENDED)

    applied = calibrate([found]).apply(500_000, "Twitter UK", ENDED)

    assert found.factor == pytest.approx(0.3)
    assert found.standard_error == pytest.approx(0.1, abs=1e-4)
    assert isinstance(applied, Estimate)
    assert applied.value == pytest.approx(150_000)
    assert applied.low == pytest.approx(52_000, abs=20)
    assert "own tests" in applied.method


def test_modelled_history_is_never_averaged_with_tests():
    with pytest.raises(NotTested, match="modelled"):
        BranchTest.of(reading(is_tested=False), branch="Twitter UK", evidence_minor=1_000_000, ended_on=ENDED)


def test_a_refused_test_is_not_carried_on():
    refused = Reading("geo", NotEnoughData("too few units"))

    with pytest.raises(NotTested, match="too few units"):
        BranchTest.of(refused, branch="Twitter UK", evidence_minor=1_000_000, ended_on=ENDED)


def test_without_evidence_revenue_there_is_no_factor():
    with pytest.raises(ValueError, match="evidence"):
        BranchTest.of(reading(), branch="Twitter UK", evidence_minor=0, ended_on=ENDED)


def test_an_old_test_widens_and_then_expires():
    calibration = calibrate([a_test(0.3, 0.1)], expires_days=365)
    now, later, too_late = (
        calibration.factor("Twitter UK", ENDED + timedelta(days=at)) for at in (0, 300, 366)
    )

    assert isinstance(now, Estimate)
    assert isinstance(later, Estimate)
    assert later.high - later.low > 1.3 * (now.high - now.low)
    assert isinstance(too_late, NotEnoughData)
    assert "12 months old" in too_late.reason


def test_a_test_is_carried_back_as_far_as_forward():
    calibration = calibrate([a_test(0.3, 0.1)])

    assert calibration.factor("Twitter UK", ENDED - timedelta(days=90)) == calibration.factor(
        "Twitter UK", ENDED + timedelta(days=90)
    )


def test_a_newer_test_counts_more():
    calibration = calibrate([a_test(0.2, 0.05, ended_on=ENDED - timedelta(days=330)), a_test(0.4, 0.05)])

    found = calibration.factor("Twitter UK", ENDED)

    assert isinstance(found, Estimate)
    assert 0.35 < found.value < 0.4


def test_two_branches_say_nothing_of_a_third():
    found = calibrate([a_test(0.3, 0.1, "a"), a_test(0.4, 0.1, "b")]).factor("c", ENDED)

    assert isinstance(found, NotEnoughData)
    assert "a and b were tested" in found.reason


def test_no_test_at_all():
    assert isinstance(calibrate([]).factor("a", ENDED), NotEnoughData)


def test_branches_that_agree_are_drawn_together_and_those_that_do_not_are_left_apart():
    agree = calibrate([a_test(0.30, 0.1, "a"), a_test(0.34, 0.1, "b"), a_test(0.26, 0.1, "c")])
    differ = calibrate([a_test(0.1, 0.01, "a"), a_test(0.5, 0.01, "b"), a_test(0.9, 0.01, "c")])

    together, apart = agree.factor("b", ENDED), differ.factor("c", ENDED)

    assert isinstance(together, Estimate)
    assert isinstance(apart, Estimate)
    assert together.value == pytest.approx(0.30, abs=1e-9)
    assert apart.value == pytest.approx(0.9, abs=0.01)


def test_order_does_not_matter_and_scale_carries_through():
    tests = [a_test(0.1, 0.05, "a"), a_test(0.5, 0.08, "b"), a_test(0.3, 0.06, "c")]
    straight, turned = calibrate(tests), calibrate(tests[::-1])
    doubled = calibrate(
        [a_test(2 * at.factor, 2 * at.standard_error, at.branch) for at in tests], drift_a_month=0
    )
    plain = calibrate(tests, drift_a_month=0)

    assert straight == turned
    one, two = plain.factor("a", ENDED), doubled.factor("a", ENDED)
    assert isinstance(one, Estimate)
    assert isinstance(two, Estimate)
    assert (two.value, two.low, two.high) == pytest.approx((2 * one.value, 2 * one.low, 2 * one.high))


def test_negative_evidence_after_refunds_turns_the_interval():
    found = calibrate([a_test(0.3, 0.1)]).apply(-1000, "Twitter UK", ENDED)

    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(-300)
    assert found.low == pytest.approx(-496, abs=0.1)
    assert found.high == pytest.approx(-104, abs=0.1)


def test_a_calibration_is_read_as_it_was_written():
    calibration = calibrate([a_test(0.3, 0.1), a_test(0.2, 0.1, "b")], expires_days=200)

    assert Calibration.from_json(json.loads(json.dumps(calibration.as_json()))) == calibration
    assert calibration.badge == "calibrated by test"


def test_tau_squared_by_hand():
    """Equal variances v: τ² is the variance of the factors less v, by both methods."""
    factors, variances = np.array([1.0, 2.0, 3.0, 6.0]), np.full(4, 0.5)

    expected = np.var(factors, ddof=1) - 0.5

    assert paule_mandel(factors, variances) == pytest.approx(expected)
    assert der_simonian_laird(factors, variances) == pytest.approx(expected)
    assert paule_mandel(np.array([1.0, 1.1]), np.ones(2)) == 0.0


def test_the_bcg_trials_of_the_literature():
    """13 trials of the BCG vaccine (Colditz 1994): published τ² 0.3181 (Paule–Mandel), 0.3088 (DerSimonian–Laird)."""
    cells = np.array([
        (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
        (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232),
        (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
    ], dtype=float)  # fmt: skip
    ill, well, ill_without, well_without = cells.T
    ratio = np.log(ill / (ill + well)) - np.log(ill_without / (ill_without + well_without))
    variance = 1 / ill - 1 / (ill + well) + 1 / ill_without - 1 / (ill_without + well_without)

    assert paule_mandel(ratio, variance) == pytest.approx(0.3181, abs=5e-4)
    assert der_simonian_laird(ratio, variance) == pytest.approx(0.3088, abs=5e-4)
    assert pool(ratio, variance).mean == pytest.approx(-0.715, abs=2e-3)


def test_shrinking_halves_the_way_where_both_variances_are_equal():
    pooled = pool(np.array([0.0, 1.0, 2.0]), np.full(3, 0.5))

    value, _ = shrunk(2.0, 0.5, pooled)

    assert pooled.between == pytest.approx(0.5)
    assert value == pytest.approx(1.5)


@pytest.mark.parametrize("spread", [0.0, 0.1, 0.3])
def test_intervals_hold_the_truth(spread):
    """Six branches, of which one was not tested; standard errors from 0.05 to 0.25."""
    generator = np.random.default_rng(1)
    own, unseen = [], []
    for _ in range(250):
        truth = 0.5 + spread * generator.standard_normal(7)
        errors = generator.uniform(0.05, 0.25, 6)
        factors = truth[:6] + errors * generator.standard_normal(6)
        calibration = calibrate([a_test(factors[at], errors[at], f"b{at}") for at in range(6)])
        for at, name in enumerate([*(f"b{at}" for at in range(6)), "another"]):
            found = calibration.factor(name, ENDED)
            assert isinstance(found, Estimate)
            (own if at < 6 else unseen).append(found.low <= truth[at] <= found.high)

    assert np.mean(own) >= 0.93
    assert np.mean(unseen) >= 0.93
