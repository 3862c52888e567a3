"""Orders, refunds, cancellations and chargebacks as JSON: the body of our API, and of a signed webhook.

A webhook follows Standard Webhooks: `{"type": "order.paid", "timestamp": "…", "data": {…}}` and the three headers
`webhook-id`, `webhook-timestamp` and `webhook-signature`. The API takes what is in `data`.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from livingroom.orders import normalise
from livingroom.orders.facts import Fact, Nothing, Reversal, ReversalKind, Sale, Unusable
from livingroom.orders.fields import Fields

SALES = {"order.paid", "order.created", "order.updated"}
REVERSALS: dict[str, ReversalKind] = {
    "refund.created": "refund",
    "order.refunded": "refund",
    "order.cancelled": "cancel",
    "chargeback.created": "chargeback",
    "chargeback.won": "chargeback",
}


def read(body: str) -> list[Fact] | Nothing:
    """Read one event. Raises Unusable, naming the field."""
    event = parse(body)
    kind, data = event.get("type"), event.get("data")
    if not isinstance(data, dict):
        raise Unusable("data is missing: it holds the order or refund.", field="data")
    if kind in SALES:
        return [read_sale(data, said_at=event.get("timestamp"))]
    if kind in REVERSALS:
        return [read_reversal(data, REVERSALS[kind], is_undone=kind == "chargeback.won")]
    known = ", ".join(sorted(SALES | set(REVERSALS)))
    raise Unusable(f"type is {kind!r}; it must be one of: {known}.", field="type")


def parse(body: str) -> dict[str, Any]:
    """Read JSON without turning amounts into binary fractions. Raises Unusable."""
    try:
        event = json.loads(body, parse_float=Decimal)
    except (json.JSONDecodeError, RecursionError) as problem:
        raise Unusable(f"The body is not JSON: {problem}.", field="body") from None
    if not isinstance(event, dict):
        raise Unusable("The body is not a JSON object.", field="body")
    return event


def read_sale(data: Mapping[str, object], said_at: object = None) -> Sale:
    """Read an order. Raises Unusable, naming the field."""
    fields = Fields({"updated_at": said_at, **data})
    currency = fields.currency()
    placed_at = fields.needed_moment("placed_at")
    return Sale(
        external_id=fields.needed("order_id"),
        placed_at=placed_at,
        currency=currency,
        amount_minor=fields.needed_money("total", currency),
        discount_minor=fields.money("discount", currency),
        goods_minor=fields.money("goods_cost", currency),
        customer_number=fields.text("customer_id", 120),
        mail=fields.mail("email"),
        country=fields.country("country"),
        division=fields.text("division", 60),
        product=fields.text("product", 200),
        quantity=fields.whole("quantity"),
        codes=_codes(data, fields),
        click_id=_click(data, fields),
        said_channel=fields.text("said_channel", 40),
        referrer_host=normalise.host_of(fields.text("referrer", 2000)),
        said_at=fields.moment("updated_at"),
        refunded_minor=fields.money("refunded", currency) or 0,
        cancelled_at=fields.moment("cancelled_at"),
    )


def read_reversal(data: Mapping[str, object], kind: ReversalKind, *, is_undone: bool = False) -> Reversal:
    """Read money that went back. Without an amount it is all that is left. Raises Unusable."""
    fields = Fields(data)
    names = {"refund": "refund_id", "cancel": "cancel_id", "chargeback": "chargeback_id"}
    amount = None
    currency = fields.text("currency", 20) and fields.currency()
    if fields.raw("amount") not in (None, ""):
        amount = fields.needed_money("amount", fields.currency())
        if amount == 0:
            raise fields.wrong("amount", "is 0; leave it out to give back all that is left")
    external_id = fields.text(names[kind], 120) if kind == "cancel" else fields.needed(names[kind])
    return Reversal(
        kind=kind,
        order_id=fields.needed("order_id"),
        at=fields.needed_moment("at"),
        external_id=external_id,
        amount_minor=amount,
        currency=currency,
        reason=fields.text("reason", 200),
        is_undone=is_undone,
    )


def _codes(data: Mapping[str, object], fields: Fields) -> tuple[str, ...]:
    many = data.get("codes") or []
    if not isinstance(many, list) or not all(isinstance(code, str) for code in many):
        raise fields.wrong("codes", "must be a list of texts")
    return normalise.code_words(*many, fields.text("code", 200))


def _click(data: Mapping[str, object], fields: Fields) -> str:
    attributes = data.get("note_attributes")
    noted = ""
    if isinstance(attributes, dict):
        noted = str(attributes.get("lr") or "")
    elif isinstance(attributes, list):
        noted = next(
            (str(a.get("value")) for a in attributes if isinstance(a, dict) and a.get("name") == "lr"), ""
        )
    places = (
        fields.text("click_id"),
        noted,
        fields.text("landing_url", 2000),
        fields.text("client_reference_id"),
    )
    return next((click for place in places if (click := normalise.click_id(place))), "")
