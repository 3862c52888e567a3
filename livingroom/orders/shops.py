"""Shops and API keys: made, rotated, revoked. Secrets are shown once and kept sealed."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.utils.text import slugify

from livingroom.orders.actors import Actor, may_set_up
from livingroom.orders.models import ApiKey, Shop
from livingroom.orders.secrecy import new_webhook_secret, seal, unseal
from livingroom.shared.events import record_event
from livingroom.shared.money import decimals_of

# Who makes the signing secret: Stripe and Shopify show theirs, to be pasted here; for the others we make one.
THEIRS_TO_MAKE = frozenset({Shop.Kind.STRIPE, Shop.Kind.SHOPIFY})
OURS_TO_MAKE = frozenset({Shop.Kind.GENERIC, Shop.Kind.WOOCOMMERCE})
# A shop that has not changed over within a week will not: the old secret stops.
OLD_SECRET_DAYS = 7
KEY_MARK = "lrk"
NOTE_USE_EVERY = timedelta(minutes=5)


class ShopExists(Exception):
    """Another shop has this name in its address."""


def make_shop(
    *,
    actor: Actor,
    name: str,
    kind: str,
    currency: str,
    now: datetime,
    division: str = "",
    slug: str = "",
    secret: str = "",
) -> tuple[Shop, str]:
    """Make a shop. Returns it with its webhook secret, which is never shown again. Raises ShopExists and UnknownCurrency.

    Stripe and Shopify make the secret themselves: give it as `secret`, or later by `rotate_secret`.
    """
    may_set_up(actor)
    decimals_of(currency)
    slug = slug or slugify(name)[:40] or secrets.token_hex(4)
    if Shop.objects.filter(slug=slug).exists():
        raise ShopExists(f"There is a shop at {slug} already. Give this one another name.")
    if kind in OURS_TO_MAKE:
        secret = secret or new_webhook_secret()
    shop = Shop.objects.create(
        slug=slug,
        name=name,
        kind=kind,
        currency=currency,
        division=division,
        secret_encrypted=seal(secret) if secret else "",
    )
    record_event(actor=actor, verb="made", subject=shop, now=now, kind=kind)
    return shop, secret


def rotate_secret(*, actor: Actor, shop: Shop, now: datetime, secret: str = "") -> str:
    """Give the shop a new secret and return it; the old one is still accepted for a week."""
    may_set_up(actor)
    fresh = secret or new_webhook_secret()
    shop.previous_secret_encrypted = shop.secret_encrypted
    shop.previous_secret_until = now + timedelta(days=OLD_SECRET_DAYS) if shop.secret_encrypted else None
    shop.secret_encrypted = seal(fresh)
    shop.save()
    record_event(actor=actor, verb="rotated the secret of", subject=shop, now=now)
    return fresh


def forget_old_secret(*, actor: Actor, shop: Shop, now: datetime) -> None:
    """Stop accepting the old secret at once."""
    may_set_up(actor)
    shop.previous_secret_encrypted = ""
    shop.previous_secret_until = None
    shop.save()
    record_event(actor=actor, verb="forgot the old secret of", subject=shop, now=now)


def secrets_of(shop: Shop, now: datetime) -> list[str]:
    """The secrets a delivery may be signed with: the present one, and for a while the one before."""
    sealed = [shop.secret_encrypted]
    if shop.previous_secret_until and now < shop.previous_secret_until:
        sealed.append(shop.previous_secret_encrypted)
    return [unseal(token) for token in sealed if token]


def make_api_key(*, actor: Actor, name: str, now: datetime) -> tuple[ApiKey, str]:
    """Make a key. Returns it with the text, which is never shown again."""
    may_set_up(actor)
    prefix, rest = secrets.token_hex(5), secrets.token_urlsafe(30)
    key = ApiKey.objects.create(name=name, prefix=prefix, hash=_hash(rest))
    record_event(actor=actor, verb="made", subject=key, now=now, name=name)
    return key, f"{KEY_MARK}_{prefix}_{rest}"


def revoke_api_key(*, actor: Actor, key: ApiKey, now: datetime) -> None:
    may_set_up(actor)
    key.revoked_at = now
    key.save(update_fields=["revoked_at"])
    record_event(actor=actor, verb="revoked", subject=key, now=now, name=key.name)


def find_api_key(text: str, *, now: datetime) -> ApiKey | None:
    """The key with this text, unless it is unknown or revoked."""
    mark, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    key = (
        ApiKey.objects.filter(prefix=prefix, revoked_at=None).first() if mark == KEY_MARK and secret else None
    )
    if key is None or not secrets.compare_digest(key.hash, _hash(secret)):
        return None
    if key.last_used_at is None or now - key.last_used_at > NOTE_USE_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
