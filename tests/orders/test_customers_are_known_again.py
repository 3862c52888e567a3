from datetime import timedelta

import pytest

from livingroom.orders.models import Order
from livingroom.people.models import Customer
from livingroom.shared.addresses import mail_hash
from tests.orders.cast import FRIDAY, make_shop, order_of, sell

pytestmark = pytest.mark.django_db
ANA = mail_hash("ana@example.com")


def test_the_shops_number_counts_before_the_mail_address():
    shop, _ = make_shop()
    sell(shop, "1", customer_number="77")
    sell(shop, "2", mail=ANA)

    sell(shop, "3", customer_number="77", mail=ANA)

    assert order_of(shop, "3").customer_id == order_of(shop, "1").customer_id


def test_a_number_belongs_to_its_shop():
    outlet, _ = make_shop()
    corner, _ = make_shop(slug="corner")

    sell(outlet, "1", customer_number="77")
    sell(corner, "1", customer_number="77")

    assert Customer.objects.count() == 2


def test_a_mail_address_is_one_person_in_all_shops():
    outlet, _ = make_shop()
    corner, _ = make_shop(slug="corner")

    sell(outlet, "1", mail=ANA)
    sell(corner, "1", mail=ANA)

    assert Customer.objects.count() == 1


def test_an_order_that_names_nobody_is_nobody_elses():
    shop, _ = make_shop()

    sell(shop, "1")
    sell(shop, "2")

    assert order_of(shop, "1").customer_id != order_of(shop, "2").customer_id


def test_the_first_order_is_the_earliest_also_when_it_comes_late():
    shop, _ = make_shop()
    sell(shop, "second", mail=ANA, placed_at=FRIDAY + timedelta(days=1))
    sell(shop, "third", mail=ANA, placed_at=FRIDAY + timedelta(days=2))

    sell(shop, "first", mail=ANA, placed_at=FRIDAY)

    firsts = Order.objects.filter(is_first_order=True).values_list("external_id", flat=True)
    assert list(firsts) == ["first"]
    assert Customer.objects.get().first_order_at == FRIDAY


def test_who_it_was_may_be_told_later():
    shop, _ = make_shop()
    sell(shop, "known", mail=ANA, placed_at=FRIDAY - timedelta(days=9))
    sell(shop, "1001")

    sell(shop, "1001", mail=ANA)

    order = order_of(shop)
    assert order.customer_id == order_of(shop, "known").customer_id
    assert not order.is_first_order


def test_a_mail_address_told_later_is_remembered():
    shop, _ = make_shop()
    sell(shop, "1001")

    sell(shop, "1001", mail=ANA)
    sell(shop, "1002", mail=ANA)

    assert order_of(shop, "1001").customer_id == order_of(shop, "1002").customer_id
