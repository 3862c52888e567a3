"""Pictures whose letter was never opened go away."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.ideas.portal.pictures import forget_waiting
from livingroom.shared.leases import leased

EVERY = timedelta(hours=6)
_next_at: datetime | None = None


def tick(now: datetime) -> None:
    global _next_at
    if _next_at is None or now >= _next_at:
        _next_at = now + EVERY
        forget_pictures.enqueue()


@task(queue_name="slow")
def forget_pictures() -> None:
    now = timezone.now()
    with leased("pictures of ideas", now=now, length=timedelta(minutes=10)) as is_ours:
        if is_ours:
            forget_waiting(now)
