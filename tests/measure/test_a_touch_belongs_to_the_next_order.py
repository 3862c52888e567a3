from tests.measure.tables import DAY, amounts, click, code, credited, day, graded, mail, order


def test_a_touch_belongs_to_the_first_order_at_or_after_it():
    touches = [mail("early", "ann", day(0)), mail("between", "ann", day(4))]
    orders = [order("first", "ann", day(3)), order("second", "ann", day(5))]

    rows = amounts(credited(touches, orders), "linear")

    assert rows == {("first", "early"): 10_000, ("second", "between"): 10_000}


def test_a_touch_at_the_very_time_of_the_order_counts():
    rows = amounts(credited([mail("m", "ann", day(3))], [order("o", "ann", day(3))]), "last")

    assert rows == {("o", "m"): 10_000}


def test_nothing_after_the_order_counts():
    rows = amounts(credited([mail("m", "ann", day(3) + 1)], [order("o", "ann", day(3))]), "last")

    assert rows == {("o", None): 10_000}


def test_the_window_includes_its_end_and_nothing_beyond():
    on_the_edge = mail("edge", "ann", day(31) - 30 * DAY)
    beyond = mail("beyond", "bob", day(31) - 30 * DAY - 1)
    orders = [order("o1", "ann", day(31)), order("o2", "bob", day(31))]

    rows = amounts(credited([on_the_edge, beyond], orders), "last")

    assert rows == {("o1", "edge"): 10_000, ("o2", None): 10_000}


def test_the_window_is_as_long_as_one_says():
    touches, orders = [mail("m", "ann", day(0))], [order("o", "ann", day(8))]

    within = amounts(credited(touches, orders, window_days=8), "last")
    without = amounts(credited(touches, orders, window_days=7.5), "last")

    assert within == {("o", "m"): 10_000}
    assert without == {("o", None): 10_000}


def test_a_touch_too_old_for_its_order_does_not_jump_to_a_later_one():
    touches = [mail("m", "ann", day(0))]
    orders = [order("next", "ann", day(40)), order("later", "ann", day(41))]

    rows = amounts(credited(touches, orders), "last")

    assert rows == {("next", None): 10_000, ("later", None): 10_000}


def test_people_do_not_share_touches():
    rows = amounts(credited([mail("m", "ann", day(0))], [order("o", "bob", day(1))]), "last")

    assert rows == {("o", None): 10_000}


def test_of_two_orders_at_once_the_first_by_id_has_the_touch():
    orders = [order("o2", "ann", day(1)), order("o1", "ann", day(1))]

    rows = amounts(credited([mail("m", "ann", day(0))], orders), "last")

    assert rows == {("o1", "m"): 10_000, ("o2", None): 10_000}


def test_of_two_orders_at_once_each_keeps_its_own_code():
    touches = [
        code("r1", "ann", day(1), placement=11, code="ELEVEN"),
        code("r2", "ann", day(1), placement=12, code="TWELVE"),
    ]
    orders = [order("o1", "ann", day(1), code="TWELVE"), order("o2", "ann", day(1), code="ELEVEN")]

    credit = amounts(credited(touches, orders), "last")
    evidence = graded(touches, orders)

    assert credit == {("o1", "r2"): 10_000, ("o2", "r1"): 10_000}
    assert {key: row["placement_id"] for key, row in evidence.items()} == {"o1": 12, "o2": 11}


def test_a_click_that_an_order_names_belongs_to_the_customer_of_that_order():
    touches = [click("c", "visitor", day(0))]
    orders = [order("o", "ann", day(1), click_id="c")]

    credit = amounts(credited(touches, orders), "last")

    assert credit == {("o", "c"): 10_000}
    assert graded(touches, orders)["o"]["grade"] == "C"


def test_a_click_made_after_the_order_that_names_it_stays_whose_it_was():
    touches = [click("c", "visitor", day(2))]
    orders = [order("o1", "ann", day(1), click_id="c"), order("o2", "visitor", day(3))]

    rows = amounts(credited(touches, orders), "last")

    assert rows == {("o1", None): 10_000, ("o2", "c"): 10_000}


def test_a_click_that_two_customers_name_belongs_to_the_first_to_order():
    touches = [click("c", "visitor", day(0))]
    orders = [order("o2", "bob", day(3), click_id="c"), order("o1", "cem", day(1), click_id="c")]

    rows = amounts(credited(touches, orders), "last")

    assert rows == {("o1", "c"): 10_000, ("o2", None): 10_000}


def test_an_order_without_a_customer_takes_the_customer_of_the_click_it_names():
    touches = [mail("m", "ann", day(0)), click("c", "ann", day(1))]
    orders = [order("o", None, day(2), click_id="c")]

    rows = amounts(credited(touches, orders), "linear")

    assert rows == {("o", "m"): 5_000, ("o", "c"): 5_000}


def test_an_order_without_customer_or_click_is_unattributed():
    rows = amounts(credited([mail("m", "ann", day(0))], [order("o", None, day(2))]), "linear")

    assert rows == {("o", None): 10_000}
