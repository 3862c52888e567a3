"""Letters to members go out."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.people.members.letters import send_what_waits
from livingroom.shared.leases import leased

LETTERS_EVERY = timedelta(minutes=1)
_next_letters_at: datetime | None = None


def tick(now: datetime) -> None:
    global _next_letters_at
    if _next_letters_at is None or now >= _next_letters_at:
        _next_letters_at = now + LETTERS_EVERY
        send_letters.enqueue()


@task(queue_name="slow")
def send_letters() -> None:
    now = timezone.now()
    with leased("letters to members", now=now, length=timedelta(minutes=10)) as is_ours:
        if is_ours:
            send_what_waits(now)
