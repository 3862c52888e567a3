from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from livingroom.orders import rates
from livingroom.orders.actors import HOUSE
from livingroom.orders.costs import record_cost
from livingroom.orders.facts import Unusable
from livingroom.orders.models import Cost
from tests.orders.cast import NOW, make_staff

pytestmark = pytest.mark.django_db
DAY = date(2009, 11, 20)


def cost(**changes):
    return record_cost(**{"actor": HOUSE, "kind": "tools", "on": DAY, "now": NOW, **changes})


def test_staff_time_counts_at_the_price_of_an_hour():
    recorded = cost(kind="staff", minutes=90)

    assert (recorded.amount_minor, recorded.currency) == (5250, "USD")


def test_a_cost_in_another_currency_is_turned_at_its_day():
    recorded = cost(amount_minor=10_000, currency="EUR")

    assert (recorded.reporting_minor, recorded.reporting_currency) == (14_815, "USD")


def test_a_cost_told_twice_under_one_key_is_one():
    first = cost(kind="network_fee", amount_minor=20, currency="USD", source_key="placement:7")
    second = cost(kind="network_fee", amount_minor=20, currency="USD", source_key="placement:7")

    assert (first.pk, Cost.objects.count()) == (second.pk, 1)


def test_a_cost_without_amount_is_refused():
    with pytest.raises(Unusable, match="amount is missing"):
        cost()


def test_a_kind_nobody_knows_is_refused():
    with pytest.raises(Unusable, match="must be one of: staff, tools, network_fee, ads, other"):
        cost(kind="pizza", amount_minor=1, currency="USD")


def test_a_cost_need_not_wait_for_the_rate_of_its_day():
    last = rates.newest_day()

    late = cost(amount_minor=100_000, currency="EUR", on=last + timedelta(days=30))

    assert late.reporting_minor == cost(amount_minor=100_000, currency="EUR", on=last).reporting_minor
    with pytest.raises(rates.NoRate):
        rates.rate_between("EUR", "USD", last + timedelta(days=30))


def test_a_day_without_a_rate_is_refused():
    with pytest.raises(Unusable, match="no exchange rate"):
        cost(amount_minor=1, currency="EUR", on=date(2100, 1, 1))


def test_an_analyst_may_not_record_costs():
    with pytest.raises(PermissionDenied, match="These roles may: admin, manager"):
        cost(actor=make_staff("analyst"), amount_minor=1, currency="USD")
