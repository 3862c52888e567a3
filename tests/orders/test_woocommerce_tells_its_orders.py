from typing import Any

import pytest
from django.test import Client

from livingroom.orders.models import Intake, LedgerEntry, Order
from tests.orders.cast import deliver_woocommerce, make_shop, order_of, signed_in

pytestmark = pytest.mark.django_db


def an_order(**changes: Any) -> dict[str, Any]:
    """An order as version 3 of WooCommerce's REST API tells it, shortened."""
    return {
        "id": 727,
        "number": "727",
        "status": "processing",
        "currency": "USD",
        "date_created": "2009-11-20T07:30:00",
        "date_created_gmt": "2009-11-20T10:30:00",
        "date_modified_gmt": "2009-11-20T10:31:00",
        "date_paid_gmt": "2009-11-20T10:31:00",
        "payment_method": "bacs",
        "discount_total": "18.00",
        "discount_tax": "2.00",
        "total": "100.00",
        "customer_id": 0,
        "billing": {"first_name": "Ana", "address_1": "Rua Augusta 1", "country": "BR", "email": "ana@example.com"},
        "shipping": {"country": "BR"},
        "line_items": [{"name": "Desk", "quantity": 2, "price": 59.999999}],
        "coupon_lines": [{"id": 1, "code": "lounge7", "discount": "18"}],
        "meta_data": [
            {"id": 1, "key": "_wc_order_attribution_session_entry", "value": "https://shop.example/?lr=06abcdefghij"},
            {"id": 2, "key": "_wc_order_attribution_referrer", "value": "https://bsky.app/"},
            {"id": 3, "key": "_plugin", "value": {"deep": True}},
        ],
        "refunds": [],
        **changes,
    }  # fmt: skip


def test_an_order_goes_in_with_coupon_click_and_country():
    shop, secret = make_shop("woocommerce")

    answer = deliver_woocommerce(shop, secret, "order.created", an_order())

    order = order_of(shop, "727")
    assert answer.status_code == 200
    assert (order.gross_minor, order.codes, order.click_id) == (10_000, ["LOUNGE7"], "06abcdefghij")
    assert (order.country, order.referrer_host, order.product, order.quantity) == (
        "BR",
        "bsky.app",
        "Desk",
        2,
    )
    assert LedgerEntry.objects.get().discount_minor == 2_000


def test_our_own_note_wins_over_where_the_visit_began():
    shop, secret = make_shop("woocommerce")
    noted = [*an_order()["meta_data"], {"key": "lr", "value": "06zzzzzzzzzz"}]

    deliver_woocommerce(shop, secret, "order.created", an_order(meta_data=noted))

    assert order_of(shop, "727").click_id == "06zzzzzzzzzz"


def test_names_and_streets_are_never_stored():
    shop, secret = make_shop("woocommerce")

    deliver_woocommerce(shop, secret, "order.created", an_order())

    kept = Intake.objects.get().body
    assert not [word for word in ("Rua", "Ana", "@") if word in kept]


def test_refunds_come_with_the_order_and_each_is_counted_once():
    shop, secret = make_shop("woocommerce")
    first, second = (
        {"id": 740, "reason": "Scratched", "total": "-30.00"},
        {"id": 741, "reason": "", "total": "-70.00"},
    )
    tellings = [
        an_order(),
        an_order(date_modified_gmt="2009-11-21T09:00:00", refunds=[first]),
        an_order(date_modified_gmt="2009-11-22T09:00:00", refunds=[second, first], status="refunded"),
    ]

    worth = []
    for number, telling in enumerate(tellings):
        deliver_woocommerce(shop, secret, "order.updated", telling, delivery=f"d{number}")
        worth.append(order_of(shop, "727").net_minor)

    assert worth == [10_000, 7_000, 0]
    assert LedgerEntry.objects.filter(kind="refund").count() == 2


def test_tellings_in_the_wrong_order_come_to_the_same():
    shop, secret = make_shop("woocommerce")
    refunded = an_order(
        date_modified_gmt="2009-11-21T09:00:00", refunds=[{"id": 740, "reason": "", "total": "-30.00"}]
    )

    deliver_woocommerce(shop, secret, "order.updated", refunded, delivery="d2")
    deliver_woocommerce(shop, secret, "order.created", an_order(), delivery="d1")

    assert order_of(shop, "727").net_minor == 7_000


def test_two_orders_of_one_second_share_their_delivery_id_and_both_go_in():
    shop, secret = make_shop("woocommerce")

    for number in (1, 2):
        deliver_woocommerce(shop, secret, "order.created", an_order(id=number), delivery="same")

    assert Order.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "net"),
    [
        ({"status": "cancelled"}, 0),
        ({"status": "cancelled", "date_paid_gmt": None, "payment_method": "cod"}, 0),
        ({"status": "cancelled", "date_paid_gmt": None}, None),
        ({"status": "pending", "date_paid_gmt": None}, None),
        ({"status": "on-hold"}, None),
        ({"status": "completed", "date_paid_gmt": None}, 10_000),
        ({"status": "wc-shipped"}, 10_000),
    ],
)
def test_an_order_counts_once_it_was_paid_and_until_it_is_cancelled(changes, net):
    shop, secret = make_shop("woocommerce")

    deliver_woocommerce(shop, secret, "order.updated", an_order(**changes))

    found = Order.objects.first()
    assert (found.net_minor if found else None) == net
    assert Intake.objects.get().state == "applied"


def test_the_greeting_when_a_webhook_is_saved_is_answered_and_not_kept():
    make_shop("woocommerce")

    ping = Client().post(
        "/hooks/orders/outlet/", data="webhook_id=12", content_type="application/x-www-form-urlencoded"
    )

    assert ping.status_code == 200
    assert not Intake.objects.exists()


def test_an_unsigned_or_wrongly_signed_order_is_refused():
    shop, _ = make_shop("woocommerce")

    unsigned = Client().post("/hooks/orders/outlet/", data='{"id": 1}', content_type="application/json")
    wrong = deliver_woocommerce(shop, "guess", "order.created", an_order())

    assert (unsigned.status_code, wrong.status_code) == (401, 401)
    assert not Intake.objects.exists()


def test_a_bad_order_is_a_dead_letter_that_names_woocommerces_own_field():
    shop, secret = make_shop("woocommerce")

    deliver_woocommerce(shop, secret, "order.created", an_order(total="a lot"))

    dead = Intake.objects.get()
    assert (dead.state, dead.problem_field) == ("dead", "total")


def test_the_shops_page_makes_a_secret_and_says_where_it_goes():
    client = signed_in("admin")

    made = client.post(
        "/orders/shops/new/", {"name": "Boutique", "kind": "woocommerce", "currency": "EUR"}
    ).content.decode()

    assert "shown this once" in made
    assert "Order attribution" in made
