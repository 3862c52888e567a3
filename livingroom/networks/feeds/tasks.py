"""Keep being told: ask hubs for new feeds, and again before a lease ends."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.networks.feeds import websub
from livingroom.networks.feeds.models import FeedSubscription
from livingroom.networks.models import Connection
from livingroom.networks.webmention.operations import open_reader

LOOK_EVERY = timedelta(minutes=1)
_next_look_at: datetime | None = None


def tick(now: datetime) -> None:
    """Once a minute, look whether a hub must be asked."""
    global _next_look_at
    if _next_look_at is not None and now < _next_look_at:
        return
    _next_look_at = now + LOOK_EVERY
    is_new = Connection.objects.connected().filter(network="feeds", feed_subscription=None).exists()
    if is_new or FeedSubscription.objects.to_ask_for(now, lease_before=now + websub.RENEW_BEFORE).exists():
        ask_hubs.enqueue()


@task(queue_name="slow")
def ask_hubs() -> int:
    """Returns how many were asked."""
    websub.note_hubs(timezone.now())
    return websub.ask_hubs(timezone.now(), open_reader())
