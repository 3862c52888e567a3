"""Background work of people: erasures taken up where they stopped, links proposed and the retention policy obeyed every night."""

import logging
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from livingroom.people.erasure.models import ErasureReceipt
from livingroom.people.erasure.running import run_erasure
from livingroom.people.importing.models import CustomerImport
from livingroom.people.linking.proposing import propose_links
from livingroom.people.retention.models import RetentionRun
from livingroom.people.retention.obeying import obey_policy
from livingroom.people.retention.policy import BadPolicy
from livingroom.shared.leases import leased

log = logging.getLogger("livingroom.people")
LOOK_EVERY = timedelta(minutes=5)
NIGHTLY_AT = 3  # o'clock, UTC
LINKS_EVERY = timedelta(hours=6)
SILENT = timedelta(minutes=2)
LONGEST = timedelta(hours=2)
ERASING = timedelta(minutes=10)  # a worker that died holds an erasure up no longer; two at once do no harm
_next_look_at: datetime | None = None
_next_links_at: datetime | None = None


def tick(now: datetime) -> None:
    """Called each second by the worker that holds the lease."""
    global _next_look_at, _next_links_at
    if _next_look_at is not None and now < _next_look_at:
        return
    _next_look_at = now + LOOK_EVERY
    for pk in ErasureReceipt.objects.filter(
        state=ErasureReceipt.State.ASKED, asked_at__lt=now - LOOK_EVERY
    ).values_list("pk", flat=True):
        erase_person.enqueue(pk)
    take_up_silent_imports(now)
    if _next_links_at is None or now >= _next_links_at:
        _next_links_at = now + LINKS_EVERY
        find_links.enqueue()
    if is_night(now) and not settings.DEMO:  # a simulated history would be taken for an old one
        obey_retention.enqueue()


def is_night(now: datetime) -> bool:
    """Whether the policy is due: once a day, from three in the morning on."""
    begins = now.replace(hour=NIGHTLY_AT, minute=0, second=0, microsecond=0)
    begins = begins if begins <= now else begins - timedelta(days=1)
    return not RetentionRun.objects.filter(ran_at__gte=begins).exists()


def take_up_silent_imports(now: datetime) -> None:
    """Begin a file anew whose reader died; what it had read already is found to be the same."""
    for silent in CustomerImport.objects.filter(state=CustomerImport.State.RUNNING).exclude(path=""):
        if now - (silent.seen_at or silent.started_at) > SILENT:
            CustomerImport.objects.filter(pk=silent.pk).update(seen_at=now)
            read_import.enqueue(silent.pk)


@task(queue_name="slow")
def erase_person(receipt_id: int) -> None:
    """Erase somebody, one worker at a time; a crash is taken up by the ticker."""
    now = timezone.now()
    with leased(f"erasure {receipt_id}", now=now, length=ERASING) as is_ours:
        receipt = ErasureReceipt.objects.filter(pk=receipt_id).first()
        if is_ours and receipt is not None:
            run_erasure(receipt, now)


@task(queue_name="slow")
def find_links() -> int:
    """Returns how many new pairs there are."""
    now = timezone.now()
    with leased("links of customers", now=now, length=LONGEST) as is_ours:
        return propose_links(now) if is_ours else 0


@task(queue_name="slow")
def obey_retention() -> int:
    """Returns how many rows were treated."""
    now = timezone.now()
    with leased("retention", now=now, length=LONGEST) as is_ours:
        if not is_ours or not is_night(now):
            return 0
        try:
            return sum(run.n for run in obey_policy(now))
        except BadPolicy as problem:
            log.warning("%s", problem)
            return 0


@task(queue_name="slow")
def read_import(import_id: int) -> None:
    """Read an uploaded file, then throw it away: it holds mail addresses."""
    from livingroom.people.importing.taking import read_file, start_over

    file_import = CustomerImport.objects.get(pk=import_id)
    if file_import.state != CustomerImport.State.RUNNING:
        return
    start_over(file_import, timezone.now())
    path = Path(file_import.path)
    read_file(file_import, path)
    path.unlink(missing_ok=True)
    CustomerImport.objects.filter(pk=import_id).update(path="")
