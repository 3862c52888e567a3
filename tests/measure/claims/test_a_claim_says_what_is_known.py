"""What stands in a claim."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from livingroom.measure.claims.ranges import net_lift_range
from livingroom.measure.engine import connect
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.overlap import overlap
from livingroom.measure.problems import InputError
from tests.measure.claims.scene import TERMS, TESTED, made, orders, plain, touches, with_a_test
from tests.measure.tables import order_table


def test_grades_are_stacked_from_floor_to_ceiling():
    claim = plain()

    grades = {grade: sums["revenue_minor"] for grade, sums in claim.figures["grades"].items()}
    assert grades == {"A": 100_00, "B": 0, "C": 500_00, "D": 400_00, "E": 500_00, "none": 1300_00}
    assert (claim.floor_minor, claim.ceiling_minor) == (100_00, 1500_00)
    assert claim.figures["all_orders"] == {"n_orders": 7, "revenue_minor": 2800_00}
    assert "touched orders worth 100 USD to 1.5 K USD, 2009-06" in claim.document["statement"]


def test_one_network_alone_is_answered():
    overlap = plain().figures["overlap"]

    x, forum = overlap["channels"]
    assert (x["channel"], x["alone_minor"], x["together_minor"], x["without_minor"]) == (
        "x",
        500_00,
        300_00,
        700_00,
    )
    assert (forum["channel"], forum["alone_minor"], forum["together_minor"]) == ("forum", 200_00, 0)
    assert overlap["also_touched_by"] == [{"channel": "mail", "n_orders": 1, "revenue_minor": 300_00}]
    parts = {part["name"]: part["revenue_minor"] for part in overlap["parts"]}
    assert parts == {"social only": 700_00, "social and others": 300_00, "nothing seen": 500_00}


def test_a_claim_and_the_evidence_command_answer_alone_alike():
    """Two ways to the same figures: one over frozen orders, one over shards."""
    with connect(threads=1) as connection:
        counted = overlap(connection, touches=touches(), orders=orders())

    for channel in plain().figures["overlap"]["channels"]:
        there = counted.presence(channel["channel"], "USD")
        assert (channel["n_alone"], channel["alone_minor"]) == (
            there.alone.n_orders,
            there.alone.revenue_minor,
        )
        assert (channel["n_together"], channel["together_minor"]) == (
            there.with_others.n_orders, there.with_others.revenue_minor,
        )  # fmt: skip


def test_a_test_whose_interval_is_unbounded_decides_nothing(tmp_path):
    figures = made(tmp_path, lifts=({**TESTED, "high": None},)).figures

    assert figures["lifts"][0]["net_lift_minor"] == {"refused": "the data do not bound its interval."}
    assert "refused" in figures["net_lift_minor"]


def test_credit_stands_as_a_range_of_rules():
    credit = plain().figures["credit"]

    assert credit["rules"]["last"]["ours_minor"] == 700_00
    assert credit["rules"]["linear"]["ours_minor"] == 850_00
    assert (credit["low_minor"], credit["high_minor"]) == (700_00, 1000_00)


def test_without_a_test_the_contribution_is_not_known_but_break_even_is():
    claim = plain()

    earned = claim.figures["return"]
    assert "refused" in earned["contribution_minor"]
    assert earned["break_even"]["value"] == pytest.approx(60 / (1500 * 0.2))
    assert len(earned["line"]) == 21
    assert any("would have come anyway" in text for text in claim.document["unknown"])


def test_a_test_turns_into_money_and_a_contribution():
    claim = with_a_test()

    money = claim.figures["net_lift_minor"]
    assert money["value"] == pytest.approx(2800_00 * 0.1 / 1.1, abs=1)
    assert "value" in claim.figures["return"]["contribution_minor"]
    assert "A test shows that it added" in claim.document["verdict"]


def test_modelled_history_never_decides(tmp_path):
    claim = made(tmp_path, lifts=({**TESTED, "is_tested": False, "name": "Launch in May"},))

    assert "refused" in claim.figures["net_lift_minor"]
    assert any("Launch in May is modelled, not tested" in text for text in claim.document["unknown"])
    assert claim.figures["net_lift_range"]["basis"] == "records"


def test_a_refused_test_is_said_with_its_reason(tmp_path):
    claim = made(tmp_path, lifts=({"refused": "only 8 units", "design": "geo"},))

    assert "only 8 units" in claim.document["verdict"]


def test_a_test_of_part_of_the_period_is_carried_over_by_evidence(tmp_path):
    """Tested on 6 and 7 June with 300 of 1500 evidence: what it found counts five times."""
    total = {"value": 100.0, "low": 50.0, "high": 150.0, "level": 0.95, "n": 40, "method": "geo"}
    lift = {**TESTED, "total": total, "from": "2009-06-02", "to": "2009-06-06"}

    claim = made(tmp_path, lifts=(lift,))

    within = 100_00 + 200_00 + 300_00 + 400_00
    assert claim.figures["net_lift_minor"]["value"] == pytest.approx(100_00 * 1500_00 / within, abs=1)
    assert "carried over by evidence revenue" in claim.figures["lifts"][0]["basis"]
    assert any(
        "was not in the test" in text or "were not in the test" in text for text in claim.document["unknown"]
    )


def test_a_test_of_the_whole_period_counts_as_it_is(tmp_path):
    total = {"value": 100.0, "low": 50.0, "high": 150.0, "level": 0.95, "n": 40, "method": "geo"}
    lift = {**TESTED, "total": total, "from": "2009-06-01", "to": "2009-06-30"}

    assert made(tmp_path, lifts=(lift,)).figures["net_lift_minor"]["value"] == 100_00


def test_the_range_reaches_from_the_tested_floor_to_the_ceiling():
    shown = Estimate(40.0, 20.0, 60.0, 0.95, 40, "geo")

    inside = net_lift_range(tested=shown, ceiling_minor=100, discount_minor=9, untouched_minor=50)
    beyond = net_lift_range(
        tested=replace(shown, high=300.0), ceiling_minor=100, discount_minor=9, untouched_minor=50
    )

    # 40 − 20 × 2.576 / 1.960
    assert (inside.low_minor, inside.high_minor, inside.basis) == (14, 100, "tested")
    assert beyond.high_minor == 382
    assert "never click" in beyond.high_reason


def test_without_a_test_the_range_is_what_the_records_cannot_exclude():
    found = net_lift_range(tested=NotEnoughData("x"), ceiling_minor=100, discount_minor=9, untouched_minor=50)

    assert (found.low_minor, found.high_minor, found.basis) == (-9, 150, "records")


def test_a_claim_for_one_branch_counts_only_its_orders(tmp_path):
    claim = made(tmp_path, terms=replace(TERMS, branches=("2",), who="The forum"))

    assert claim.ceiling_minor == 200_00
    assert claim.document["statement"].startswith("The forum touched orders worth 0 USD to 200 USD")
    assert claim.figures["credit"]["rules"]["last"]["ours_minor"] == 200_00
    assert claim.figures["return"]["shared_cost_minor"] == 60_00


def test_costs_outside_the_period_do_not_count():
    assert plain().figures["return"]["cost_minor"] == 60_00


def test_orders_outside_the_period_do_not_count_but_own_their_touches(tmp_path):
    """Ann bought on 2 June; a claim from 3 June leaves her out, and her click with her."""
    claim = made(tmp_path, terms=replace(TERMS, first_on=date(2009, 6, 3)))

    assert claim.figures["grades"]["A"]["n_orders"] == 0
    assert claim.figures["all_orders"]["n_orders"] == 6


def test_without_a_margin_it_comes_from_the_goods(tmp_path):
    claim = made(tmp_path, terms=replace(TERMS, margin=None))

    assert claim.figures["return"]["margin"] == pytest.approx(0.2)
    assert "cost of goods" in claim.figures["return"]["margin_source"]


def test_new_and_existing_customers_stand_apart():
    groups = {one["who"]: one for one in plain().figures["return"]["customers"]}

    assert groups["new"]["revenue_minor"] == 100_00 + 300_00 + 500_00
    assert groups["existing"]["revenue_minor"] == 200_00 + 400_00


def test_orders_in_another_currency_need_their_value_in_the_claims(tmp_path):
    with pytest.raises(InputError, match=r"1 in EUR.*reporting_minor"):
        made(tmp_path, orders=orders(o2={"currency": "EUR"}))


def test_the_value_of_their_day_is_used_where_it_is_told(tmp_path):
    table = orders(o2={"currency": "EUR"})
    told = table.append_column("reporting_minor", pa.array([1, 280_00, 1, 1, 1, 1, 1], pa.int64()))

    claim = made(tmp_path, orders=told)

    assert claim.figures["grades"]["C"]["revenue_minor"] == 280_00 + 300_00


def test_rows_that_cannot_be_used_are_said(tmp_path):
    table = orders(o6={"revenue_minor": None})

    claim = made(tmp_path, orders=table)

    assert claim.document["inputs"]["n_rejected"] == 1
    assert any("1 row" in text and "revenue_minor is empty" in text for text in claim.document["unknown"])


def test_costs_that_cannot_be_read_stop_it_before_anything_is_written(tmp_path):
    broken = pa.Table.from_pylist([{"on": "June", "kind": "staff", "amount": "5"}])

    with pytest.raises(InputError, match=r"row 1.*June"):
        made(tmp_path / "frozen", costs=broken)

    assert not (tmp_path / "frozen" / "orders.parquet").exists()


def test_a_claim_without_any_evidence_says_so(tmp_path):
    claim = made(
        tmp_path,
        touches=touches().slice(0, 0),
        orders=order_table(
            [
                {
                    "order_id": "1",
                    "customer_id": "ann",
                    "at": touches()["at"][0].as_py(),
                    "revenue_minor": 100,
                    "currency": "USD",
                }
            ]
        ),
    )

    assert "left no evidence" in claim.document["statement"]
    assert "refused" in claim.figures["return"]["break_even"]
