"""What the ticker calls for digests: made when a period is over, mailed once."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.ideas.digest.operations import mail_what_waits, make_due
from livingroom.ideas.models import Board
from livingroom.shared.leases import leased

LOOK_EVERY = timedelta(minutes=10)
_next_look_at: datetime | None = None


def tick(now: datetime) -> None:
    global _next_look_at
    if _next_look_at is not None and now < _next_look_at:
        return
    _next_look_at = now + LOOK_EVERY
    if Board.objects.exclude(digest_every="").exists():
        tell_management.enqueue()


@task(queue_name="slow")
def tell_management() -> None:
    now = timezone.now()
    with leased("digests of ideas", now=now, length=timedelta(minutes=15)) as is_ours:
        if is_ours:
            make_due(now)
            mail_what_waits(now)
