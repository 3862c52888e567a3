from collections import defaultdict

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.measure.reference import divide, journey, weights
from tests.measure.tables import DAY, Row, credited, day, graded, mail, order

MODELS = ("last", "first", "linear", "time_decay", "position")
PEOPLE = ("ann", "bob", "cem", "dot", "eva")
lenient = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])

instants = st.one_of(
    st.integers(-45, 45).map(day),  # whole days meet: equal times, window edges
    st.integers(day(-45), day(45)),
)


@st.composite
def touches(draw: st.DrawFn) -> list[Row]:
    rows = []
    for number in range(draw(st.integers(0, 40))):
        is_social = draw(st.booleans())
        placement = draw(st.sampled_from([11, 12, 21])) if is_social else None
        rows.append(
            {
                "touch_id": f"t{number:02}",
                "customer_id": draw(st.sampled_from(PEOPLE)),
                "at": draw(instants),
                "channel": draw(st.sampled_from(["x", "forum"] if is_social else ["mail", "search"])),
                "branch_id": placement // 10 if placement else None,
                "placement_id": placement,
                "kind": draw(st.sampled_from(["click", "code", "conversation"])) if is_social else "visit",
                "class": draw(st.sampled_from(["human", "human", "human", "bot"])),
                "code": "SUMMER",
            }
        )
    return rows


@st.composite
def orders(draw: st.DrawFn) -> list[Row]:
    return [
        {
            "order_id": f"o{number:02}",
            "customer_id": draw(st.sampled_from(PEOPLE)),
            "at": draw(instants),
            "revenue_minor": draw(st.one_of(st.integers(-300, 300), st.integers(-(10**12), 10**12))),
            "currency": draw(st.sampled_from(["USD", "JPY"])),
        }
        for number in range(draw(st.integers(1, 12)))
    ]


@lenient
@given(touches(), orders())
def test_credit_equals_the_rules_written_out_by_hand(some_touches, some_orders):
    rows = credited(some_touches, some_orders)

    found = {(r["order_id"], r["model"], r["touch_id"]): r["amount_minor"] for r in rows}
    expected = {}
    for sale in some_orders:
        contacts = journey(sale, some_orders, some_touches)
        for model in MODELS:
            names = [touch["touch_id"] for touch in contacts] or [None]
            parts = (
                divide(sale["revenue_minor"], weights(model, contacts))
                if contacts
                else [sale["revenue_minor"]]
            )
            expected |= {
                (sale["order_id"], model, name): part for name, part in zip(names, parts, strict=True)
            }
    assert found == expected


def test_every_small_amount_is_divided_as_by_hand_among_up_to_nine():
    cases = {f"{n}-{size}": (n, size) for n in range(1, 10) for size in range(-3, 65)}
    some_touches = [
        mail(f"{name}-{place}", name, day(place)) for name, (n, _) in cases.items() for place in range(n)
    ]
    some_orders = [order(name, name, day(12), size) for name, (_, size) in cases.items()]

    found = {
        (row["model"], row["touch_id"]): row["amount_minor"] for row in credited(some_touches, some_orders)
    }

    contacts = {name: [t for t in some_touches if t["customer_id"] == name] for name in cases}
    expected = {
        (model, touch["touch_id"]): part
        for name, (_, size) in cases.items()
        for model in MODELS
        for touch, part in zip(contacts[name], divide(size, weights(model, contacts[name])), strict=True)
    }
    assert found == expected


@lenient
@given(touches(), orders())
def test_shares_sum_to_one_and_amounts_to_the_order(some_touches, some_orders):
    rows = credited(some_touches, some_orders)

    shares, amounts = defaultdict(float), defaultdict(int)
    for row in rows:
        shares[row["order_id"], row["model"]] += row["share"]
        amounts[row["order_id"], row["model"]] += row["amount_minor"]
    keys = {(order["order_id"], model) for order in some_orders for model in MODELS}
    assert set(shares) == keys
    assert all(abs(share - 1) < 1e-9 for share in shares.values())
    revenue = {order["order_id"]: order["revenue_minor"] for order in some_orders}
    assert all(amount == revenue[order_id] for (order_id, _), amount in amounts.items())


@lenient
@given(touches(), orders(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(some_touches, some_orders, random):
    shuffled_touches, shuffled_orders = some_touches[:], some_orders[:]
    random.shuffle(shuffled_touches)
    random.shuffle(shuffled_orders)

    assert _sorted(credited(some_touches, some_orders)) == _sorted(
        credited(shuffled_touches, shuffled_orders)
    )
    assert graded(some_touches, some_orders) == graded(shuffled_touches, shuffled_orders)


@lenient
@given(touches(), orders())
def test_ten_times_the_money_is_ten_times_the_credit_to_a_cent_each(some_touches, some_orders):
    tenfold = [order | {"revenue_minor": 10 * order["revenue_minor"]} for order in some_orders]

    once = {_key(row): row for row in credited(some_touches, some_orders)}
    ten = {_key(row): row for row in credited(some_touches, tenfold)}

    assert once.keys() == ten.keys()
    assert all(ten[key]["share"] == once[key]["share"] for key in once)
    assert all(abs(ten[key]["amount_minor"] - 10 * once[key]["amount_minor"]) <= 10 for key in once)


@lenient
@given(touches(), orders())
def test_nothing_after_the_order_or_before_the_window_earns_anything(some_touches, some_orders):
    when = {touch["touch_id"]: touch for touch in some_touches}
    placed = {order["order_id"]: order for order in some_orders}

    for row in credited(some_touches, some_orders):
        if row["touch_id"] is not None:
            gap = placed[row["order_id"]]["at"] - when[row["touch_id"]]["at"]
            assert 0 <= gap <= 30 * DAY
            assert when[row["touch_id"]]["class"] == "human"


@lenient
@given(touches(), orders())
def test_bots_change_nothing(some_touches, some_orders):
    people = [touch for touch in some_touches if touch["class"] == "human"]

    assert _sorted(credited(some_touches, some_orders)) == _sorted(credited(people, some_orders))
    assert graded(some_touches, some_orders) == graded(people, some_orders)


def _key(row: Row) -> tuple[str, str, str]:
    return row["order_id"], row["model"], row["touch_id"] or ""


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=_key)
