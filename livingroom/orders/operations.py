"""The till's doors. Pages, API, webhooks and commands all come through here."""

from datetime import datetime
from pathlib import Path

from livingroom.orders import importing, till
from livingroom.orders.actors import Actor, may_record
from livingroom.orders.facts import Fact, Outcome, Reversal, Sale
from livingroom.orders.intake import csv_files, inbox
from livingroom.orders.intake.applier import apply_soon
from livingroom.orders.intake.layouts import SHOPIFY
from livingroom.orders.models import ColumnMapping, Import, Intake, Shop
from livingroom.shared.events import record_event
from livingroom.shared.models import Brand


class NothingToReplay(Exception):
    """The delivery is applied or dismissed already."""


def record_order(*, actor: Actor, shop: Shop, sale: Sale, now: datetime) -> Outcome:
    """Record an order, or what changed about it. Raises Unusable and PermissionDenied."""
    return _record(actor, shop, sale, now)


def record_refund(*, actor: Actor, shop: Shop, refund: Reversal, now: datetime) -> Outcome:
    """Record a refund, cancellation or chargeback of an order that is here; `waiting` when it is not. Raises Unusable."""
    return _record(actor, shop, refund, now)


def receive(
    *, actor: Actor, shop: Shop, source: str, dedupe_key: str, body: str, now: datetime, again: bool = False
) -> tuple[Intake, Outcome]:
    """Keep a delivery, then apply it. One that came before is not applied again.

    With `again`, for callers who tell the same thing without an id of their own, it is: the ledger knows what is new.
    """
    may_record(actor)
    delivery, is_new = inbox.keep(shop, source=source, dedupe_key=dedupe_key, body=body, now=now)
    # RECEIVED and yet not new: whoever kept it died before applying it.
    if is_new or again or delivery.state == Intake.State.RECEIVED:
        return delivery, inbox.apply(delivery, now=now)
    return delivery, Outcome("same", delivery.order_id, waits_for=delivery.waits_for)


def receive_soon(
    *, actor: Actor, shop: Shop, source: str, dedupe_key: str, body: str, now: datetime
) -> Intake:
    """Keep a delivery for ever, so that it may be answered, and see that it is applied right after."""
    may_record(actor)
    delivery, is_new = inbox.keep(shop, source=source, dedupe_key=dedupe_key, body=body, now=now)
    if is_new or delivery.state == Intake.State.RECEIVED:
        apply_soon(delivery, now=now)
    return delivery


def replay_intake(*, actor: Actor, delivery: Intake, now: datetime, body: str | None = None) -> Outcome:
    """Apply a dead or waiting delivery again, corrected if `body` is given. Raises NothingToReplay."""
    may_record(actor)
    if delivery.state not in (Intake.State.DEAD, Intake.State.WAITING, Intake.State.RECEIVED):
        raise NothingToReplay(f"This delivery is {delivery.get_state_display().lower()} already.")
    if body is not None and body != delivery.body:
        inbox.correct(delivery, body)
        record_event(actor=actor, verb="corrected", subject=delivery, now=now)
    outcome = inbox.apply(delivery, now=now)
    record_event(actor=actor, verb="replayed", subject=delivery, now=now, outcome=outcome.state)
    return outcome


def dismiss_intake(*, actor: Actor, delivery: Intake, now: datetime, why: str = "") -> None:
    """Put a dead or waiting delivery aside for good. Raises NothingToReplay."""
    may_record(actor)
    if delivery.state not in (Intake.State.DEAD, Intake.State.WAITING):
        raise NothingToReplay(f"This delivery is {delivery.get_state_display().lower()} already.")
    delivery.state = Intake.State.DISMISSED
    delivery.save(update_fields=["state"])
    record_event(actor=actor, verb="dismissed", subject=delivery, now=now, why=why, problem=delivery.problem)


def begin_import(
    *, actor: Actor, shop: Shop, path: Path, file_name: str, layout: str, now: datetime
) -> Import:
    """Note that a file is to be read. Raises WrongFile and ColumnMapping.DoesNotExist at once, before any row."""
    may_record(actor)
    stream, _ = csv_files.open_file(path, shop, layout)
    stream.close()
    file_import = Import.objects.create(
        shop=shop,
        file_name=Path(file_name).name[:200],
        digest=importing.digest_of(path),
        state=Import.State.RUNNING,
        started_at=now,
        layout=layout,
        path=str(path),
        bytes_total=path.stat().st_size,
        started_by=str(actor)[:120],
    )
    record_event(
        actor=actor, verb="imported", subject=file_import, now=now, file=file_import.file_name, shop=shop.slug
    )
    return file_import


def import_file(
    *,
    actor: Actor,
    shop: Shop,
    path: Path,
    layout: str = SHOPIFY,
    now: datetime,
    progress: importing.Progress | None = None,
) -> Import:
    """Read a file of orders here and now. Raises WrongFile and ColumnMapping.DoesNotExist."""
    file_import = begin_import(actor=actor, shop=shop, path=path, file_name=path.name, layout=layout, now=now)
    return importing.read_file(file_import, path, progress=progress)


def save_mapping(*, actor: Actor, mapping: ColumnMapping, now: datetime) -> ColumnMapping:
    """Save how a file's columns are called."""
    may_record(actor)
    mapping.save()
    record_event(actor=actor, verb="saved", subject=mapping, now=now, columns=mapping.columns)
    return mapping


def _record(actor: Actor, shop: Shop, fact: Fact, now: datetime) -> Outcome:
    may_record(actor)
    [outcome] = till.enter(shop, [fact], reporting_currency=Brand.current().reporting_currency, now=now)
    if outcome.problem:
        raise outcome.problem
    if isinstance(fact, Sale) and outcome.state == "new":
        inbox.apply_those_that_wait(shop, now=now, order_ids=[fact.external_id])
    return outcome
