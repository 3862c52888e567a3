"""What the ticker calls: look after the accounts, so that a dead one rings before a post is due."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.networks.operations import check_connections

LOOK_EVERY = timedelta(minutes=5)
_next_look_at: datetime | None = None


def tick(now: datetime) -> None:
    """Every few minutes, have a worker check the accounts whose turn it is."""
    global _next_look_at
    if _next_look_at is None or now >= _next_look_at:
        _next_look_at = now + LOOK_EVERY
        check_accounts.enqueue()


@task(queue_name="slow")
def check_accounts() -> int:
    """Returns how many accounts are well."""
    return check_connections(timezone.now())
