"""What the ticker calls: have every stream read when its turn comes, each by a task of its own."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.networks.reactions.gathering import gather, take_turns

LOOK_EVERY = timedelta(seconds=30)
_next_look_at: datetime | None = None


def tick(now: datetime) -> None:
    """Twice a minute, hand out the streams whose turn it is. One that breaks breaks alone."""
    global _next_look_at
    if _next_look_at is not None and now < _next_look_at:
        return
    _next_look_at = now + LOOK_EVERY
    for place in take_turns(now):
        gather_stream.enqueue(place.pk)


@task(queue_name="slow")
def gather_stream(place_id: int) -> int:
    """Returns how many reactions came home."""
    return gather(place_id, timezone.now())
