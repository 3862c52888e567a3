"""Checks before a verdict."""

import numpy as np
import pytest

from livingroom.measure.design import checks


def test_arms_of_the_promised_size_pass():
    found = checks.sample_ratio({"treated": 5050, "held out": 4950}, {"treated": 0.5, "held out": 0.5})

    assert found.passed
    assert found.p == pytest.approx(0.3222, abs=5e-4)  # exact binomial


def test_arms_that_lost_people_refuse_a_verdict():
    """The case of Kohavi, Tang and Xu (2020): 821,588 against 815,482 looks small and cannot be chance."""
    found = checks.sample_ratio({"a": 821_588, "b": 815_482}, {"a": 0.5, "b": 0.5})

    assert not found.passed
    assert found.p == pytest.approx(1.8e-6, rel=0.1)
    assert "no verdict" in found.sentence


def test_three_arms_are_compared_at_once():
    found = checks.sample_ratio({"a": 100, "b": 110, "c": 190}, {"a": 0.25, "b": 0.25, "c": 0.5})

    assert found.passed
    assert found.p == pytest.approx(np.exp(-0.75), abs=1e-9)  # chi-square 1.5 on 2 degrees of freedom


def test_nobody_yet_is_no_mismatch():
    assert checks.sample_ratio({"a": 0, "b": 0}, {"a": 0.5, "b": 0.5}).passed


def test_shares_must_sum_to_one():
    with pytest.raises(ValueError, match="sum to 1"):
        checks.sample_ratio({"a": 1, "b": 1}, {"a": 0.5, "b": 0.6})


def test_arms_drawn_by_chance_look_alike():
    generator = np.random.default_rng(0)
    p_values = []
    for _ in range(400):
        values = {"level": generator.normal(size=40), "trend": generator.normal(size=40)}
        p_values.append(checks.balance(values, generator.permutation(np.arange(40) < 20)).p)

    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.035)
    assert np.mean(p_values) == pytest.approx(0.5, abs=0.05)


def test_arms_made_by_hand_do_not():
    level = np.arange(40.0)

    found = checks.balance({"level": level}, level >= 20)

    assert not found.passed
    assert "level" in found.sentence


def test_a_constant_past_does_not_break_the_comparison():
    assert checks.balance({"level": np.ones(20)}, np.arange(20) < 10).passed


def test_an_override_is_counted_and_named():
    assigned = np.array([[True, True, False, False]] * 5)
    delivered = assigned.copy()
    delivered[0, 2] = True

    found = checks.compliance(assigned, delivered, ["Ann posted in Italy on 3 June: stock had to go"])

    assert found.passed
    assert "100.0% of what was to be treated" in found.sentence
    assert "90.0% of what was to be left out" in found.sentence
    assert "1 override: Ann posted" in found.sentence


def test_too_many_overrides_fail():
    assigned = np.array([[True, False]] * 5)

    assert not checks.compliance(assigned, ~assigned | assigned).passed


def test_an_effect_where_none_was_is_found():
    found = checks.placebo_dates({"2009-01-01": 0.001, "2009-02-01": 0.4})

    assert not found.passed
    assert found.p == pytest.approx(0.002)
    assert "2009-01-01" in found.sentence


def test_three_dates_are_three_chances():
    assert checks.placebo_dates({"a": 0.03, "b": 0.5, "c": 0.6}).passed


def test_a_wash_out_is_as_long_as_the_horizon():
    assert checks.wash_out(10, 10).passed
    assert not checks.wash_out(9, 10).passed
