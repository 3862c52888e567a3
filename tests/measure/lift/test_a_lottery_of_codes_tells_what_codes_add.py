"""Code lotteries: intention to treat, the effect on users, and intervals without bounds."""

import numpy as np
import pytest

from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift.codes import codes_lift, fieller
from livingroom.measure.lift.reading_rows import Rows


def visitors(n=4000, seed=0, uptake=0.4, effect=5.0):
    rng = np.random.default_rng(seed)
    won = rng.random(n) < 0.5
    keen = rng.random(n) < uptake
    used = won & keen
    spend = rng.gamma(2, 10, n) + 4 * keen + effect * used
    return Rows({"revenue": spend}, won, {}, taken=used)


def test_winners_are_compared_with_losers_and_users_with_would_be_users():
    reading = codes_lift(visitors(seed=1), share=0.5)

    assert reading.average.low < 0.4 * 5.0 < reading.average.high
    used = reading.estimators["used"]["average"]
    assert used.low < 5.0 < used.high
    assert used.value == pytest.approx(reading.average.value / 0.4, rel=0.1)


def test_comparing_users_with_non_users_would_have_misled():
    rows = visitors()
    spend, used = rows.outcomes["revenue"], rows.taken

    naive = spend[used].mean() - spend[~used].mean()

    reading = codes_lift(rows)
    assert naive > reading.estimators["used"]["average"].high


def test_other_lotteries_give_nearly_the_same_interval():
    reading = codes_lift(visitors(n=1000), n_draws=999)

    drawn = reading.others[0]
    assert "re-randomised" in drawn.method
    assert drawn.value == pytest.approx(reading.average.value)
    assert drawn.high - drawn.low == pytest.approx(reading.average.high - reading.average.low, rel=0.1)


def test_hardly_any_use_has_no_bounds_and_says_so():
    rows = visitors(n=400, seed=3, uptake=0.005)

    reading = codes_lift(rows)

    used = reading.estimators["used"]["average"]
    assert np.isinf(used.low)
    assert np.isinf(used.high)
    assert "unbounded" in used.method
    assert any("has no bounds" in note for note in reading.notes)


def test_no_use_at_all_tells_nothing_of_users():
    rows = visitors(n=400, uptake=0.0)

    reading = codes_lift(rows)

    assert "used" not in reading.estimators
    assert any("cannot be told" in note for note in reading.notes)


@pytest.mark.parametrize(
    ("above", "below", "variance", "kind"),
    [
        (10.0, 5.0, [[1.0, 0.2], [0.2, 0.25]], "bounded"),
        (10.0, 0.5, [[1.0, 0.0], [0.0, 1.0]], "rays"),
        (0.5, 0.5, [[1.0, 0.0], [0.0, 1.0]], "line"),
    ],
)
def test_fieller_holds_exactly_the_ratios_that_are_not_refused(above, below, variance, kind):
    found = fieller(above, below, np.array(variance), 0.95)

    assert found.kind == kind
    for ratio in np.linspace(-40, 60, 401):
        spread = np.sqrt(variance[0][0] - 2 * ratio * variance[0][1] + ratio**2 * variance[1][1])
        is_kept = abs(above - ratio * below) <= 1.959964 * spread
        inside = found.low <= ratio <= found.high
        assert is_kept == (inside if kind == "bounded" else not inside if kind == "rays" else True)


def test_a_sample_ratio_mismatch_refuses_the_verdict():
    rows = visitors(n=2000)

    reading = codes_lift(rows, share=0.6)

    assert isinstance(reading.relative, NotEnoughData)
    assert "Sample-ratio mismatch" in reading.relative.reason


def test_a_lottery_that_all_won_tells_nothing():
    rows = visitors(n=100)

    reading = codes_lift(Rows(rows.outcomes, np.ones(100, bool), {}))

    assert reading.relative == NotEnoughData("Everybody won: nobody is left to compare with.")
