"""Stripe's events. One payment may tell of itself as intent, charge and checkout session, in any order: all are one order.

Told by `charge.refunded` is the sum of refunds so far, so a lost or late event corrects itself with the next.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from livingroom.orders import normalise
from livingroom.orders.facts import Fact, Nothing, Reversal, Sale, Unusable
from livingroom.orders.intake.generic import parse
from livingroom.shared.addresses import mail_hash
from livingroom.shared.money import UnknownCurrency, decimals_of, to_minor

# Stripe counts these otherwise than ISO 4217 does: docs.stripe.com/currencies#special-cases.
_STRIPE_DECIMALS = {"ISK": 2, "UGX": 2, "MGA": 0}
_NOT_PAID = "unpaid"
Thing = dict[str, Any]


def read(body: str) -> list[Fact] | Nothing:
    """Read one event. Raises Unusable, naming the event and the field."""
    event = parse(body)
    kind, data = event.get("type"), event.get("data")
    thing = data.get("object") if isinstance(data, dict) else None
    if not isinstance(thing, dict):
        raise Unusable("data.object is missing: this is no event of Stripe.", field="data.object")
    try:
        said_at = _moment(event.get("created"), "created")
        return _read_thing(str(kind), thing, said_at)
    except Unusable as problem:
        raise Unusable(
            f"{event.get('id') or 'The event'}: {problem.text}", field=problem.field, code=problem.code
        ) from None


def _read_thing(kind: str, thing: Thing, said_at: datetime) -> list[Fact] | Nothing:
    if kind == "payment_intent.succeeded":
        return [_of_intent(thing, said_at)]
    if kind == "charge.succeeded":
        return [_of_charge(thing, said_at)]
    if kind in ("checkout.session.completed", "checkout.session.async_payment_succeeded"):
        if thing.get("payment_status") == _NOT_PAID:
            return Nothing("The checkout is completed, but not paid yet.")
        return [_of_session(thing, said_at)]
    if kind == "charge.refunded":
        return [_refund(thing, said_at)]
    if kind in ("charge.dispute.created", "charge.dispute.closed"):
        return _dispute(thing, said_at, is_closed=kind.endswith("closed"))
    return Nothing(f"Events of type {kind} move no money here.")


def _of_intent(intent: Thing, said_at: datetime) -> Sale:
    currency = _currency(intent)
    charge = _charge_of(intent)
    amount = "amount_received" if intent.get("amount_received") else "amount"
    return Sale(
        external_id=_id(intent, "id"),
        placed_at=_moment(intent.get("created"), "created"),
        currency=currency,
        amount_minor=_amount(intent, amount, currency),
        customer_number=_customer(intent),
        mail=_mail(intent.get("receipt_email") or (charge.get("billing_details") or {}).get("email")),
        country=_country(charge.get("billing_details") or intent.get("shipping")),
        said_at=said_at,
        **_from_metadata(intent),
    )


def _charge_of(intent: Thing) -> Thing:
    """The charge, if the event carries it: expanded, or in the list that older versions of the API sent."""
    charges: list[Thing] = (intent.get("charges") or {}).get("data") or [{}]
    charge = intent.get("latest_charge")
    return charge if isinstance(charge, dict) else charges[0]


def _of_charge(charge: Thing, said_at: datetime) -> Sale:
    currency = _currency(charge)
    billing = charge.get("billing_details") or {}
    return Sale(
        external_id=_payment_of(charge),
        placed_at=_moment(charge.get("created"), "created"),
        currency=currency,
        amount_minor=_amount(
            charge, "amount_captured" if charge.get("amount_captured") else "amount", currency
        ),
        customer_number=_customer(charge),
        mail=_mail(billing.get("email") or charge.get("receipt_email")),
        country=_country(billing),
        said_at=said_at,
        **_from_metadata(charge),
    )


def _of_session(session: Thing, said_at: datetime) -> Sale:
    currency = _currency(session)
    details = session.get("customer_details") or {}
    known = _from_metadata(session)
    click = normalise.click_id(str(session.get("client_reference_id") or ""))
    known["click_id"] = click or known["click_id"]
    known["codes"] = normalise.code_words(*known["codes"], *_codes(session))
    totals = session.get("total_details") or {}
    return Sale(
        external_id=_id(session, "payment_intent") if session.get("payment_intent") else _id(session, "id"),
        placed_at=_moment(session.get("created"), "created"),
        currency=currency,
        amount_minor=_amount(session, "amount_total", currency),
        discount_minor=_amount(totals, "amount_discount", currency)
        if totals.get("amount_discount") is not None
        else None,
        customer_number=_customer(session),
        mail=_mail(details.get("email") or session.get("customer_email")),
        country=_country(details),
        said_at=said_at,
        **known,
    )


def _refund(charge: Thing, said_at: datetime) -> Reversal:
    currency = _currency(charge)
    return Reversal(
        kind="refund",
        order_id=_payment_of(charge),
        at=said_at,
        total_minor=_amount(charge, "amount_refunded", currency),
        currency=currency,
        reason="Refunded at Stripe",
    )


def _dispute(dispute: Thing, said_at: datetime, *, is_closed: bool) -> list[Fact] | Nothing:
    if is_closed and dispute.get("status") != "won":
        return Nothing("The dispute was lost; its amount went back when it was opened.")
    if str(dispute.get("status")).startswith("warning_"):
        return Nothing("An inquiry moves no money.")
    currency = _currency(dispute)
    return [
        Reversal(
            kind="chargeback",
            order_id=_payment_of({**dispute, "id": _reference(dispute.get("charge")) or dispute.get("id")}),
            at=said_at,
            external_id=_id(dispute, "id"),
            amount_minor=_amount(dispute, "amount", currency),
            currency=currency,
            reason=f"Dispute {'won' if is_closed else 'opened'}: {dispute.get('reason') or 'no reason told'}",
            is_undone=is_closed,
        )
    ]


def _from_metadata(thing: Thing) -> dict[str, Any]:
    notes = {
        str(key).lower(): str(value)
        for key, value in (thing.get("metadata") or {}).items()
        if value is not None
    }
    places = (notes.get("lr", ""), notes.get("click_id", ""), notes.get("landing_url", ""))
    return {
        "codes": normalise.code_words(
            *(notes.get(name, "") for name in ("code", "codes", "discount_code", "coupon"))
        ),
        "click_id": next((click for place in places if (click := normalise.click_id(place))), ""),
        "said_channel": notes.get("said_channel", "")[:40],
        "referrer_host": normalise.host_of(notes.get("referrer", "")),
        "product": (notes.get("product") or str(thing.get("description") or ""))[:200],
        "division": notes.get("division", "")[:60],
    }


def _codes(session: Thing) -> list[str]:
    """What the buyer typed stands in an expanded promotion code; without one a coupon's name or id may be the code."""
    breakdown = ((session.get("total_details") or {}).get("breakdown") or {}).get("discounts") or []
    discounts = [*(session.get("discounts") or []), *(each.get("discount") or {} for each in breakdown)]
    found = []
    for discount in (each for each in discounts if isinstance(each, dict)):
        promotion, coupon = discount.get("promotion_code"), discount.get("coupon")
        if isinstance(promotion, dict):
            found.append(str(promotion.get("code") or ""))
        elif isinstance(coupon, dict):
            found.append(str(coupon.get("name") or coupon.get("id") or ""))
        elif isinstance(coupon, str):
            found.append(coupon)
    return found


def _payment_of(charge: Thing) -> str:
    return _reference(charge.get("payment_intent")) or _id(charge, "id")


def _reference(value: object) -> str:
    """An id, whether the object it names is expanded or not."""
    return str(value.get("id") or "") if isinstance(value, dict) else str(value or "")


def _id(thing: Thing, name: str) -> str:
    value = _reference(thing.get(name))
    if not value or len(value) > 120:
        raise Unusable(f"{name} is missing.", field=name)
    return value


def _customer(thing: Thing) -> str:
    return _reference(thing.get("customer"))[:120]


def _mail(value: object) -> str:
    return mail_hash(str(value or ""))


def _country(holder: object) -> str:
    address: Thing = (holder.get("address") if isinstance(holder, dict) else None) or {}
    return normalise.country_code(str(address.get("country") or ""))


def _currency(thing: Thing) -> str:
    code = str(thing.get("currency") or "").upper()
    try:
        decimals_of(code)
    except UnknownCurrency as problem:
        raise Unusable(str(problem), field="currency") from None
    return code


def _amount(thing: Thing, name: str, currency: str) -> int:
    value = thing.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Unusable(f"{name} is {value!r}, which is no amount in the smallest unit.", field=name)
    theirs = _STRIPE_DECIMALS.get(currency)
    if theirs is None:
        return value
    return to_minor(Decimal(value).scaleb(-theirs), currency)


def _moment(value: object, name: str) -> datetime:
    if not isinstance(value, int) or not 0 < value < 7_258_118_400:
        raise Unusable(f"{name} is {value!r}, which is no time in seconds.", field=name)
    return datetime.fromtimestamp(value, tz=UTC)
