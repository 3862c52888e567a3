"""What the ticker calls for the answer duty: tell who waits, remind who owes, archive by rule."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.ideas.archiving import archive_by_rule
from livingroom.ideas.duty.noticing import mail_what_waits, note_due
from livingroom.ideas.duty.owners import hand_over_orphans
from livingroom.ideas.duty.ringing import ring
from livingroom.ideas.duty.telling import go_on
from livingroom.ideas.models import Board, DutyNotice, Telling
from livingroom.ideas.storms.operations import ring_for_summaries
from livingroom.shared.leases import leased

LOOK_EVERY = timedelta(seconds=10)
REMIND_EVERY = timedelta(minutes=10)
_next_look_at: datetime | None = None
_next_reminding_at: datetime | None = None


def tick(now: datetime) -> None:
    global _next_look_at, _next_reminding_at
    if _next_look_at is None or now >= _next_look_at:
        _next_look_at = now + LOOK_EVERY
        if Telling.objects.filter(done_at=None).exists():
            tell_who_waits.enqueue()
    if _next_reminding_at is None or now >= _next_reminding_at:
        _next_reminding_at = now + REMIND_EVERY
        if Board.objects.exists() or DutyNotice.objects.filter(mailed_at=None).exists():
            remind_owners.enqueue()


@task(queue_name="slow")
def tell_who_waits() -> None:
    now = timezone.now()
    with leased("telling who voted", now=now, length=timedelta(minutes=10)) as is_ours:
        if is_ours:
            go_on(now)


@task(queue_name="slow")
def remind_owners() -> None:
    now = timezone.now()
    with leased("the answer duty", now=now, length=timedelta(minutes=10)) as is_ours:
        if is_ours:
            look_after(now)


def look_after(now: datetime) -> None:
    """All that the duty does by itself; harmless to repeat."""
    hand_over_orphans(now)
    note_due(now)
    mail_what_waits(now)
    ring(now)
    ring_for_summaries(now)
    archive_by_rule(now)
