"""What the ticker calls: have every stream read when its turn comes."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.networks.reactions.gathering import gather, open_places

LOOK_EVERY = timedelta(seconds=30)
_next_look_at: datetime | None = None


def tick(now: datetime) -> None:
    """Twice a minute, hand out the streams whose turn it is."""
    global _next_look_at
    if _next_look_at is not None and now < _next_look_at:
        return
    _next_look_at = now + LOOK_EVERY
    if open_places(now):
        gather_due.enqueue()


@task(queue_name="slow")
def gather_due() -> int:
    """Returns how many reactions came home."""
    return sum(gather(place.pk, timezone.now()) for place in open_places(timezone.now()))
