"""Bojinov, Simchi-Levi and Zhao: where to toss for a single branch, and how wrong one can then be."""

from itertools import combinations

import numpy as np
import pytest

from livingroom.measure.design.bojinov import optimal_points, risk
from livingroom.measure.lift.coins import Windows, horvitz_thompson


def test_the_published_example():
    assert optimal_points(12, 2) == (1, 5, 7, 9)
    assert risk(12, (1, 5, 7, 9), 2) == pytest.approx(2.56, abs=1e-12)


@pytest.mark.parametrize(("every", "expected"), [(3, 2.72), (2, 2.88), (1, 3.68)])
def test_the_published_risks_of_even_spacing(every, expected):
    assert risk(12, range(1, 13, every), 2) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("n_periods", "carry_over"), [(8, 1), (9, 2), (11, 2), (13, 2), (13, 3), (14, 3)])
def test_no_other_points_are_better(n_periods, carry_over):
    others = ((1, *rest) for size in range(n_periods) for rest in combinations(range(2, n_periods + 1), size))

    least = min(risk(n_periods, points, carry_over) for points in others)

    assert risk(n_periods, optimal_points(n_periods, carry_over), carry_over) == pytest.approx(
        least, abs=1e-12
    )


def test_the_risk_is_what_the_estimator_has_in_the_worst_case():
    """Every outcome of four tosses, with outcomes that no treatment changes: the mean square is the risk."""
    points = np.array([1, 5, 7, 9])
    segment = np.searchsorted(points, np.arange(1, 13), side="right") - 1
    windows = Windows.of(segment, 2)
    tosses = (np.arange(16)[:, None] >> np.arange(4)) % 2 == 1

    squares = [horvitz_thompson(windows, np.ones(12), tossed)[0] ** 2 for tossed in tosses]

    assert np.mean(squares) == pytest.approx(risk(12, points, 2), abs=1e-12)


def test_without_carry_over_each_period_has_its_own_toss():
    assert optimal_points(5, 0) == (1, 2, 3, 4, 5)


def test_too_few_periods_are_refused():
    with pytest.raises(ValueError, match="plan at least 12"):
        optimal_points(11, 3)


@pytest.mark.parametrize("points", [(), (2, 5), (1, 5, 5), (1, 13)])
def test_points_that_cannot_be_are_refused(points):
    with pytest.raises(ValueError, match="Points increase"):
        risk(12, points, 2)
