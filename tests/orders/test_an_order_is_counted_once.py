import pytest

from livingroom.orders.facts import Unusable
from livingroom.orders.models import LedgerEntry, LedgerIsAppendOnly, Order
from tests.orders.cast import FRIDAY, NOW, deliver, give_back, make_shop, order_event, order_of, sell

pytestmark = pytest.mark.django_db


def test_an_order_told_twice_is_the_same():
    shop, _ = make_shop()

    first, second = sell(shop), sell(shop)

    assert (first.state, second.state) == ("new", "same")
    assert LedgerEntry.objects.count() == 1


def test_the_same_order_under_another_delivery_id_is_the_same():
    shop, secret = make_shop()

    deliver(shop, secret, order_event(), delivery="msg_1")
    deliver(shop, secret, order_event(), delivery="msg_2")

    assert order_of(shop).gross_minor == 10_000
    assert LedgerEntry.objects.count() == 1


def test_two_shops_may_use_the_same_number():
    outlet, _ = make_shop()
    corner, _ = make_shop(slug="corner")

    sell(outlet)
    sell(corner)

    assert Order.objects.count() == 2


def test_a_changed_order_adds_the_difference_and_changes_nothing_that_was_written():
    shop, _ = make_shop()
    sell(shop, amount_minor=10_000, discount_minor=500)

    outcome = sell(shop, amount_minor=12_500, discount_minor=700)

    entries = list(
        LedgerEntry.objects.order_by("id").values_list(
            "kind", "external_id", "amount_minor", "discount_minor"
        )
    )
    assert outcome.state == "changed"
    assert entries == [("sale", "1001", 10_000, 500), ("edit", "1001#1", 2500, 200)]
    assert order_of(shop).net_minor == 12_500


def test_an_order_that_changes_back_is_two_edits():
    shop, _ = make_shop()
    sell(shop, amount_minor=10_000)

    sell(shop, amount_minor=12_000)
    sell(shop, amount_minor=10_000)

    assert [entry.amount_minor for entry in LedgerEntry.objects.order_by("id")] == [10_000, 2000, -2000]


def test_what_a_shop_said_earlier_does_not_undo_what_it_said_later():
    shop, _ = make_shop()
    sell(shop, amount_minor=10_000, said_at=NOW, country="")

    outcome = sell(shop, amount_minor=8_000, said_at=FRIDAY, country="BR")

    order = order_of(shop)
    assert outcome.state == "changed"
    assert (order.net_minor, order.country) == (10_000, "BR"), "it may fill in what we did not know"


def test_a_later_telling_fills_in_the_click_and_the_code():
    shop, _ = make_shop()
    sell(shop)

    sell(shop, click_id="06abcdefghij", codes=("SPRING",))

    order = order_of(shop)
    assert (order.click_id, order.codes) == ("06abcdefghij", ["SPRING"])
    assert LedgerEntry.objects.count() == 1


def test_an_order_keeps_its_currency():
    shop, _ = make_shop()
    sell(shop)

    with pytest.raises(Unusable, match="USD and is now told in EUR") as caught:
        sell(shop, currency="EUR")

    assert caught.value.field == "currency"


def test_an_order_cannot_become_worth_less_than_went_back():
    shop, _ = make_shop()
    sell(shop, amount_minor=10_000)
    give_back(shop, amount_minor=9_000)

    with pytest.raises(Unusable, match=r"worth \$50\.00, but \$90\.00 went back"):
        sell(shop, amount_minor=5_000, country="BR")

    assert order_of(shop).country == "", "nothing of a telling that fails is kept"


def test_the_ledger_refuses_to_be_changed():
    shop, _ = make_shop()
    sell(shop)
    entry = LedgerEntry.objects.get()

    with pytest.raises(LedgerIsAppendOnly):
        entry.save()
    with pytest.raises(LedgerIsAppendOnly):
        entry.delete()
    with pytest.raises(LedgerIsAppendOnly):
        LedgerEntry.objects.all().update(amount_minor=0)
    with pytest.raises(LedgerIsAppendOnly):
        LedgerEntry.objects.all().delete()


def test_a_code_alone_invents_no_click():
    shop, _ = make_shop()

    sell(shop, codes=("LOUNGE7",))

    assert order_of(shop).click_id == ""


def test_a_returning_customers_new_click_and_code_are_kept_with_the_new_order():
    shop, _ = make_shop()
    sell(shop, "1001", mail="mail:" + "a" * 40, click_id="06abcdefghij", codes=("FIRST",))

    sell(shop, "1002", mail="mail:" + "a" * 40, click_id="06zzzzzzzzzz", codes=("SECOND",))

    first, second = order_of(shop, "1001"), order_of(shop, "1002")
    assert first.customer_id == second.customer_id
    assert (second.click_id, second.codes) == ("06zzzzzzzzzz", ["SECOND"])
    assert (first.click_id, first.codes) == ("06abcdefghij", ["FIRST"])
