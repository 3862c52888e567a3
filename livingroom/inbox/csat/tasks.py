"""What the ticker calls: ask those whose time has come."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.inbox.csat.asking import ask_due
from livingroom.inbox.csat.models import Asked
from livingroom.inbox.rules.running import rating_happened, run_rules

LOOK_EVERY = timedelta(seconds=30)
_next_look_at: datetime | None = None


@task()
def ask() -> int:
    """Returns how many were asked."""
    return ask_due(timezone.now())


@task()
def run_rules_for_rating(asked_id: int) -> int:
    """Returns how many rules acted."""
    rows = Asked.objects.select_related("conversation__author", "conversation__branch")
    row = rows.filter(pk=asked_id).first()
    if row is None or row.rating is None:
        return 0
    now = timezone.now()
    return len(run_rules([rating_happened(row.conversation, row.rating, row.comment, now)], now))


def tick(now: datetime) -> None:
    global _next_look_at
    if _next_look_at is not None and now < _next_look_at:
        return
    _next_look_at = now + LOOK_EVERY
    if Asked.objects.filter(state=Asked.State.WAITING, ask_at__lte=now).exists():
        ask.enqueue()
