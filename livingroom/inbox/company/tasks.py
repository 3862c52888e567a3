"""What the ticker calls for people: reminders each second, letters and cleaning twice a minute."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.inbox.company.presence import forget_absent
from livingroom.inbox.company.reminders import ring_due
from livingroom.inbox.company.telling import mail_what_waits

LOOK_EVERY = timedelta(seconds=30)
_next_look_at: datetime | None = None


def tick(now: datetime) -> None:
    global _next_look_at
    ring_due(now)
    if _next_look_at is None or now >= _next_look_at:
        _next_look_at = now + LOOK_EVERY
        forget_absent(now)
        mail_letters.enqueue()


@task(queue_name="slow")
def mail_letters() -> int:
    """Returns how many people got one."""
    return mail_what_waits(timezone.now())
