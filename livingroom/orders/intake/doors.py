"""How each kind of shop knocks at `/hooks/orders/<shop>/`: its proof, the delivery's own id, and what of it is kept."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from livingroom.orders.intake import shopify, woocommerce
from livingroom.orders.intake.signatures import check_body, check_generic, check_stripe
from livingroom.orders.models import Shop

Headers = Mapping[str, str]
_PING = re.compile(rb"webhook_id=\d+")


@dataclass(frozen=True)
class Door:
    """`prove` raises WrongSignature. Secrets are the shop's present and former one."""

    prove: Callable[[list[str], Headers, bytes, datetime], None]
    delivery_id: Callable[[Headers, bytes], str]
    kept: Callable[[Headers, bytes], str]
    is_greeting: Callable[[Headers, bytes], bool] = lambda headers, body: False


def door_of(shop: Shop) -> Door:
    return DOORS[Shop.Kind(shop.kind)]


def _as_it_came(headers: Headers, body: bytes) -> str:
    return body.decode("utf-8", errors="replace")


def _stripe_id(headers: Headers, body: bytes) -> str:
    try:
        return f"stripe:{json.loads(body)['id']}"
    except (ValueError, KeyError, TypeError, RecursionError):
        return f"stripe:{headers['Stripe-Signature']}"


def _shopify_id(headers: Headers, body: bytes) -> str:
    # The same in every attempt to deliver the same event.
    return f"shopify:{headers.get('X-Shopify-Webhook-Id') or _digest(body)}"


def _woocommerce_id(headers: Headers, body: bytes) -> str:
    # The delivery id is made of the webhook and the second: two orders of one second share it.
    return f"woocommerce:{headers.get('X-WC-Webhook-Delivery-ID', '')}:{_digest(body)}"


def _is_ping(headers: Headers, body: bytes) -> bool:
    """What WooCommerce sends when a webhook is saved; it is unsigned, and the webhook stays off unless it is answered."""
    return "X-WC-Webhook-Signature" not in headers and _PING.fullmatch(body) is not None


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:40]


DOORS = {
    Shop.Kind.GENERIC: Door(
        prove=lambda secrets, headers, body, now: check_generic(secrets, headers, body),
        delivery_id=lambda headers, body: f"hook:{headers['webhook-id']}",
        kept=_as_it_came,
    ),
    Shop.Kind.STRIPE: Door(
        prove=lambda secrets, headers, body, now: check_stripe(
            secrets, headers.get("Stripe-Signature", ""), body, now=now
        ),
        delivery_id=_stripe_id,
        kept=_as_it_came,
    ),
    Shop.Kind.SHOPIFY: Door(
        prove=lambda secrets, headers, body, now: check_body(
            secrets, headers.get("X-Shopify-Hmac-Sha256", ""), body
        ),
        delivery_id=_shopify_id,
        kept=lambda headers, body: shopify.kept(headers.get("X-Shopify-Topic", ""), body),
    ),
    Shop.Kind.WOOCOMMERCE: Door(
        prove=lambda secrets, headers, body, now: check_body(
            secrets, headers.get("X-WC-Webhook-Signature", ""), body
        ),
        delivery_id=_woocommerce_id,
        kept=lambda headers, body: woocommerce.kept(headers.get("X-WC-Webhook-Topic", ""), body),
        is_greeting=_is_ping,
    ),
}
