"""Several processes take orders at once. SQLite lets one write at a time; PostgreSQL lets them race."""

import threading
import time

import pytest
from django.db import close_old_connections, connection
from django.test import Client

from livingroom.orders.models import Intake, LedgerEntry, Order
from livingroom.people.models import Customer
from tests.orders.cast import deliver, give_back, make_shop, order_event, order_of, sell

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


def all_at_once(deed):
    """Run `deed` in several threads with connections of their own, started together; return what rose."""
    gate, risen = threading.Barrier(AT_ONCE), []

    def run(number):
        close_old_connections()
        try:
            gate.wait()
            deed(number)
        except Exception as problem:
            risen.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return risen


@pytest.fixture(autouse=True)
def needs_real_concurrency():
    if connection.vendor == "sqlite":
        pytest.skip(
            "The tests' SQLite lives in memory, where threads share one connection's locks; PostgreSQL is raced."
        )


def test_one_order_told_by_many_at_once_is_one():
    shop, _ = make_shop()

    risen = all_at_once(lambda number: sell(shop, mail="mail:" + "a" * 40))

    assert risen == []
    assert (Order.objects.count(), LedgerEntry.objects.count(), Customer.objects.count()) == (1, 1, 1)


def test_many_first_orders_of_one_person_at_once_have_one_first():
    shop, _ = make_shop()

    risen = all_at_once(lambda number: sell(shop, f"o{number}", mail="mail:" + "a" * 40))

    assert risen == []
    assert (Order.objects.count(), Customer.objects.count()) == (AT_ONCE, 1)
    assert Order.objects.filter(is_first_order=True).count() == 1


def test_one_refund_told_by_many_at_once_is_given_once():
    shop, _ = make_shop()
    sell(shop)

    risen = all_at_once(lambda number: give_back(shop, amount_minor=2_500))

    assert risen == []
    assert order_of(shop).net_minor == 7_500


def test_one_webhook_delivered_by_many_at_once_is_applied_once_right_after_the_answer():
    shop, secret = make_shop()

    risen = all_at_once(
        lambda number: deliver(shop, secret, order_event(email="ana@example.com"), client=Client())
    )
    _wait_until(lambda: not Intake.objects.exclude(state="applied").exists())

    assert risen == []
    assert (Intake.objects.count(), LedgerEntry.objects.count()) == (1, 1)


def test_a_hundred_different_webhooks_at_once_all_go_in():
    shop, secret = make_shop()

    def send(number):
        for each in range(20):
            name = f"{number}-{each}"
            answer = deliver(shop, secret, order_event(name, email=f"p{each}@example.com"), delivery=name)
            assert answer.status_code == 200

    risen = all_at_once(send)
    _wait_until(lambda: not Intake.objects.exclude(state="applied").exists())

    assert risen == []
    assert (Order.objects.count(), Customer.objects.count()) == (AT_ONCE * 20, 20)


def _wait_until(holds):
    for _ in range(100):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("not all were applied in five seconds")
