"""Holdouts of people: the published mail experiment, adjustment for the past, ratios, and the sample ratio."""

import numpy as np
import pyarrow as pa
import pytest
import statsmodels.api as sm

from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift.people import people_lift
from livingroom.measure.lift.reading_rows import Rows, read_rows
from livingroom.measure.lift.tables import read_table
from livingroom.measure.problems import InputError
from tests.measure.lift.data import published


def mail(**columns):
    return read_rows(
        read_table(published("hillstrom.csv.gz")),
        outcomes=("visit", "conversion", "spend"),
        treated="segment",
        treated_value="Mens E-Mail",
        held_out_value="No E-Mail",
        **columns,
    )


def shoppers(n=400, seed=0, effect=1.0):
    rng = np.random.default_rng(seed)
    before = rng.gamma(2, 5, n)
    treated = rng.permutation(n) < n // 2
    spend = before + rng.normal(0, 2, n) + effect * treated
    return Rows({"spend": spend}, treated, {"before": before})


def test_the_three_effects_of_the_mail_experiment():
    reading = people_lift(mail(), share=0.5)

    visit, conversion, spend = (
        reading.estimators[name]["average"] for name in ("visit", "conversion", "spend")
    )
    assert visit.value == pytest.approx(0.0766, abs=5e-5)
    assert (visit.low, visit.high) == (pytest.approx(0.06995, abs=5e-5), pytest.approx(0.08323, abs=5e-5))
    assert conversion.value == pytest.approx(0.00681, abs=5e-6)
    assert (conversion.low, conversion.high) == (
        pytest.approx(0.00500, abs=5e-6),
        pytest.approx(0.00861, abs=5e-6),
    )
    assert spend.value == pytest.approx(0.770, abs=5e-4)
    assert (spend.low, spend.high) == (pytest.approx(0.485, abs=5e-4), pytest.approx(1.055, abs=5e-4))
    assert spend.n == 42_613


def test_the_past_narrows_the_interval_and_keeps_the_effect():
    rows = shoppers()

    reading = people_lift(rows)

    plain = people_lift(Rows(rows.outcomes, rows.treated, {}))
    assert reading.average.high - reading.average.low < 0.5 * (plain.average.high - plain.average.low)
    assert reading.average.low < 1.0 < reading.average.high
    assert reading.others[0].value == pytest.approx(plain.relative.value)


def test_the_adjustment_is_that_of_a_regression_with_interactions():
    rows = shoppers(seed=1)
    centred = rows.pre["before"] - rows.pre["before"].mean()
    design = np.column_stack([np.ones(400), rows.treated, centred, rows.treated * centred])

    theirs = sm.OLS(rows.outcomes["spend"], design).fit(cov_type="HC2")

    ours = people_lift(rows).average
    assert ours.value == pytest.approx(theirs.params[1])
    assert (ours.high - ours.value) / 1.966 == pytest.approx(theirs.bse[1], rel=1e-3)


def test_strata_are_compared_with_their_own():
    rng = np.random.default_rng(2)
    stratum = rng.integers(0, 3, 600)
    treated = rng.random(600) < 0.5
    spend = 20.0 * stratum + rng.normal(0, 1, 600) + 0.5 * treated

    reading = people_lift(Rows({"spend": spend}, treated, {}, stratum))

    assert reading.average.low < 0.5 < reading.average.high
    assert reading.average.high - reading.average.low < 0.5


def test_revenue_per_order_is_a_ratio():
    rng = np.random.default_rng(3)
    treated = rng.random(2000) < 0.5
    orders = rng.poisson(2 + treated).astype(float)
    revenue = orders * 50.0 + rng.normal(0, 5, 2000) * orders

    reading = people_lift(Rows({"revenue": revenue}, treated, {}, denominator=orders))

    assert reading.average.low < 0.0 < reading.average.high
    assert reading.total is None
    assert "ratios" in reading.average.method


def test_rows_of_one_person_are_one_person():
    table = pa.table(
        {
            "unit": [str(number % 50) for number in range(200)],
            "treated": [number % 50 < 25 for number in range(200)],
            "outcome": [float(number % 7) for number in range(200)],
        }
    )

    rows = read_rows(table)

    assert len(rows.treated) == 50
    assert rows.outcomes["outcome"].sum() == sum(number % 7 for number in range(200))
    assert any("added up by person" in note for note in rows.notes)


def test_a_person_in_both_arms_is_named():
    table = pa.table({"unit": ["ann", "ann"], "treated": [1, 0], "outcome": [1.0, 2.0]})

    with pytest.raises(InputError, match="both arms"):
        read_rows(table)


def test_a_sample_ratio_mismatch_refuses_the_verdict():
    rows = shoppers(n=1000)
    lost = np.arange(1000)[rows.treated][:120]
    kept = ~np.isin(np.arange(1000), lost)

    reading = people_lift(Rows({"spend": rows.outcomes["spend"][kept]}, rows.treated[kept], {}), share=0.5)

    assert isinstance(reading.relative, NotEnoughData)
    assert reading.relative.reason.startswith("Sample-ratio mismatch (p = ")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda rows: Rows(rows.outcomes, np.ones(400, bool), {}), "All people are treated"),
        (lambda rows: Rows(rows.outcomes, np.zeros(400, bool), {}), "Nobody is treated"),
        (lambda rows: Rows(rows.outcomes, np.arange(400) < 10, {}), "at least 20 people"),
        (lambda rows: Rows({"spend": np.ones(400)}, rows.treated, {}), "never changes"),
        (lambda rows: Rows({"spend": -np.abs(rows.outcomes["spend"])}, rows.treated, {}), "not above zero"),
    ],
)
def test_no_verdict_is_given_without_what_it_needs(change, reason):
    reading = people_lift(change(shoppers()))

    assert isinstance(reading.relative, NotEnoughData)
    assert reason in reading.relative.reason
