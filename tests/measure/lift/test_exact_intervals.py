"""Order statistics give the same interval as trying every effect, and least squares the same errors as statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm

from livingroom.measure.lift.linear import hc2, hc3, independent_columns, least_squares
from livingroom.measure.lift.randomisation import draws_within, invert, without_observed


def centred(values):
    return values - values.mean(axis=-1, keepdims=True)


def example(seed, n=14):
    rng = np.random.default_rng(seed)
    treated = np.zeros(n, bool)
    treated[rng.permutation(n)[: n // 2]] = True
    outcome = rng.normal(0, 1, n) + 0.7 * treated
    return centred(outcome), treated


@pytest.mark.parametrize("seed", range(5))
def test_the_interval_holds_exactly_the_effects_that_the_test_does_not_refuse(seed):
    outcome, treated = example(seed)
    drawn = centred(
        draws_within(treated, np.zeros(14, dtype=int), 399, np.random.default_rng(1)).astype(float)
    )
    exposure = centred(treated.astype(float))

    found = invert(outcome, exposure, drawn, level=0.9)

    for effect in np.linspace(found.low - 0.5, found.high + 0.5, 101):
        rest = outcome - effect * exposure
        seen = abs(exposure @ rest) / np.linalg.norm(exposure)
        others = np.abs(drawn @ rest) / np.linalg.norm(drawn, axis=1)
        p = (1 + (others >= seen - 1e-12).sum()) / (len(drawn) + 1)
        assert (p > 0.1) == (found.low < effect < found.high)


def test_all_draws_are_listed_when_there_are_few():
    treated = np.array([True, False, True, False, False])
    stratum = np.array([0, 0, 1, 1, 1])

    drawn = draws_within(treated, stratum, 1000, np.random.default_rng(0))

    assert len(drawn) == 2 * 3
    assert len(np.unique(drawn, axis=0)) == 6
    assert (drawn[:, :2].sum(axis=1) == 1).all()
    assert len(without_observed(drawn, treated)) == 5


def test_draws_keep_to_pairs_and_strata():
    treated = np.tile([True, False], 10)
    pairs = np.repeat(np.arange(10), 2)

    drawn = draws_within(treated, pairs, 500, np.random.default_rng(0))

    assert (drawn.reshape(500, 10, 2).sum(axis=2) == 1).all()
    assert 0.4 < drawn[:, 0].mean() < 0.6


def test_too_few_draws_refuse_nothing():
    outcome, treated = example(0, n=4)
    drawn = draws_within(treated, np.zeros(4, dtype=int), 100, np.random.default_rng(0))
    others = centred(without_observed(drawn, treated).astype(float))

    found = invert(outcome, centred(treated.astype(float)), others, level=0.95)

    assert np.isinf(found.low)
    assert np.isinf(found.high)


def test_robust_errors_are_those_of_statsmodels():
    rng = np.random.default_rng(3)
    design = np.column_stack([np.ones(60), rng.normal(size=(60, 2))])
    outcome = design @ [1.0, 2.0, 0.0] + rng.normal(size=60) * (1 + design[:, 1] ** 2)

    fit = least_squares(design, outcome)

    for kind, ours in (("HC2", hc2(fit)), ("HC3", hc3(fit))):
        theirs = sm.OLS(outcome, design).fit(cov_type=kind)
        assert fit.coefficients == pytest.approx(theirs.params)
        assert np.sqrt(np.diag(ours)) == pytest.approx(theirs.bse)


def test_columns_that_repeat_each_other_are_left_out():
    columns = np.column_stack([np.ones(4), [1, 1, 0, 0], [0, 0, 1, 1], [1, 2, 3, 4]]).astype(float)

    assert independent_columns(columns).shape == (4, 3)
