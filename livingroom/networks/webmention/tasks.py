"""Read the pages that say they mention us: each soon after it arrived, and again after a month."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.networks.webmention.models import ReceivedMention
from livingroom.networks.webmention.operations import look_at, open_reader

LOOK_EVERY = timedelta(minutes=1)
AT_ONCE = 100
_next_look_at: datetime | None = None


def tick(now: datetime) -> None:
    """Once a minute, have those read whose turn it is: new ones left behind, and old ones."""
    global _next_look_at
    if _next_look_at is not None and now < _next_look_at:
        return
    _next_look_at = now + LOOK_EVERY
    if ReceivedMention.objects.due(now - LOOK_EVERY).exists():
        look_at_due.enqueue()


@task(queue_name="slow")
def look_at_mention(number: int) -> str:
    """Returns what became of it."""
    mention = ReceivedMention.objects.filter(pk=number).first()
    if mention is None:
        return "forgotten"
    return str(look_at(mention, reader=open_reader(), now=timezone.now()).state)


@task(queue_name="slow")
def look_at_due() -> int:
    """Returns how many were read."""
    reader, due = open_reader(), ReceivedMention.objects.due(timezone.now())
    return len([look_at(mention, reader=reader, now=timezone.now()) for mention in due[:AT_ONCE]])
