"""Deliveries: kept first, applied then. What cannot be applied waits for its order, or for a person."""

import logging
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import BigIntegerField, Case, Value, When
from django.db.models.functions import Cast

from livingroom.orders import till
from livingroom.orders.facts import Fact, Nothing, Outcome, Sale, Unusable
from livingroom.orders.intake import csv_files, generic, shopify, stripe, woocommerce
from livingroom.orders.models import Intake, Order, Shop
from livingroom.shared.addresses import without_addresses
from livingroom.shared.models import Brand

log = logging.getLogger(__name__)
State = Intake.State
NOTED = ["state", "order", "waits_for", "n_attempts", "problem", "problem_field", "problem_code"]
_STATES = {"waiting": State.WAITING, "dead": State.DEAD}


def keep(shop: Shop, *, source: str, dedupe_key: str, body: str, now: datetime) -> tuple[Intake, bool]:
    """Store a delivery, once for ever. Returns it, and whether it is new."""
    row = Intake(
        shop=shop,
        source=source,
        dedupe_key=dedupe_key[:200],
        received_at=now,
        body=without_addresses(body.replace("\x00", "")),
    )
    try:
        # One statement needs no transaction of its own, unless a failure would spoil the one around it.
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            row.save(force_insert=True)
    except IntegrityError:
        return Intake.objects.select_related("shop").get(shop=shop, dedupe_key=row.dedupe_key), False
    return row, True


def apply(delivery: Intake, *, now: datetime) -> Outcome:
    """Read a delivery and enter what it says. What is wrong with it stays with it, as a problem."""
    return apply_many(delivery.shop, [delivery], now=now)[0]


def apply_many(shop: Shop, deliveries: Sequence[Intake], *, now: datetime) -> list[Outcome]:
    """Apply deliveries of one shop together; each has its own outcome."""
    read_as = [_read_or_say_why_not(delivery) for delivery in deliveries]
    facts = [fact for meant in read_as if not isinstance(meant, Outcome) for fact in meant]
    currency = Brand.current().reporting_currency
    with transaction.atomic():
        entered = till.enter(shop, facts, reporting_currency=currency, now=now) if facts else []
        left = iter(entered)
        outcomes = [
            meant if isinstance(meant, Outcome) else _as_one([next(left) for _ in meant]) for meant in read_as
        ]
        _note_all(deliveries, outcomes)
    new = [
        fact.order_id
        for fact, outcome in zip(facts, entered, strict=True)
        if isinstance(fact, Sale) and outcome.state == "new"
    ]
    if new:
        apply_those_that_wait(shop, now=now, order_ids=new)
    return outcomes


def _as_one(outcomes: Sequence[Outcome]) -> Outcome:
    """What became of a delivery that told several facts: the first trouble, else the first change."""
    for states in (("dead",), ("waiting",), ("new", "changed")):
        for outcome in outcomes:
            if outcome.state in states:
                return outcome
    return outcomes[0]


def _read_or_say_why_not(delivery: Intake) -> Sequence[Fact] | Outcome:
    try:
        facts = read(delivery)
    except Unusable as problem:
        return Outcome("dead", problem=problem)
    except (
        Exception
    ) as mistake:  # ours: a form of event we did not foresee must not be lost, nor stop the others
        log.exception("Delivery %s of %s could not be read.", delivery.pk, delivery.shop)
        text = f"Livingroom could not read this ({type(mistake).__name__}: {mistake}). Correct it, or dismiss it."
        return Outcome("dead", problem=Unusable(text))
    return Outcome("skipped", why=facts.why) if isinstance(facts, Nothing) else facts


def read(delivery: Intake) -> list[Fact] | Nothing:
    """Turn the body into facts by the adapter it came through. Raises Unusable."""
    if delivery.source == "stripe":
        return stripe.read(delivery.body)
    if delivery.source == "shopify":
        return shopify.read(delivery.body)
    if delivery.source == "woocommerce":
        return woocommerce.read(delivery.body)
    if delivery.source == "file":
        return csv_files.read(delivery.body, delivery.shop)
    return generic.read(delivery.body)


def apply_those_that_wait(shop: Shop, *, now: datetime, order_ids: Sequence[str] | None = None) -> int:
    """Apply refunds whose order has come. Returns how many."""
    waiting = Intake.objects.filter(shop=shop, state=State.WAITING)
    if order_ids is None:
        here = Order.objects.filter(shop=shop).values("external_id")
        waiting = waiting.filter(waits_for__in=here)
    else:
        waiting = waiting.filter(waits_for__in=order_ids)
    n_applied = 0
    for delivery in waiting.order_by("id"):
        delivery.shop = shop
        n_applied += apply(delivery, now=now).state != "waiting"
    return n_applied


def _note_all(deliveries: Sequence[Intake], outcomes: Sequence[Outcome]) -> None:
    """Write what came of each. Those that simply went in, nearly all, are one statement."""
    simple: list[Intake] = []
    for delivery, outcome in zip(deliveries, outcomes, strict=True):
        _set(delivery, outcome)
        if outcome.problem or outcome.waits_for or outcome.why or delivery.n_attempts > 1:
            delivery.save(update_fields=NOTED)
        else:
            simple.append(delivery)
    if simple:
        order_of = Case(*[When(pk=delivery.pk, then=Value(delivery.order_id)) for delivery in simple])
        rows = Intake.objects.filter(pk__in=[delivery.pk for delivery in simple])
        rows.update(state=State.APPLIED, n_attempts=1, order_id=Cast(order_of, BigIntegerField()))


def _set(delivery: Intake, outcome: Outcome) -> None:
    problem = outcome.problem
    delivery.state = _STATES.get(outcome.state, State.APPLIED)
    delivery.order_id = outcome.order_id
    delivery.waits_for = outcome.waits_for
    delivery.n_attempts = min(delivery.n_attempts + 1, 32_000)
    delivery.problem = outcome.why
    delivery.problem_field = delivery.problem_code = ""
    if outcome.waits_for:
        delivery.problem = f"Order {outcome.waits_for} is not here yet. This is applied as soon as it comes."
    if problem:
        row = f"Row {delivery.row_number:,}: " if delivery.row_number else ""
        delivery.problem = row + problem.text
        delivery.problem_field, delivery.problem_code = problem.field[:60], problem.code


def correct(delivery: Intake, body: str) -> None:
    """Keep what a person corrected in the place of what came."""
    delivery.body = without_addresses(body.replace("\x00", ""))
    delivery.save(update_fields=["body"])
