"""Shopify's webhooks. An order carries all its refunds, so a lost or late `refunds/create` heals with the next update.

The HMAC covers the body alone, not the headers: the topic only says whether it is an order or a refund, and what happened
is read from the body. https://shopify.dev/docs/api/webhooks, https://shopify.dev/docs/api/admin-rest/latest/resources/order
"""

from collections.abc import Mapping
from typing import Any

from livingroom.orders import normalise
from livingroom.orders.facts import Fact, Nothing, Reversal, Sale, Unusable
from livingroom.orders.fields import Fields
from livingroom.orders.intake import envelopes
from livingroom.orders.intake.envelopes import part, rows, wanted

Thing = dict[str, Any]
_MONEY = wanted("presentment_money")
_TRANSACTIONS = wanted("id", "kind", "status", "amount", "currency", amount_set=_MONEY)
_REFUND = wanted("id", "order_id", "created_at", "processed_at", "note", transactions=_TRANSACTIONS)
_KEPT = {
    **_REFUND,
    **wanted(
        "name", "updated_at", "cancelled_at", "cancel_reason", "test", "financial_status", "currency", "email",
        "total_price", "total_discounts", "discount_codes", "note_attributes", "landing_site", "referring_site",
        total_price_set=_MONEY, total_discounts_set=_MONEY, refunds=_REFUND,
        customer=wanted("id", "email"), billing_address=wanted("country_code"), shipping_address=wanted("country_code"),
        line_items=wanted("title", "name", "quantity"),
    ),
}  # fmt: skip
# Our names for Shopify's, in which problems are told.
_NAMES = {
    "order_id": "id", "placed_at": "created_at", "processed_at": "processed_at", "updated_at": "updated_at",
    "cancelled_at": "cancelled_at", "currency": "currency", "total": "total_price", "discount": "total_discounts",
    "reason": "cancel_reason", "status": "financial_status",
}  # fmt: skip
_PAID = {"paid", "partially_refunded", "refunded"}
_REFUND_NAMES = {
    "refund_id": "id", "order_id": "order_id", "at": "created_at", "processed_at": "processed_at", "reason": "note",
}  # fmt: skip


def kept(topic: str, body: bytes) -> str:
    return envelopes.kept(topic, body, _KEPT)


def read(body: str) -> list[Fact] | Nothing:
    """Read one delivery: an order with its refunds, or a refund. Raises Unusable, naming the field."""
    topic, data = envelopes.opened(body)
    if topic == "refunds/create":
        refund = _read_refund(data)
        return [refund] if refund else Nothing("Goods went back, but no money did.")
    if topic.startswith("orders/") and "financial_status" in data:
        return _read_order(data)
    return Nothing(f"Deliveries about {topic or 'nothing'} move no money here.")


def _read_order(order: Thing) -> list[Fact] | Nothing:
    if order.get("test") is True:
        return Nothing("A test order: nobody paid.")
    amount, currency = _as_paid(order, "total_price")
    discount, _ = _as_paid(order, "total_discounts")
    fields = Fields(
        {**order, "total_price": amount, "currency": currency, "total_discounts": discount}, theirs=_NAMES
    )
    status = fields.text("status", 40).lower()
    if status not in _PAID:
        return Nothing(f"The order is {status or 'not paid'}: nothing was sold yet.")
    sale = _sale(order, fields)
    refunds = [refund for each in rows(order, "refunds") if (refund := _read_refund(each))]
    cancelled_at = fields.moment("cancelled_at")
    if cancelled_at is None:
        return [sale, *refunds]
    # After the refunds, which tell the same money one by one, a cancellation takes what is left.
    reason = f"Cancelled: {fields.text('reason', 60) or 'no reason told'}"
    return [sale, *refunds, Reversal("cancel", sale.external_id, cancelled_at, reason=reason)]


def _sale(order: Thing, fields: Fields) -> Sale:
    currency = fields.currency()
    items = rows(order, "line_items")
    return Sale(
        external_id=fields.needed("order_id"),
        placed_at=fields.moment("processed_at") or fields.needed_moment("placed_at"),
        currency=currency,
        amount_minor=fields.needed_money("total", currency),
        discount_minor=fields.money("discount", currency),
        customer_number=str(part(order, "customer", "id") or "")[:120],
        mail=Fields({"email": order.get("email") or part(order, "customer", "email")}).mail("email"),
        country=_country(order),
        product=str(next((item.get("title") or item.get("name") or "" for item in items), ""))[:200],
        quantity=sum(item["quantity"] for item in items if isinstance(item.get("quantity"), int)) or None,
        codes=normalise.code_words(*(str(row.get("code") or "") for row in rows(order, "discount_codes"))),
        said_at=fields.moment("updated_at"),
        **_where_from(order),
    )


def _where_from(order: Thing) -> dict[str, Any]:
    """The click from the cart's attributes, else from the page that was landed on; the site the buyer came from."""
    noted = envelopes.notes(rows(order, "note_attributes"), "name")
    landing, referring = str(order.get("landing_site") or ""), str(order.get("referring_site") or "")
    places = (noted.get("lr", ""), noted.get("click_id", ""), noted.get("landing_url", ""), landing)
    return {
        "click_id": next((click for place in places if (click := normalise.click_id(place))), ""),
        "said_channel": noted.get("said_channel", noted.get("how did you hear of us", ""))[:40],
        "referrer_host": normalise.host_of(referring) or normalise.source_host(landing),
    }


def _read_refund(refund: Thing) -> Reversal | None:
    """Money that really went back; None when only goods did, or the money is still on its way."""
    fields = Fields(refund, theirs=_REFUND_NAMES)
    paid_back = [
        _as_paid(row, "amount")
        for row in rows(refund, "transactions")
        if (row.get("kind"), row.get("status")) == ("refund", "success")
    ]
    if not paid_back:
        return None
    currencies = {str(currency) for _, currency in paid_back}
    if len(currencies) > 1:
        raise Unusable("The refund went back in more than one currency.", field="transactions")
    amounts = [Fields({"amount": amount, "currency": currency}) for amount, currency in paid_back]
    currency = amounts[0].currency()
    total = sum(each.needed_money("amount", currency) for each in amounts)
    if total == 0:
        return None
    return Reversal(
        kind="refund",
        order_id=fields.needed("order_id"),
        at=fields.moment("processed_at") or fields.needed_moment("at"),
        external_id=fields.needed("refund_id"),
        amount_minor=total,
        currency=currency,
        reason=fields.text("reason", 200),
    )


def _as_paid(thing: Mapping[str, Any], name: str) -> tuple[object, object]:
    """Amount and currency as the buyer saw them, which in a shop of many currencies are not the shop's own."""
    money = part(thing, f"{name}_set", "presentment_money")
    if isinstance(money, dict) and money.get("amount") not in (None, ""):
        return money["amount"], money.get("currency_code")
    return thing.get(name), thing.get("currency")


def _country(order: Thing) -> str:
    codes = (part(order, f"{kind}_address", "country_code") for kind in ("billing", "shipping"))
    return next((found for code in codes if (found := normalise.country_code(str(code or "")))), "")
