"""What the ticker calls: look at young posts again, bring home what was said, tell the pages that posts link to."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.posts.reactions import telling, writing_back
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
    telling.plan_tellings(now)
    if telling.tellings_due(now):
        tell_due.enqueue()


@task(queue_name="slow")
def bring_due() -> int:
    """Returns how many were written, changed or taken back."""
    return len([writing_back.bring(pk, timezone.now()) for pk in writing_back.due(timezone.now())])


@task(queue_name="slow")
def follow_due() -> int:
    """Returns how many conversations were read again."""
    return follow_placements(to_follow(timezone.now()), timezone.now())


@task(queue_name="slow")
def tell_due() -> int:
    """Returns of how many placements the linked pages were told."""
    return len([telling.tell_pages(pk, timezone.now()) for pk in telling.tellings_due(timezone.now())])
