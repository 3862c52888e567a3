"""What the room does by itself: reminders, events that end, questions that nobody answers, appeals that were right."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.community.events.attendance import link_lately
from livingroom.community.events.operations import end_events
from livingroom.community.events.telling import remind
from livingroom.community.groups.hearing import invite
from livingroom.community.questions.handing import hand_to_inbox
from livingroom.community.questions.likeness import read_again
from livingroom.community.questions.moderating import return_what_was_turned
from livingroom.shared.leases import leased

EVERY = timedelta(minutes=1)
_next_at: datetime | None = None


def tick(now: datetime) -> None:
    global _next_at
    if _next_at is None or now >= _next_at:
        _next_at = now + EVERY
        look_after.enqueue()


@task(queue_name="slow")
def look_after() -> None:
    now = timezone.now()
    with leased("community", now=now, length=timedelta(minutes=10)) as is_ours:
        if is_ours:
            invite(now)
            remind(now)
            end_events(now)
            link_lately(now)
            hand_to_inbox(now)
            return_what_was_turned(now)
            read_again()
