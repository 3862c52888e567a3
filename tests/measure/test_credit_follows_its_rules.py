import pytest

from livingroom.measure.problems import InputError
from tests.measure.tables import amounts, click, code, credited, day, mail, order


def shares(rows, model):
    return {row["touch_id"]: row["share"] for row in rows if row["model"] == model}


def test_all_channels_compete():
    touches = [click("c", "ann", day(0)), mail("m", "ann", day(1))]

    rows = credited(touches, [order("o", "ann", day(2))])

    assert amounts(rows, "last") == {("o", "m"): 10_000}
    assert amounts(rows, "first") == {("o", "c"): 10_000}
    assert amounts(rows, "linear") == {("o", "c"): 5_000, ("o", "m"): 5_000}


def test_a_touch_loses_half_its_weight_in_seven_days():
    touches = [mail("old", "ann", day(0)), mail("new", "ann", day(7))]

    found = shares(credited(touches, [order("o", "ann", day(9))]), "time_decay")

    assert found == pytest.approx({"old": 1 / 3, "new": 2 / 3}, abs=1e-9)


def test_position_gives_forty_twenty_forty():
    touches = [mail(f"m{number}", "ann", day(number)) for number in range(6)]

    found = shares(credited(touches, [order("o", "ann", day(9))]), "position")

    assert found == pytest.approx({"m0": 0.4, "m1": 0.05, "m2": 0.05, "m3": 0.05, "m4": 0.05, "m5": 0.4})


@pytest.mark.parametrize("n_touches", [1, 2])
def test_position_of_one_or_two_is_divided_evenly(n_touches):
    touches = [mail(f"m{number}", "ann", day(number)) for number in range(n_touches)]

    found = shares(credited(touches, [order("o", "ann", day(9))]), "position")

    assert found == {f"m{number}": 1 / n_touches for number in range(n_touches)}


def test_a_touch_that_a_rule_gives_nothing_keeps_its_row():
    rows = credited([mail("m1", "ann", day(0)), mail("m2", "ann", day(1))], [order("o", "ann", day(2))])

    assert shares(rows, "last") == {"m1": 0.0, "m2": 1.0}


def test_an_order_without_a_touch_is_unattributed_under_every_rule():
    rows = credited([], [order("o", "ann", day(2))])

    assert {row["model"] for row in rows} == {"last", "first", "linear", "time_decay", "position"}
    assert {(row["channel"], row["touch_id"], row["share"], row["amount_minor"]) for row in rows} == {
        ("unattributed", None, 1.0, 10_000)
    }


def test_a_code_and_the_click_on_its_post_are_one_touch():
    touches = [click("c", "ann", day(0)), mail("m", "ann", day(1)), code("r", "ann", day(2))]

    rows = credited(touches, [order("o", "ann", day(2))])

    assert amounts(rows, "linear") == {("o", "c"): 5_000, ("o", "m"): 5_000}
    assert amounts(rows, "last") == {("o", "m"): 10_000}


def test_a_code_without_a_click_on_its_post_stands_for_the_contact_nobody_saw():
    touches = [click("c", "ann", day(0), placement=12), code("r", "ann", day(2), placement=11)]

    rows = amounts(credited(touches, [order("o", "ann", day(2))]), "linear")

    assert rows == {("o", "c"): 5_000, ("o", "r"): 5_000}


def test_the_buyers_answer_earns_no_credit():
    rows = amounts(credited([click("a", "ann", day(2), kind="answer")], [order("o", "ann", day(2))]), "last")

    assert rows == {("o", None): 10_000}


@pytest.mark.parametrize("who", ["bot", "preview", "prefetch", "head", "suspect", "test"])
def test_a_bot_click_earns_no_credit(who):
    rows = amounts(
        credited([click("c", "ann", day(1)) | {"class": who}], [order("o", "ann", day(2))]), "last"
    )

    assert rows == {("o", None): 10_000}


def test_cents_left_over_go_to_the_largest_fractions():
    touches = [mail("old", "ann", day(0)), mail("middle", "ann", day(7)), mail("new", "ann", day(14))]

    rows = amounts(credited(touches, [order("o", "ann", day(20), 10_001)]), "time_decay")

    assert rows == {("o", "old"): 1_429, ("o", "middle"): 2_857, ("o", "new"): 5_715}


def test_among_equal_fractions_the_earlier_touch_gets_the_cent():
    touches = [mail(name, "ann", day(number)) for number, name in enumerate("abc")]

    rows = amounts(credited(touches, [order("o", "ann", day(9), 200)]), "linear")

    assert rows == {("o", "a"): 67, ("o", "b"): 67, ("o", "c"): 66}


def test_a_negative_order_is_divided_like_its_positive_twin():
    touches = [
        mail(name, person, day(number))
        for person in ("ann", "bob")
        for number, name in enumerate([f"{person}1", f"{person}2"])
    ]
    rows = credited(touches, [order("plus", "ann", day(9), 101), order("minus", "bob", day(9), -101)])

    assert amounts(rows, "linear") == {
        ("plus", "ann1"): 51, ("plus", "ann2"): 50, ("minus", "bob1"): -51, ("minus", "bob2"): -50,
    }  # fmt: skip


def test_an_order_refunded_in_full_keeps_its_shares():
    rows = credited([mail("m1", "ann", day(0)), mail("m2", "ann", day(1))], [order("o", "ann", day(2), 0)])

    assert shares(rows, "linear") == {"m1": 0.5, "m2": 0.5}
    assert {row["amount_minor"] for row in rows} == {0}


def test_only_the_rules_asked_for_are_used():
    rows = credited([mail("m", "ann", day(0))], [order("o", "ann", day(2))], models=("last", "linear"))

    assert {row["model"] for row in rows} == {"last", "linear"}


def test_an_unknown_rule_is_named():
    with pytest.raises(InputError, match=r"There is no rule middle\. The rules are last, first"):
        credited([], [order("o", "ann", day(2))], models=("last", "middle"))
