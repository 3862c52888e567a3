"""What is left after all costs, with its interval."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.returns import ReturnInputs, between, contribution, net_revenue_added, return_by_month
from livingroom.measure.returns.quantities import draw

LIFT = Estimate(100_000.0, 40_000.0, 180_000.0, 0.95, 40, "geo")


def inputs(**changed):
    told = {
        "currency": "USD",
        "evidence_minor": 320_000.0,
        "margin": 0.4,
        "lift_minor": LIFT,
        "costs": {"staff": 20_000.0, "tools": 5_000.0},
        "n_orders": 300,
    }
    return ReturnInputs(**(told | changed))


def test_the_famous_claim_breaks_even_at_88_per_cent():
    famous = ReturnInputs("USD", 650_000_000, 0.175, costs={"staff": 2 * 50_000_000})

    found = contribution(famous, seed=7)

    assert found.break_even.value == pytest.approx(0.8791, abs=1e-4)
    assert isinstance(found.contribution, NotEnoughData)
    assert "would have come anyway" in found.contribution.reason
    assert found.p_positive is None


def test_the_line_runs_from_losing_everything_to_keeping_the_margin():
    found = contribution(inputs(lift_minor=NotEnoughData("x"), discount_minor=30_000.0), seed=7)

    first, last = found.line[0], found.line[-1]
    assert (first.incrementality, last.incrementality) == (0, 1)
    assert first.contribution.value == pytest.approx(-30_000 - 25_000)
    assert last.contribution.value == pytest.approx(0.4 * 320_000 - 25_000)


def test_the_line_crosses_zero_where_it_says_that_it_breaks_even():
    told = inputs(lift_minor=NotEnoughData("x"), discount_minor=30_000.0)

    found = contribution(told, seed=7)

    share = found.break_even_after_discounts.value
    assert share == pytest.approx((25_000 + 30_000) / (320_000 * 0.4 + 30_000))
    left = np.interp(
        share, [p.incrementality for p in found.line], [p.contribution.value for p in found.line]
    )
    assert left == pytest.approx(0, abs=1)


def test_with_an_exact_margin_the_interval_is_the_lifts_own():
    found = contribution(inputs(), seed=7)

    for end in ("value", "low", "high"):
        assert getattr(found.contribution, end) == pytest.approx(0.4 * getattr(LIFT, end) - 25_000, abs=400)


def test_chances_and_intervals_agree():
    certain = contribution(
        inputs(lift_minor=Estimate(300_000.0, 290_000.0, 310_000.0, 0.95, 40, "geo")), seed=7
    )
    unsure = contribution(inputs(lift_minor=Estimate(62_500.0, 0.0, 125_000.0, 0.95, 40, "geo")), seed=7)

    assert certain.p_positive == 1.0
    assert certain.contribution.low > 0
    assert unsure.p_positive == pytest.approx(0.5, abs=0.01)


def test_discounts_are_wasted_only_on_those_who_would_have_come_anyway():
    """If all evidence was added, the till shows all of it; if none was, it shows minus the discounts."""
    all_added = inputs(
        lift_minor=Estimate(320_000.0, 319_999.0, 320_001.0, 0.95, 40, "geo"), discount_minor=30_000.0
    )
    none_added = inputs(
        lift_minor=Estimate(-30_000.0, -30_001.0, -29_999.0, 0.95, 40, "geo"), discount_minor=30_000.0
    )

    assert contribution(all_added, 7).contribution.value == pytest.approx(0.4 * 320_000 - 25_000, abs=5)
    assert contribution(none_added, 7).contribution.value == pytest.approx(-30_000 - 25_000, abs=5)
    assert contribution(none_added, 7).incrementality.value == pytest.approx(0, abs=1e-4)


def test_a_lift_above_all_evidence_wastes_no_discount():
    beyond = inputs(
        lift_minor=Estimate(500_000.0, 499_999.0, 500_001.0, 0.95, 40, "geo"), discount_minor=30_000.0
    )

    found = contribution(beyond, 7)

    assert found.contribution.value == pytest.approx(0.4 * 500_000 - 25_000, abs=5)
    assert found.incrementality.value > 1


def test_parts_add_up_to_the_contribution():
    found = contribution(
        inputs(
            lift_minor=Estimate(1e5, 1e5 - 1, 1e5 + 1, 0.95, 40, "x"),
            discount_minor=30_000.0,
            refunds_to_come=0.05,
        ),
        7,
    )

    assert sum(part.amount.value for part in found.parts) == pytest.approx(found.contribution.value, abs=5)


def test_refunds_still_to_come_take_the_margin_of_added_orders():
    before, after = (
        contribution(inputs(refunds_to_come=share), 7).contribution.value for share in (0.0, 0.1)
    )

    assert after == pytest.approx(before - 0.1 * 0.4 * 100_000, abs=400)


def test_without_cost_there_is_no_return_on_it():
    found = contribution(inputs(costs={}), 7)

    assert isinstance(found.return_on_cost, NotEnoughData)
    assert found.break_even.value == 0


def test_without_evidence_or_margin_nothing_breaks_even():
    assert isinstance(contribution(inputs(evidence_minor=0.0), 7).break_even, NotEnoughData)
    assert isinstance(contribution(inputs(margin=-0.1), 7).break_even, NotEnoughData)


def test_the_same_seed_gives_the_same_figures():
    told = inputs(margin=between(0.3, 0.5, "told"))

    assert contribution(told, 7) == contribution(told, 7)
    assert contribution(told, 7) != contribution(told, 8)


def test_draws_have_the_quantitys_own_interval_also_when_it_is_lopsided():
    drawn = draw(Estimate(10.0, 8.0, 20.0, 0.95, 1, "x"), "lift", 7, 40_000)

    assert np.quantile(drawn, [0.025, 0.5, 0.975]) == pytest.approx([8, 10, 20], abs=0.15)


def test_months_add_up_to_the_whole():
    whole = inputs(
        margin=between(0.3, 0.5, "told"),
        discount_minor=30_000.0,
        costs={"staff": between(18_000, 22_000, "h")},
    )
    half = inputs(
        evidence_minor=160_000.0, discount_minor=15_000.0, costs={"staff": between(9_000, 11_000, "h")}
    )

    months = return_by_month(whole, [("2009-06", half), ("2009-07", half)], seed=7)

    total = contribution(whole, seed=7).contribution
    assert months[-1].cumulated.value == pytest.approx(total.value, rel=1e-6)
    assert months[-1].cumulated.low == pytest.approx(total.low, rel=1e-6)
    assert months[0].cumulated == months[0].contribution


def test_months_without_a_lift_still_break_even():
    whole = inputs(lift_minor=NotEnoughData("nothing was tested."))

    month = return_by_month(whole, [("2009-06", whole)], seed=7)[0]

    assert isinstance(month.contribution, NotEnoughData)
    assert month.break_even == pytest.approx(25_000 / (320_000 * 0.4))


def test_a_relative_lift_becomes_money_by_what_would_have_come_anyway():
    relative = Estimate(0.25, 0.0, 0.5, 0.95, 40, "geo")

    assert net_revenue_added(relative, 125_000).value == pytest.approx(25_000)
    assert net_revenue_added(relative, 0, baseline_minor=100_000).high == pytest.approx(50_000)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.01, 1000), st.floats(0, 50_000))
def test_scaling_money_scales_the_contribution(factor, discount):
    lift = Estimate(*(end * factor for end in (LIFT.value, LIFT.low, LIFT.high)), 0.95, 40, "geo")
    one = contribution(inputs(discount_minor=discount), 7, 2_000)
    many = contribution(
        inputs(
            evidence_minor=320_000 * factor,
            lift_minor=lift,
            discount_minor=discount * factor,
            costs={"staff": 20_000 * factor, "tools": 5_000 * factor},
        ),
        7,
        2_000,
    )

    assert many.contribution.value == pytest.approx(one.contribution.value * factor, rel=1e-6, abs=1e-6)
    assert many.break_even.value == pytest.approx(one.break_even.value, rel=1e-9)
    assert many.p_positive == one.p_positive
