"""What the programme costs: one door for staff time, tools, fees, advertising and the rest."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from livingroom.branches.models import Branch
from livingroom.orders.actors import Actor, may_record
from livingroom.orders.facts import Unusable
from livingroom.orders.models import Cost
from livingroom.orders.rates import OLDEST_DAYS_FOR_COSTS, NoRate, rate_between
from livingroom.people.models import Staff
from livingroom.shared.events import record_event
from livingroom.shared.models import Brand
from livingroom.shared.money import UnknownCurrency


def record_cost(
    *,
    actor: Actor,
    kind: str,
    on: date,
    now: datetime,
    amount_minor: int | None = None,
    currency: str = "",
    minutes: int | None = None,
    branch: Branch | None = None,
    text: str = "",
    source_key: str | None = None,
) -> Cost:
    """Record a cost. Raises Unusable and PermissionDenied.

    Staff time needs only `minutes`: they count at the brand's price of an hour. A cost with a `source_key` is
    recorded once, however often it is told: the first is returned.
    """
    may_record(actor)
    brand = Brand.current()
    if kind not in Cost.Kind.values:
        raise Unusable(f"kind is {kind!r}; it must be one of: {', '.join(Cost.Kind.values)}.", field="kind")
    if amount_minor is None:
        if minutes is None:
            raise Unusable(
                "amount is missing. Only staff time can do without: it needs minutes.", field="amount"
            )
        amount_minor, currency = _price_of(minutes, brand), brand.reporting_currency
    if amount_minor < 0:
        raise Unusable(
            "amount is negative. A cost that was paid back is one you do not record.", field="amount"
        )
    cost = Cost(
        kind=kind,
        branch=branch,
        on=on,
        minutes=minutes,
        amount_minor=amount_minor,
        currency=currency,
        reporting_minor=_reporting(amount_minor, currency, brand.reporting_currency, on),
        reporting_currency=brand.reporting_currency,
        text=text[:200],
        source_key=source_key,
    )
    return _save_once(cost, actor, now)


def _price_of(minutes: int, brand: Brand) -> int:
    return round(minutes * brand.staff_hour_minor / 60)


def _reporting(amount_minor: int, currency: str, reporting_currency: str, on: date) -> int:
    try:
        rate = rate_between(currency, reporting_currency, on, oldest_days=OLDEST_DAYS_FOR_COSTS)
        return rate.turn(amount_minor, currency, reporting_currency)
    except UnknownCurrency as problem:
        raise Unusable(str(problem), field="currency") from None
    except NoRate as problem:
        raise Unusable(str(problem), field="currency", code="no_rate") from None


def _save_once(cost: Cost, actor: Actor, now: datetime) -> Cost:
    known = Cost.objects.filter(source_key=cost.source_key).first() if cost.source_key else None
    if known:
        return known
    try:
        with transaction.atomic():
            cost.save(force_insert=True)
    except IntegrityError:
        if not cost.source_key:
            raise
        return Cost.objects.get(source_key=cost.source_key)
    if isinstance(actor, Staff):
        record_event(
            actor=actor,
            verb="recorded",
            subject=cost,
            now=now,
            amount=cost.amount_minor,
            currency=cost.currency,
            kind=cost.kind,
        )
    return cost
