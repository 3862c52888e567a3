"""What the till does by itself, once a second and for files."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from livingroom.orders import importing
from livingroom.orders.actors import HOUSE
from livingroom.orders.fetching import are_stale, fetch_rates
from livingroom.orders.intake import inbox
from livingroom.orders.models import Import, Intake, Shop
from livingroom.orders.operations import replay_intake
from livingroom.orders.rates import BadRates, current_book
from livingroom.orders.reading_fees import book_reading_fees
from livingroom.shared.events import raise_alarm, resolve_alarm

log = logging.getLogger("livingroom.orders")
LEFT_BEHIND = timedelta(seconds=15)
SILENT = timedelta(minutes=2)
AT_ONCE = 200
FETCH_EVERY = timedelta(hours=6)
_next_fetch_at: datetime | None = None


def tick(now: datetime) -> None:
    """Finish what a process that died left behind, and keep the till in order."""
    apply_left_behind(now)
    for shop in Shop.objects.filter(intake__state=Intake.State.WAITING).distinct():
        inbox.apply_those_that_wait(shop, now=now)
    take_up_silent_imports(now)
    if now.second < 2:  # about once a minute, also when a beat is missed
        fetch_when_stale(now)
        replay_for_rates(now)
        ring_for_dead_letters(now)
        book_reading_fees(now)


def apply_left_behind(now: datetime) -> int:
    """Apply deliveries that were kept, but whose process died before it applied them."""
    left = Intake.objects.filter(state=Intake.State.RECEIVED, received_at__lt=now - LEFT_BEHIND)
    return len([inbox.apply(delivery, now=now) for delivery in left.select_related("shop")[:AT_ONCE]])


def fetch_when_stale(now: datetime) -> None:
    """Have newer exchange rates fetched where there are shops and the Bank may have published."""
    global _next_fetch_at
    if _next_fetch_at is not None and now < _next_fetch_at:
        return
    _next_fetch_at = now + FETCH_EVERY
    if settings.RATES_URL and Shop.objects.exists() and are_stale(now):
        refresh_rates.enqueue()


@task(queue_name="slow")
def refresh_rates() -> str:
    """Returns what became of it; that the Bank is out of reach is no mistake of ours, and doctor says how old the rates are."""
    try:
        return f"up to {fetch_rates()}"
    except BadRates as problem:
        log.warning("Exchange rates stay as they are: %s", problem)
        return str(problem)


def replay_for_rates(now: datetime) -> int:
    """Apply what had no exchange rate, once there are newer ones. Returns how many."""
    without = Intake.objects.filter(state=Intake.State.DEAD, problem_code="no_rate")
    newest = current_book().newest.isoformat()
    hopeful = without.exclude(problem__contains=f"ours end on {newest}").filter(
        problem__contains="ours end on"
    )
    outcomes = [
        replay_intake(actor=HOUSE, delivery=each, now=now)
        for each in hopeful.select_related("shop")[:AT_ONCE]
    ]
    return len([outcome for outcome in outcomes if outcome.state != "dead"])


def ring_for_dead_letters(now: datetime) -> None:
    n_dead = Intake.objects.filter(state=Intake.State.DEAD).count()
    if n_dead:
        said = "One order or refund needs" if n_dead == 1 else f"{n_dead:,} orders or refunds need"
        raise_alarm(
            kind="dead_orders",
            subject="orders",
            text=f"{said} a person.",
            now=now,
            url=reverse("dead_letters"),
        )
    else:
        resolve_alarm(kind="dead_orders", subject="orders", now=now)


def take_up_silent_imports(now: datetime) -> None:
    """Begin a file anew whose reader died; what it had read already is found to be the same."""
    for silent in Import.objects.filter(state=Import.State.RUNNING).exclude(path=""):
        if now - (silent.seen_at or silent.started_at) > SILENT:
            Import.objects.filter(pk=silent.pk).update(seen_at=now)
            read_import.enqueue(silent.pk)


@task(queue_name="slow")
def read_import(import_id: int) -> None:
    """Read an uploaded file, then throw it away: it holds mail addresses."""
    file_import = Import.objects.select_related("shop").get(pk=import_id)
    if file_import.state != Import.State.RUNNING:
        return
    for name in ("n_rows", "n_new", "n_changed", "n_same", "n_dead", "n_skipped"):
        setattr(file_import, name, 0)
    file_import.seen_at = timezone.now()
    file_import.save()
    path = Path(file_import.path)
    importing.read_file(file_import, path)
    path.unlink(missing_ok=True)
    Import.objects.filter(pk=import_id).update(path="")
