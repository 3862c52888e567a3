from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livingroom.measure import credit, engine
from livingroom.measure.channels.bootstrap import Bootstrap
from livingroom.measure.problems import InputError
from tests.measure.tables import amounts, click, code, credited, day, mail, order, order_table, touch_table
from tests.measure.test_credit_adds_up import orders, touches

LEARNED = ("markov", "markov_2", "markov_3", "shapley", "shapley_rate")
NO_DRAWS = Bootstrap(0)
lenient = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def met(touch_id, customer, at, channel):
    return mail(touch_id, customer, at) | {"channel": channel, "kind": "visit"}


def totalled(some_touches, some_orders, **options):
    options = {"models": LEARNED, "bootstrap": NO_DRAWS} | options
    with engine.connect(threads=1) as connection:
        return credit.totals(
            connection, touches=touch_table(some_touches), orders=order_table(some_orders), **options
        )


def values(found, model):
    return {value.channel: value.value for value in found.channels if value.model == model}


def toy():
    """C1 > C2 > C3 > order; C1 > nothing; C2 > C3 > nothing."""
    ways = {"ann": ["C1", "C2", "C3"], "bob": ["C1"], "cem": ["C2", "C3"]}
    some_touches = [
        met(f"{who}{place}", who, day(place), channel)
        for who, way in ways.items()
        for place, channel in enumerate(way)
    ]
    return some_touches, [order("o", "ann", day(5), 1_000)]


def test_the_toy_chain_from_touches_and_orders():
    found = totalled(*toy())

    assert values(found, "markov") == pytest.approx({"C1": 0.5, "C2": 1, "C3": 1})
    assert found.summary.amounts_minor("markov", "USD") == {"C1": 200, "C2": 400, "C3": 400}
    assert found.n_null_journeys == 2
    whole = {
        value.channel: (value.share, value.conversions, value.amount_minor) for value in found.channels[:3]
    }
    assert whole["C1"] == pytest.approx((0.2, 0.2, 200))


def test_a_null_journey_lowers_the_rate_of_whom_it_met():
    # Inside {C1}: 0 of 1; {C2, C3}: 0 of 1; all: 1 of 3. Every other set holds nothing but those.
    before = values(totalled(*toy()), "shapley_rate")
    some_touches, some_orders = toy()
    after = values(totalled([*some_touches, met("d", "dot", day(0), "C1")], some_orders), "shapley_rate")

    # Nobody bought inside a smaller set, so each of the three is worth a third of the whole rate.
    assert before == pytest.approx({"C1": 1 / 9, "C2": 1 / 9, "C3": 1 / 9})
    assert after == pytest.approx({"C1": 1 / 12, "C2": 1 / 12, "C3": 1 / 12})


def test_a_value_below_zero_is_said_and_taken_as_zero():
    # Alone, a sells to everybody; with b beside it, to one of three.
    ways = {"ann": ["a"], "bob": ["a", "b"], "cem": ["a", "b"], "dot": ["a", "b"], "eva": ["b"]}
    some_touches = [
        met(f"{who}{channel}", who, day(0), channel) for who, way in ways.items() for channel in way
    ]
    some_orders = [order("o1", "ann", day(1), 900), order("o2", "bob", day(1), 100)]

    found = totalled(some_touches, some_orders, models=("shapley_rate",))

    # v(a) = 1, v(b) = 0, v(ab) = 2/5: a is worth (1 + 2/5) / 2, b (0 + 2/5 - 1) / 2.
    assert values(found, "shapley_rate") == pytest.approx({"a": 0.7, "b": -0.3})
    assert found.summary.amounts_minor("shapley_rate", "USD") == {"a": 1_000, "b": 0}
    assert found.notes == (
        "shapley_rate: value below zero, taken as zero where orders are divided: b (-0.3)",
    )


def test_a_channel_met_twice_is_divided_within():
    some_touches = [
        met("a1", "ann", day(0), "a"),
        met("b1", "ann", day(1), "b"),
        met("a2", "ann", day(2), "a"),
    ]

    rows = credited(some_touches, [order("o", "ann", day(3), 1_001)], models=("shapley",), bootstrap=NO_DRAWS)

    # 500.5 to either channel, the cent to the first in the alphabet; 501 within a: the earlier has the odd one.
    assert amounts(rows, "shapley") == {("o", "a1"): 251, ("o", "a2"): 250, ("o", "b1"): 500}
    assert {row["touch_id"]: row["share"] for row in rows} == {"a1": 0.25, "a2": 0.25, "b1": 0.5}


def test_an_order_and_the_window_end_journeys():
    some_touches = [
        met("old", "ann", day(-40), "a"), met("in", "ann", day(0), "b"), met("after", "ann", day(2), "c"),
    ]  # fmt: skip

    found = totalled(some_touches, [order("o", "ann", day(1))], models=("markov",))

    # a lies before the window, c after the order: each is a journey to nothing of its own.
    assert found.n_null_journeys == 2
    assert values(found, "markov") == pytest.approx({"a": 0, "b": 1, "c": 0})


def test_a_code_in_a_null_journey_is_the_trace_of_a_contact():
    some_touches = [
        click("c", "ann", day(0)),
        code("r", "ann", day(1)),
        click("d", "bob", day(0)),
        mail("m", "bob", day(1)),
    ]

    found = totalled(some_touches, [order("o", "bob", day(2))], models=("markov", "markov_2"))

    # Ann met x once: of two journeys that open with x, one goes on to mail.
    assert values(found, "markov") == pytest.approx({"mail": 1, "x": 1})
    assert values(found, "markov_2") == pytest.approx({"mail": 1, "x": 1})


def test_bots_and_answers_are_no_steps():
    some_touches, some_orders = toy()
    noise = [
        met("n1", "ann", day(1.5), "C9") | {"class": "bot"}, met("n2", "bob", day(1.5), "C8") | {"kind": "answer"},
        met("n3", "bot", day(1.5), "C1") | {"class": "bot"},
    ]  # fmt: skip

    assert (
        totalled([*some_touches, *noise], some_orders).channels
        == totalled(some_touches, some_orders).channels
    )


def test_currencies_are_never_mixed():
    some_touches, some_orders = toy()
    more = [met("d1", "dot", day(0), "C1"), order("p", "dot", day(1), 77, currency="JPY")]

    found = totalled([*some_touches, more[0]], [*some_orders, more[1]])

    for model in LEARNED:
        assert sum(found.summary.amounts_minor(model, "USD").values()) == 1_000
        assert found.summary.amounts_minor(model, "JPY") == {"C1": 77}


def test_rare_channels_are_merged_on_request():
    some_touches = [
        met(f"t{number}", f"p{number % 7}", day(number), f"c{number % 25:02}") for number in range(100)
    ]
    some_orders = [order(f"o{number}", f"p{number}", day(90 + number)) for number in range(5)]

    with pytest.raises(InputError, match=r"takes 20 at most; there are 25.*--merge-rare 20"):
        totalled(some_touches, some_orders, models=("shapley_rate",))

    found = totalled(some_touches, some_orders, models=("shapley_rate", "markov", "last"), merge_rare=4)

    assert set(values(found, "markov")) == {"c00", "c01", "c02", "other channels"}
    for model in ("shapley_rate", "markov", "last"):
        assert sum(found.summary.amounts_minor(model, "USD").values()) == 50_000


@lenient
@given(touches(), orders())
def test_totals_are_the_sums_of_rows_which_sum_to_the_orders(some_touches, some_orders):
    models = (*credit.MODELS, *LEARNED)
    rows = credited(some_touches, some_orders, models=models, bootstrap=NO_DRAWS)
    found = totalled(some_touches, some_orders, models=models)

    sums, shares, by_order = defaultdict(int), defaultdict(float), defaultdict(int)
    for row in rows:
        sums[row["model"], row["channel"], row["currency"]] += row["amount_minor"]
        shares[row["order_id"], row["model"]] += row["share"]
        by_order[row["order_id"], row["model"]] += row["amount_minor"]
    assert {(row.model, row.channel, row.currency): row.amount_minor for row in found.summary.rows} == sums
    assert all(abs(share - 1) < 1e-9 for share in shares.values())
    revenue = {sale["order_id"]: sale["revenue_minor"] for sale in some_orders}
    assert by_order == {(order_id, model): amount for order_id, amount in revenue.items() for model in models}


@lenient
@given(touches(), orders(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(some_touches, some_orders, random):
    shuffled_touches, shuffled_orders = (
        random.sample(some_touches, len(some_touches)),
        random.sample(some_orders, len(some_orders)),
    )

    once, again = totalled(some_touches, some_orders), totalled(shuffled_touches, shuffled_orders)

    assert once.summary == again.summary
    assert once.channels == again.channels


@lenient
@given(touches(), orders())
def test_ten_times_the_money_is_ten_times_the_credit(some_touches, some_orders):
    tenfold = [sale | {"revenue_minor": 10 * sale["revenue_minor"]} for sale in some_orders]

    once, ten = totalled(some_touches, some_orders), totalled(some_touches, tenfold)

    assert [value.value for value in once.channels] == [value.value for value in ten.channels]
    # Each order may leave a minor unit's rounding with each channel.
    for small, large in zip(once.summary.rows, ten.summary.rows, strict=True):
        assert abs(large.amount_minor - 10 * small.amount_minor) <= 10 * len(some_orders)
