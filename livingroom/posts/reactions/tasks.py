"""What the ticker calls: look at young posts again, and bring home what was said."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.posts.reactions import writing_back
from livingroom.posts.reactions.following import follow_placements, to_follow

LOOK_EVERY = timedelta(minutes=1)
_next_look_at: datetime | None = None


def tick(now: datetime) -> None:
    """Once a minute, hand out what is due."""
    global _next_look_at
    if _next_look_at is not None and now < _next_look_at:
        return
    _next_look_at = now + LOOK_EVERY
    writing_back.plan(now)
    if writing_back.due(now):
        bring_due.enqueue()
    if to_follow(now):
        follow_due.enqueue()


@task(queue_name="slow")
def bring_due() -> int:
    """Returns how many were written, changed or taken back."""
    return len([writing_back.bring(pk, timezone.now()) for pk in writing_back.due(timezone.now())])


@task(queue_name="slow")
def follow_due() -> int:
    """Returns how many conversations were read again."""
    return follow_placements(to_follow(timezone.now()), timezone.now())
