"""The small cast of the till's tests."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from livingroom.orders import shops
from livingroom.orders.actors import COMMAND_LINE
from livingroom.orders.facts import Outcome, Reversal, Sale
from livingroom.orders.models import Order, Shop
from livingroom.orders.operations import record_order, record_refund
from livingroom.people.models import Staff

NOW = datetime(2009, 11, 25, 12, tzinfo=UTC)
FRIDAY = datetime(2009, 11, 20, 10, 30, tzinfo=UTC)
STRIPE_SECRET = "whsec_of_the_test"
SHOPIFY_SECRET = "hush"


def make_shop(kind: str = "generic", slug: str = "outlet", currency: str = "USD") -> tuple[Shop, str]:
    secret = {"stripe": STRIPE_SECRET, "shopify": SHOPIFY_SECRET}.get(kind, "")
    return shops.make_shop(
        actor=COMMAND_LINE, name=slug.title(), slug=slug, kind=kind, currency=currency, now=NOW, secret=secret
    )


def make_staff(role: str = "manager") -> Staff:
    return Staff.objects.create_user(f"{role}@example.com", None, name=role.title(), role=role)


def signed_in(role: str = "manager") -> Client:
    client = Client()
    client.force_login(make_staff(role))
    return client


def a_sale(external_id: str = "1001", **changes: Any) -> Sale:
    facts: dict[str, Any] = {"placed_at": FRIDAY, "currency": "USD", "amount_minor": 10_000, **changes}
    return Sale(external_id=external_id, **facts)


def sell(shop: Shop, external_id: str = "1001", now: datetime = NOW, **changes: Any) -> Outcome:
    return record_order(actor=COMMAND_LINE, shop=shop, sale=a_sale(external_id, **changes), now=now)


def give_back(shop: Shop, order_id: str = "1001", amount_minor: int | None = None, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"kind": "refund", "external_id": "R1", "at": NOW, **changes}
    refund = Reversal(order_id=order_id, amount_minor=amount_minor, **facts)
    return record_refund(actor=COMMAND_LINE, shop=shop, refund=refund, now=NOW)


def order_of(shop: Shop, external_id: str = "1001") -> Order:
    return Order.objects.get(shop=shop, external_id=external_id)


def order_event(order_id: str = "1001", kind: str = "order.paid", **data: Any) -> str:
    told = {
        "order_id": order_id,
        "placed_at": "2009-11-20T10:30:00Z",
        "currency": "USD",
        "total": "100.00",
        **data,
    }
    return json.dumps({"type": kind, "data": told})


def refund_event(refund_id: str = "R1", order_id: str = "1001", **data: Any) -> str:
    told = {"refund_id": refund_id, "order_id": order_id, "at": "2009-11-24T09:00:00Z", **data}
    return json.dumps({"type": "refund.created", "data": told})


def deliver(
    shop: Shop,
    secret: str,
    body: str,
    *,
    delivery: str = "msg_1",
    age: timedelta = timedelta(0),
    client: Client | None = None,
    **headers: str,
) -> Any:
    """Send a body as Standard Webhooks does, signed by the library's own code."""
    at = timezone.now() - age
    sent = {
        "webhook-id": delivery,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(delivery, at, body),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    url = f"/hooks/orders/{shop.slug}/"
    return (client or Client()).post(url, data=body, content_type="application/json", headers=sent)


def stripe_signature(body: str, *, secret: str = STRIPE_SECRET, at: int | None = None) -> str:
    at = int(timezone.now().timestamp()) if at is None else at
    signed = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


def stripe_event(
    kind: str, thing: dict[str, Any], *, event_id: str = "evt_1", created: int = 1_258_713_100
) -> str:
    return json.dumps(
        {"id": event_id, "object": "event", "type": kind, "created": created, "data": {"object": thing}}
    )


def deliver_stripe(shop: Shop, body: str, signature: str | None = None) -> Any:
    signature = stripe_signature(body) if signature is None else signature
    headers = {"Stripe-Signature": signature}
    return Client().post(
        f"/hooks/orders/{shop.slug}/", data=body, content_type="application/json", headers=headers
    )


def body_hmac(body: str, secret: str) -> str:
    """The signature of Shopify and of WooCommerce."""
    return base64.b64encode(hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest()).decode()


def deliver_shopify(
    shop: Shop, topic: str, thing: dict[str, Any], *, webhook_id: str = "w1", secret: str = SHOPIFY_SECRET
) -> Any:
    body = json.dumps(thing)
    headers = {
        "X-Shopify-Topic": topic,
        "X-Shopify-Webhook-Id": webhook_id,
        "X-Shopify-Hmac-Sha256": body_hmac(body, secret),
        "X-Shopify-Shop-Domain": "outlet.myshopify.com",
        "X-Shopify-API-Version": "2026-10",
    }
    url = f"/hooks/orders/{shop.slug}/"
    return Client().post(url, data=body, content_type="application/json", headers=headers)


def deliver_woocommerce(
    shop: Shop, secret: str, topic: str, thing: dict[str, Any], *, delivery: str = "d1"
) -> Any:
    body = json.dumps(thing)
    headers = {
        "X-WC-Webhook-Source": "https://shop.example/",
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-Delivery-ID": delivery,
        "X-WC-Webhook-Signature": body_hmac(body, secret),
    }
    url = f"/hooks/orders/{shop.slug}/"
    return Client().post(url, data=body, content_type="application/json", headers=headers)
