"""What the ticker calls: pack what changed once a minute, and once a night what may have come again."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.inbox.models import Conversation
from livingroom.inbox.reports.models import StaleDay
from livingroom.inbox.reports.rolling import day_of, mark_stale, roll_stale
from livingroom.measure.service.outcomes import RECONTACT_DAYS

LOOK_EVERY = timedelta(minutes=1)
_next_look_at: datetime | None = None
_last_night: date | None = None


def tick(now: datetime) -> None:
    global _next_look_at, _last_night
    if _next_look_at is not None and now < _next_look_at:
        return
    _next_look_at = now + LOOK_EVERY
    if _last_night != now.date():
        _last_night = now.date()
        mark_closed_lately(now)
    if StaleDay.objects.exists():
        pack_days.enqueue()


def mark_closed_lately(now: datetime) -> None:
    """Whoever wrote again within the days of recontact did so in another conversation, which marks its own day only."""
    since = now - timedelta(days=RECONTACT_DAYS + 2)
    rows = Conversation.objects.filter(closed_at__gte=since).values_list("opened_at", flat=True)
    mark_stale({day_of(opened_at) for opened_at in rows})


@task(queue_name="slow")
def pack_days() -> int:
    """Returns how many days were packed."""
    return roll_stale(timezone.now())
