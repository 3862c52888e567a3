import pytest

from livingroom.orders.facts import Unusable
from livingroom.orders.models import Intake, LedgerEntry
from livingroom.orders.tasks import tick
from tests.orders.cast import NOW, deliver, give_back, make_shop, order_event, order_of, refund_event, sell

pytestmark = pytest.mark.django_db


def test_a_partial_refund_takes_its_part():
    shop, _ = make_shop()
    sell(shop, amount_minor=10_000)

    give_back(shop, amount_minor=2_500)

    order = order_of(shop)
    assert (order.gross_minor, order.refunded_minor, order.net_minor) == (10_000, 2_500, 7_500)


def test_a_refund_told_twice_is_given_once():
    shop, _ = make_shop()
    sell(shop)

    outcomes = [give_back(shop, amount_minor=2_500).state for _ in range(3)]

    assert outcomes == ["new", "same", "same"]
    assert order_of(shop).net_minor == 7_500


def test_several_refunds_add_up():
    shop, _ = make_shop()
    sell(shop)

    give_back(shop, amount_minor=2_500, external_id="R1")
    give_back(shop, amount_minor=2_500, external_id="R2")

    assert order_of(shop).net_minor == 5_000


def test_a_full_refund_leaves_nothing_in_any_currency():
    shop, _ = make_shop()
    sell(shop, currency="JPY", amount_minor=33_333, discount_minor=1_111, goods_minor=20_001)
    for part in range(3):
        give_back(shop, amount_minor=11_111, external_id=f"R{part}")

    order = order_of(shop)

    assert (order.net_minor, order.net_reporting_minor) == (0, 0)
    assert (order.discount_reporting_minor, order.goods_reporting_minor) == (0, 0)
    assert sum(entry.reporting_minor for entry in order.entries.all()) == 0


def test_a_refund_is_turned_at_the_rate_of_the_orders_date():
    shop, _ = make_shop()
    sell(shop, currency="EUR")

    give_back(shop, amount_minor=1_000)

    sale, refund = LedgerEntry.objects.order_by("id")
    assert (refund.rate, refund.rate_on) == (sale.rate, sale.rate_on)


def test_a_cancellation_takes_what_is_left():
    shop, _ = make_shop()
    sell(shop)
    give_back(shop, amount_minor=3_000)

    give_back(shop, kind="cancel", external_id="")
    again = give_back(shop, kind="cancel", external_id="")

    assert again.state == "same"
    assert order_of(shop).net_minor == 0
    assert LedgerEntry.objects.get(kind="cancel").amount_minor == -7_000


def test_a_chargeback_takes_the_money_and_leaves_the_cost_of_the_goods():
    shop, _ = make_shop()
    sell(shop, goods_minor=6_000)

    give_back(shop, kind="chargeback", external_id="dp_1", amount_minor=10_000)

    order = order_of(shop)
    assert (order.net_minor, order.goods_reporting_minor) == (0, 6_000)


def test_a_chargeback_that_is_won_comes_back():
    shop, _ = make_shop()
    sell(shop, discount_minor=900)
    give_back(shop, kind="chargeback", external_id="dp_1", amount_minor=10_000)

    give_back(shop, kind="chargeback", external_id="dp_1", amount_minor=10_000, is_undone=True)

    order = order_of(shop)
    assert (order.net_minor, order.discount_reporting_minor) == (10_000, 900)


def test_more_than_the_order_is_worth_cannot_go_back():
    shop, _ = make_shop()
    sell(shop)

    with pytest.raises(
        Unusable, match=r"\$100\.01 is more than the \$100\.00 that order 1001 is still worth"
    ):
        give_back(shop, amount_minor=10_001)


def test_a_refund_in_another_currency_needs_a_person():
    shop, _ = make_shop()
    sell(shop)

    with pytest.raises(Unusable, match="is in EUR, but order 1001 is in USD"):
        give_back(shop, amount_minor=100, currency="EUR")


def test_a_refund_before_its_order_waits_and_goes_in_with_it():
    shop, secret = make_shop()

    deliver(shop, secret, refund_event(amount="25.00", currency="USD"), delivery="msg_refund")
    waiting = Intake.objects.get()
    deliver(shop, secret, order_event(), delivery="msg_order")

    assert waiting.state == "waiting"
    assert "Order 1001 is not here yet" in waiting.problem
    waiting.refresh_from_db()
    assert waiting.state == "applied"
    assert order_of(shop).net_minor == 7_500


def test_a_refund_that_began_to_wait_while_its_order_went_in_is_found_by_the_ticker():
    shop, secret = make_shop()
    deliver(shop, secret, refund_event(amount="25.00", currency="USD"), delivery="msg_refund")
    Intake.objects.update(waits_for="another")
    deliver(shop, secret, order_event(), delivery="msg_order")
    Intake.objects.filter(state="waiting").update(waits_for="1001")

    tick(NOW)

    assert order_of(shop).net_minor == 7_500


def test_the_sum_of_refunds_so_far_needs_no_single_ones():
    shop, _ = make_shop()
    sell(shop)

    told = [(2_000, "new"), (5_000, "new"), (2_000, "same"), (5_000, "same")]
    outcomes = [give_back(shop, external_id="", total_minor=total).state for total, _ in told]

    assert outcomes == [state for _, state in told], "an older sum that comes late changes nothing"
    assert order_of(shop).net_minor == 5_000
