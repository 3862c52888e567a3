import pytest

from livingroom.measure import evidence
from livingroom.measure.engine import connect
from tests.measure.tables import click, code, day, graded, mail, order, order_table, touch_table

SINGLE = {"code": "ONCE", "code_kind": "single"}


def grade_of(touches, orders=None, **options):
    return graded(touches, orders or [order("o", "ann", day(20))], **options)["o"]


def test_a_single_use_code_issued_to_the_visitor_and_redeemed_is_an_a():
    found = grade_of([click("c", "ann", day(18), **SINGLE), code("r", "ann", day(20), **SINGLE)])

    assert (found["grade"], found["touch_id"], found["placement_id"], found["branch_id"]) == ("A", "c", 11, 1)
    assert found["reason"] == (
        "Single-use code ONCE was issued to this visitor by a click on placement 11 and redeemed; "
        "the click came 2 days before the order."
    )


def test_a_single_use_code_needs_no_window():
    found = grade_of([click("c", "ann", day(-60), **SINGLE), code("r", "ann", day(20), **SINGLE)])

    assert (found["grade"], found["touch_id"]) == ("A", "c")


def test_a_single_use_code_shows_who_the_visitor_was():
    found = grade_of([click("c", "visitor", day(18), **SINGLE), code("r", "ann", day(20), **SINGLE)])

    assert (found["grade"], found["touch_id"]) == ("A", "c")


def test_a_single_use_code_on_the_order_alone_is_enough():
    found = grade_of([click("c", "visitor", day(18), **SINGLE)], [order("o", "ann", day(20), code="once")])

    assert (found["grade"], found["touch_id"]) == ("A", "c")


def test_a_single_use_code_given_to_a_bot_is_not_issued_to_anyone():
    bot = click("c", "ann", day(18), **SINGLE) | {"class": "bot"}

    assert grade_of([bot, code("r", "ann", day(20), **SINGLE)])["grade"] == "D"


def test_code_and_click_on_the_same_placement_is_an_a():
    found = grade_of([click("c1", "ann", day(2)), click("c2", "ann", day(3)), code("r", "ann", day(20))])

    assert (found["grade"], found["kind"], found["touch_id"]) == ("A", "click", "c2")


def test_with_a_code_a_click_before_an_earlier_order_still_counts():
    touches = [click("c", "ann", day(1)), code("r", "ann", day(20))]
    orders = [order("earlier", "ann", day(2)), order("o", "ann", day(20))]

    found = graded(touches, orders)

    assert found["earlier"]["grade"] == "C"
    assert (found["o"]["grade"], found["o"]["touch_id"]) == ("A", "c")


def test_without_a_code_a_click_proves_one_order_only():
    orders = [order("earlier", "ann", day(2)), order("o", "ann", day(20))]

    found = graded([click("c", "ann", day(1))], orders)

    assert {key: row["grade"] for key, row in found.items()} == {"earlier": "C", "o": "none"}


def test_code_and_click_on_another_post_of_the_branch_is_a_b_and_the_click_decides():
    found = grade_of([click("c", "ann", day(2), placement=15), code("r", "ann", day(20))])

    assert (found["grade"], found["touch_id"], found["placement_id"]) == ("B", "c", 15)


def test_code_and_conversation_is_a_b_and_the_code_decides():
    talk = click("v", "ann", day(2), kind="conversation") | {"placement_id": None}

    found = grade_of([talk, code("r", "ann", day(20))])

    assert (found["grade"], found["kind"], found["touch_id"], found["placement_id"]) == ("B", "code", "r", 11)


@pytest.mark.parametrize("placement", [11, 15])
@pytest.mark.parametrize("kind", ["click", "conversation"])
def test_code_and_another_touch_outside_the_window_is_a_d(kind, placement):
    touches = [click("c", "ann", day(-11), kind=kind, placement=placement), code("r", "ann", day(20))]
    # The earlier order is close to the touch, so that only the window can tell.
    orders = [order("earlier", "ann", day(-5)), order("o", "ann", day(20))]

    assert graded(touches, orders)["o"]["grade"] == "D"
    assert graded(touches, orders, window_days=31)["o"]["grade"] in ("A", "B")


def test_code_of_one_branch_and_click_on_another_is_a_c_for_the_click():
    found = grade_of([click("c", "ann", day(2), branch=2, placement=21), code("r", "ann", day(20))])

    assert (found["grade"], found["branch_id"], found["placement_id"]) == ("C", 2, 21)
    assert "code SUMMER does not outweigh a click" in found["reason"]


def test_a_click_alone_is_a_c_and_the_latest_decides():
    found = grade_of([click("c1", "ann", day(2)), click("c2", "ann", day(3), placement=12)])

    assert (found["grade"], found["touch_id"], found["placement_id"]) == ("C", "c2", 12)


def test_the_click_that_the_order_names_goes_before_a_later_one():
    touches = [click("c1", "ann", day(2)), click("c2", "ann", day(3))]

    assert grade_of(touches, [order("o", "ann", day(20), click_id="c1")])["touch_id"] == "c1"


def test_a_code_with_no_touch_is_a_d():
    found = grade_of([mail("m", "ann", day(19)), code("r", "ann", day(20))])

    assert (found["grade"], found["kind"], found["touch_id"], found["placement_id"]) == ("D", "code", "r", 11)
    assert "may have leaked" in found["reason"]


@pytest.mark.parametrize("said", ["Twitter", "x", "FACEBOOK"])
def test_the_buyers_own_answer_is_an_e(said):
    found = grade_of([], [order("o", "ann", day(20), said_channel=said)])

    assert (found["grade"], found["kind"], found["touch_id"]) == ("E", "answer", None)


def test_an_answer_that_names_no_social_channel_is_nothing():
    assert grade_of([], [order("o", "ann", day(20), said_channel="newspaper")])["grade"] == "none"


def test_an_answer_may_name_a_channel_of_the_brands_own():
    orders = [order("o", "ann", day(20), said_channel="Orkut")]

    assert grade_of([], orders)["grade"] == "none"
    assert grade_of([], orders, social_channels=("orkut",))["grade"] == "E"
    assert grade_of([click("c", "bob", day(1), channel="orkut")], orders)["grade"] == "E"


def test_an_answer_as_a_touch_is_an_e():
    answer = click("a", "ann", day(20), kind="answer")

    found = grade_of([answer])

    assert (found["grade"], found["touch_id"], found["branch_id"]) == ("E", "a", 1)


def test_a_bot_click_proves_nothing():
    for who in ("bot", "preview", "prefetch", "head", "suspect", "test"):
        assert grade_of([click("c", "ann", day(19)) | {"class": who}])["grade"] == "none"


def test_a_click_with_no_branch_is_not_social():
    assert grade_of([mail("m", "ann", day(19)) | {"kind": "click"}])["grade"] == "none"


def test_a_code_of_no_branch_is_not_social():
    newsletter = code("r", "ann", day(20)) | {"branch_id": None, "placement_id": None}

    assert grade_of([newsletter])["grade"] == "none"


def test_a_conversation_alone_is_nothing():
    assert grade_of([click("v", "ann", day(19), kind="conversation")])["grade"] == "none"


def test_the_rules_and_the_window_are_kept_with_every_grade():
    assert grade_of([], window_days=14)["rule_version"] == "evidence/1/14d"


def test_floor_and_ceiling_never_mix_currencies():
    touches = [
        click("c", "ann", day(1)),
        code("r", "ann", day(2)),
        click("d", "bob", day(1)),
        click("e", "cem", day(1)),
    ]
    orders = [
        order("a", "ann", day(2), 1_000),
        order("b", "bob", day(2), 200),
        order("c", "cem", day(2), 30, currency="JPY"),
        order("d", "dot", day(2), 4),
    ]

    with connect(threads=1) as connection:
        found = evidence.grade(connection, touches=touch_table(touches), orders=order_table(orders)).summary

    assert (found.floor_minor("USD"), found.ceiling_minor("USD")) == (1_000, 1_200)
    assert (found.floor_minor("JPY"), found.ceiling_minor("JPY")) == (0, 30)
    assert found.n_orders("USD", ("none",)) == 1
