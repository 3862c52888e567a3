"""WooCommerce's webhooks. There is none for refunds: they come in the order, which is delivered again when one is made.

https://woocommerce.com/document/webhooks/ and the order of its REST API, version 3.
"""

from typing import Any

from livingroom.orders import normalise
from livingroom.orders.facts import Fact, Nothing, Reversal, Sale
from livingroom.orders.fields import Fields
from livingroom.orders.intake import envelopes
from livingroom.orders.intake.envelopes import part, rows, wanted

Thing = dict[str, Any]
_KEPT = wanted(
    "id", "number", "status", "currency", "date_created_gmt", "date_modified_gmt", "date_paid_gmt", "payment_method",
    "total", "discount_total", "discount_tax", "customer_id",
    billing=wanted("country", "email"), shipping=wanted("country"), line_items=wanted("name", "quantity"),
    coupon_lines=wanted("code"), meta_data=wanted("key", "value"), refunds=wanted("id", "reason", "total"),
)  # fmt: skip
# Our names for theirs, in which problems are told.
_NAMES = {
    "order_id": "id", "placed_at": "date_created_gmt", "paid_at": "date_paid_gmt", "updated_at": "date_modified_gmt",
    "currency": "currency", "total": "total", "discount": "discount_total", "discount_tax": "discount_tax",
    "status": "status", "payment_method": "payment_method",
}  # fmt: skip
_PAID = {"processing", "completed", "refunded"}
_NEVER_PAID = {"pending", "on-hold", "failed", "checkout-draft", "auto-draft", "draft", "trash"}
# Paid at the door: such an order is processed, and may be cancelled, without a day of payment.
_ON_DELIVERY = "cod"
# Since 8.5 WooCommerce notes by itself where the visit began; our click is in that address.
_LANDING, _REFERRER = "_wc_order_attribution_session_entry", "_wc_order_attribution_referrer"


def kept(topic: str, body: bytes) -> str:
    return envelopes.kept(topic, body, _KEPT)


def read(body: str) -> list[Fact] | Nothing:
    """Read one delivery: an order with its refunds. Raises Unusable, naming the field."""
    topic, data = envelopes.opened(body)
    if not topic.startswith("order.") or "status" not in data:
        return Nothing(f"Deliveries about {topic or 'nothing'} move no money here.")
    fields = Fields(data, theirs=_NAMES)
    status = fields.text("status", 40).lower().removeprefix("wc-")
    if not _was_sold(status, fields):
        return Nothing(f"The order is {status or 'not paid'}: nothing was sold yet.")
    sale = _sale(data, fields)
    said_at = sale.said_at or sale.placed_at
    facts: list[Fact] = [sale, *(_refund(each, sale) for each in rows(data, "refunds"))]
    if status == "cancelled":
        facts.append(Reversal("cancel", sale.external_id, said_at, reason="Cancelled"))
    return facts


def _was_sold(status: str, fields: Fields) -> bool:
    if status in _PAID:
        return True
    is_paid = fields.moment("paid_at") is not None
    if status == "cancelled":
        # Unpaid ones are cancelled by WooCommerce itself, an hour after the buyer went away.
        return is_paid or fields.text("payment_method", 40) == _ON_DELIVERY
    # A shop may have states of its own, such as shipped.
    return is_paid and status not in _NEVER_PAID


def _sale(order: Thing, fields: Fields) -> Sale:
    currency = fields.currency()
    items = rows(order, "line_items")
    discounts = fields.money("discount", currency), fields.money("discount_tax", currency)
    billing = Fields(order["billing"] if isinstance(order.get("billing"), dict) else {})
    number = str(order.get("customer_id") or "")
    return Sale(
        external_id=fields.needed("order_id"),
        placed_at=fields.needed_moment("placed_at"),
        currency=currency,
        amount_minor=fields.needed_money("total", currency),
        discount_minor=None if discounts[0] is None else discounts[0] + (discounts[1] or 0),
        customer_number=number[:120],  # a guest's is 0
        mail=billing.mail("email"),
        country=billing.country("country")
        or normalise.country_code(str(part(order, "shipping", "country") or "")),
        product=str(next((item.get("name") or "" for item in items), ""))[:200],
        quantity=sum(item["quantity"] for item in items if isinstance(item.get("quantity"), int)) or None,
        codes=normalise.code_words(*(str(line.get("code") or "") for line in rows(order, "coupon_lines"))),
        said_at=fields.moment("updated_at"),
        **_where_from(order),
    )


def _where_from(order: Thing) -> dict[str, Any]:
    noted = envelopes.notes(rows(order, "meta_data"), "key")
    places = (noted.get("lr", ""), noted.get("_lr", ""), noted.get("click_id", ""), noted.get(_LANDING, ""))
    return {
        "click_id": next((click for place in places if (click := normalise.click_id(place))), ""),
        "said_channel": noted.get("said_channel", "")[:40],
        "referrer_host": normalise.host_of(noted.get(_REFERRER, ""))
        or normalise.source_host(noted.get(_LANDING, "")),
    }


def _refund(refund: Thing, sale: Sale) -> Reversal:
    """Refunds in an order have no day of their own: it is the day on which the order told of them."""
    told = Fields({**refund, "total": str(refund.get("total") or "").removeprefix("-")})
    return Reversal(
        kind="refund",
        order_id=sale.external_id,
        at=sale.said_at or sale.placed_at,
        external_id=told.needed("id"),
        amount_minor=told.needed_money("total", sale.currency),
        currency=sale.currency,
        reason=told.text("reason", 200),
    )
