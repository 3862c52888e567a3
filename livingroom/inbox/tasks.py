"""Background work of the inbox, and its clock."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.inbox.live.telling import forget_old
from livingroom.inbox.mail.fetching import fetch_mail
from livingroom.inbox.mail.models import Mailbox
from livingroom.inbox.operations import wake
from livingroom.shared.leases import leased

MAIL_EVERY = timedelta(minutes=1)
TIDY_EVERY = timedelta(minutes=10)
_next_tidying_at: datetime | None = None


def tick(now: datetime) -> None:
    """Called each second by the worker that holds the lease."""
    global _next_tidying_at
    wake(now)
    for pk in _due_mailboxes(now):
        read_mailbox.enqueue(pk)
    if _next_tidying_at is None or now >= _next_tidying_at:
        _next_tidying_at = now + TIDY_EVERY
        forget_old(now)


def _due_mailboxes(now: datetime) -> list[int]:
    """Mailboxes whose minute is over; noted as read first, so that no second task is made for the same minute."""
    due = Mailbox.objects.filter(is_active=True).exclude(read_at__gt=now - MAIL_EVERY)
    numbers = list(due.values_list("pk", flat=True))
    if numbers:
        Mailbox.objects.filter(pk__in=numbers).update(read_at=now)
    return numbers


@task(queue_name="slow")
def read_mailbox(pk: int) -> None:
    """Read one mailbox, one reader at a time."""
    now = timezone.now()
    with leased(f"mailbox {pk}", now=now, length=timedelta(minutes=10)) as is_ours:
        mailbox = Mailbox.objects.filter(pk=pk, is_active=True).first()
        if is_ours and mailbox is not None:
            fetch_mail(mailbox, now)
