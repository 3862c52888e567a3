from typing import Any

import pytest
from django.test import Client

from livingroom.orders.models import Intake, LedgerEntry, Order, RefusedDelivery
from livingroom.orders.operations import import_file
from tests.orders.cast import NOW, deliver_shopify, make_shop, order_of, signed_in

pytestmark = pytest.mark.django_db
ORDER_ID = 820982911946154508


def money(amount: str, currency: str = "USD", shown: str = "", shown_in: str = "") -> dict[str, Any]:
    return {
        "shop_money": {"amount": amount, "currency_code": currency},
        "presentment_money": {"amount": shown or amount, "currency_code": shown_in or currency},
    }


def an_order(**changes: Any) -> dict[str, Any]:
    """An order as Shopify's REST resource of 2026 tells it, shortened."""
    return {
        "id": ORDER_ID,
        "name": "#1001",
        "email": "Ana.Silva@example.com",
        "phone": "+5511999990000",
        "created_at": "2009-11-20T05:30:00-05:00",
        "processed_at": "2009-11-20T05:30:00-05:00",
        "updated_at": "2009-11-20T05:31:00-05:00",
        "cancelled_at": None,
        "cancel_reason": None,
        "currency": "USD",
        "presentment_currency": "USD",
        "financial_status": "paid",
        "test": False,
        "total_price": "100.00",
        "total_price_set": money("100.00"),
        "total_discounts": "20.00",
        "total_discounts_set": money("20.00"),
        "discount_codes": [{"code": "lounge 7", "amount": "20.00", "type": "percentage"}],
        "note_attributes": [{"name": "lr", "value": "06ABCDEFGHIJ"}, {"name": "gift", "value": "yes"}],
        "landing_site": "/products/desk?lr=06zzzzzzzzzz&utm_source=coupons.example",
        "referring_site": "https://www.bsky.app/",
        "customer": {"id": 207119551, "email": "ana.silva@example.com", "first_name": "Ana"},
        "billing_address": {"address1": "Rua Augusta 1", "country_code": "BR"},
        "line_items": [{"title": "Desk", "quantity": 2}, {"title": "Lamp", "quantity": 1}],
        "refunds": [],
        **changes,
    }


def a_refund(
    refund_id: int = 509, amount: str = "30.00", currency: str = "USD", **changes: Any
) -> dict[str, Any]:
    transaction = {"id": 1, "kind": "refund", "status": "success", "amount": amount, "currency": currency}
    return {
        "id": refund_id,
        "order_id": ORDER_ID,
        "created_at": "2009-11-24T09:00:00Z",
        "note": "Scratched",
        "transactions": [transaction],
        **changes,
    }


def test_an_order_goes_in_with_code_click_and_country():
    shop, _ = make_shop("shopify")

    answer = deliver_shopify(shop, "orders/create", an_order())

    order = order_of(shop, str(ORDER_ID))
    assert answer.status_code == 200
    assert (order.gross_minor, order.currency, order.codes) == (10_000, "USD", ["LOUNGE7"])
    assert (order.click_id, order.country, order.referrer_host) == ("06abcdefghij", "BR", "bsky.app")
    assert (order.product, order.quantity, order.placed_at.isoformat()) == (
        "Desk",
        3,
        "2009-11-20T10:30:00+00:00",
    )


def test_without_an_attribute_the_click_is_in_the_page_that_was_landed_on():
    shop, _ = make_shop("shopify")

    deliver_shopify(shop, "orders/create", an_order(note_attributes=[], referring_site=None))

    order = order_of(shop, str(ORDER_ID))
    assert (order.click_id, order.referrer_host) == ("06zzzzzzzzzz", "coupons.example")


def test_names_streets_and_telephone_numbers_are_never_stored():
    shop, _ = make_shop("shopify")

    deliver_shopify(shop, "orders/create", an_order(billing_address="Rua Augusta 1", total_price_set=7))

    kept = Intake.objects.get().body
    assert "lounge 7" in kept
    assert not [
        word for word in ("Rua", "Ana", "ana.silva", "+5511", "@") if word in kept.split("billing")[0]
    ]


def test_a_buyer_who_pays_in_euro_is_counted_in_euro():
    shop, _ = make_shop("shopify")
    told = an_order(total_price_set=money("100.00", "USD", "67.50", "EUR"), presentment_currency="EUR")
    refund = a_refund(amount="67.50", currency="EUR")

    deliver_shopify(shop, "orders/paid", told)
    deliver_shopify(shop, "refunds/create", refund, webhook_id="w2")

    order = order_of(shop, str(ORDER_ID))
    assert (order.currency, order.gross_minor, order.net_minor) == ("EUR", 6_750, 0)
    assert order.net_reporting_minor == 0


def test_the_same_delivery_again_changes_nothing():
    shop, _ = make_shop("shopify")

    answers = [deliver_shopify(shop, "orders/create", an_order()) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert (Intake.objects.count(), LedgerEntry.objects.count()) == (1, 1)


def test_the_same_order_under_four_topics_is_one_order():
    shop, _ = make_shop("shopify")

    for topic in ("orders/create", "orders/paid", "orders/updated", "orders/fulfilled"):
        deliver_shopify(shop, topic, an_order(), webhook_id=topic)

    assert (Order.objects.count(), LedgerEntry.objects.count()) == (1, 1)


@pytest.mark.parametrize("refund_first", [True, False])
def test_a_refund_is_counted_once_in_whatever_order_and_by_whichever_way_it_comes(refund_first):
    shop, _ = make_shop("shopify")
    updated = an_order(
        updated_at="2009-11-24T09:00:05Z", financial_status="partially_refunded", refunds=[a_refund()]
    )
    deliveries = [("orders/create", an_order()), ("orders/updated", updated), ("refunds/create", a_refund())]
    if refund_first:
        deliveries.reverse()

    for topic, thing in deliveries:
        deliver_shopify(shop, topic, thing, webhook_id=topic)

    order = order_of(shop, str(ORDER_ID))
    assert (order.gross_minor, order.refunded_minor, order.net_minor) == (10_000, 3_000, 7_000)
    assert LedgerEntry.objects.filter(kind="refund").count() == 1
    assert not Intake.objects.exclude(state="applied").exists()


def test_an_older_telling_that_comes_late_changes_no_amount():
    shop, _ = make_shop("shopify")
    edited = an_order(
        updated_at="2009-11-21T00:00:00Z", total_price="120.00", total_price_set=money("120.00")
    )

    deliver_shopify(shop, "orders/updated", edited, webhook_id="w2")
    deliver_shopify(shop, "orders/create", an_order(), webhook_id="w1")

    assert order_of(shop, str(ORDER_ID)).gross_minor == 12_000


def test_a_cancelled_order_is_worth_nothing_and_its_refund_is_not_taken_twice():
    shop, _ = make_shop("shopify")
    cancelled = an_order(cancelled_at="2009-11-22T08:00:00Z", cancel_reason="customer")

    deliver_shopify(shop, "orders/create", an_order(), webhook_id="w1")
    deliver_shopify(shop, "orders/cancelled", cancelled, webhook_id="w2")
    deliver_shopify(shop, "refunds/create", a_refund(amount="100.00"), webhook_id="w3")

    order = order_of(shop, str(ORDER_ID))
    assert order.net_minor == 0
    assert not Intake.objects.filter(state="dead").exists()
    assert LedgerEntry.objects.get(kind="cancel").reason == "Cancelled: customer"


@pytest.mark.parametrize(
    ("topic", "thing", "why"),
    [
        ("orders/create", an_order(financial_status="pending"), "nothing was sold yet"),
        ("orders/create", an_order(financial_status="voided"), "nothing was sold yet"),
        ("orders/create", an_order(test=True), "test order"),
        ("refunds/create", a_refund(transactions=[]), "no money did"),
        ("products/update", {"id": 1}, "move no money"),
    ],
)
def test_what_moves_no_money_is_kept_and_counts_nothing(topic, thing, why):
    shop, _ = make_shop("shopify")

    deliver_shopify(shop, topic, thing)

    assert why in Intake.objects.get().problem
    assert not Order.objects.exists()


def test_money_that_is_still_on_its_way_back_is_not_back():
    shop, _ = make_shop("shopify")
    pending = a_refund()
    pending["transactions"][0]["status"] = "pending"

    deliver_shopify(shop, "orders/create", an_order(), webhook_id="w1")
    deliver_shopify(shop, "refunds/create", pending, webhook_id="w2")
    before = order_of(shop, str(ORDER_ID)).net_minor
    deliver_shopify(shop, "orders/updated", an_order(refunds=[a_refund()]), webhook_id="w3")

    assert (before, order_of(shop, str(ORDER_ID)).net_minor) == (10_000, 7_000)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"total_price_set": None, "total_price": "a lot"}, "total_price"),
        ({"total_price_set": money("1.00", "XXQ")}, "currency"),
        ({"created_at": None, "processed_at": None}, "created_at"),
        ({"id": None}, "id"),
    ],
)
def test_a_bad_order_is_a_dead_letter_that_names_shopifys_own_field(changes, field):
    shop, _ = make_shop("shopify")

    answer = deliver_shopify(shop, "orders/create", an_order(**changes))

    dead = Intake.objects.get()
    assert answer.status_code == 200
    assert (dead.state, dead.problem_field) == ("dead", field)


def test_a_corrected_dead_letter_goes_in_under_its_topic():
    shop, _ = make_shop("shopify")
    deliver_shopify(shop, "orders/create", an_order(total_price_set=money("1OO.00")))
    dead = Intake.objects.get()

    signed_in().post(f"/orders/dead/{dead.pk}/replay/", {"body": dead.body.replace("1OO.00", "100.00")})

    assert order_of(shop, str(ORDER_ID)).gross_minor == 10_000


def test_a_wrong_signature_is_refused_and_counted():
    shop, _ = make_shop("shopify")

    wrong = deliver_shopify(shop, "orders/create", an_order(), secret="guess")
    none = Client().post(f"/hooks/orders/{shop.slug}/", data="{}", content_type="application/json")

    assert (wrong.status_code, none.status_code) == (401, 401)
    assert set(RefusedDelivery.objects.values_list("reason", flat=True)) == {
        "the signature does not match",
        "the signature is missing",
    }
    assert not Intake.objects.exists()


def test_a_file_of_the_same_shop_counts_no_order_twice(tmp_path):
    shop, _ = make_shop("shopify")
    file = tmp_path / "orders_export.csv"
    file.write_text(
        "Name,Id,Created at,Financial Status,Total,Currency\n"
        f"#1001,{ORDER_ID},2009-11-20 10:30:00 +0000,paid,100.00,USD\n"
    )

    deliver_shopify(shop, "orders/create", an_order())
    import_file(actor=_command_line(), shop=shop, path=file, now=NOW)

    assert (Order.objects.count(), LedgerEntry.objects.count()) == (1, 1)


def _command_line():
    from livingroom.orders.actors import COMMAND_LINE

    return COMMAND_LINE


def test_the_shops_page_says_what_to_do_and_asks_for_shopifys_secret():
    client = signed_in("admin")

    made = client.post("/orders/shops/new/", {"name": "Loja", "kind": "shopify", "currency": "BRL"})
    page = client.get("/orders/shops/loja/").content.decode()
    client.post("/orders/shops/loja/secret/", {"secret": "hush"})
    after = client.get("/orders/shops/loja/").content.decode()

    assert b"shown this once" not in made.content
    assert "Refund create" in page
    assert "every delivery is refused" in page
    assert "every delivery is refused" not in after
