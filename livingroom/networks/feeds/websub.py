"""Ask a feed's hub to tell us at once, confirm that we asked, renew before the lease ends.

https://www.w3.org/TR/websub/ — a hub calls our address twice: to ask whether we meant it, and with what is new.
"""

import secrets
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import F
from django.urls import reverse

from livingroom.networks.errors import NetworkError
from livingroom.networks.feeds.models import FeedSubscription
from livingroom.networks.models import Connection
from livingroom.networks.operations import open_connection
from livingroom.networks.public_pages import PageReader
from livingroom.networks.vault import StoredCredentials

State = FeedSubscription.State
LEASE = timedelta(days=10)
RENEW_BEFORE = timedelta(days=1)
CONFIRM_WITHIN = timedelta(hours=1)
TRY_AGAIN = timedelta(hours=6)
AT_ONCE = 20


def note_hubs(now: datetime) -> int:
    """Make a row for each connected feed that names a hub and has none. Returns how many."""
    made = 0
    for connection in Connection.objects.connected().filter(network="feeds", feed_subscription=None):
        known = StoredCredentials(connection.pk).load()
        # A feed without a hub has a row, too: so it is looked at once.
        state = State.WANTED if known.get("hub") else State.REFUSED
        FeedSubscription.objects.create(
            connection=connection,
            hub=known.get("hub", ""),
            topic=known.get("topic", ""),
            token=secrets.token_urlsafe(32),
            state=state,
            problem="" if known.get("hub") else "The feed names no hub.",
            ask_after=now,
        )
        made += 1
    return made


def ask_hubs(now: datetime, reader: PageReader) -> int:
    """Ask for those that are wanted and those whose lease ends soon. Returns how many were asked."""
    due = FeedSubscription.objects.to_ask_for(now, lease_before=now + RENEW_BEFORE)
    return len([ask_hub(each, reader=reader, now=now) for each in due.select_related("connection")[:AT_ONCE]])


def ask_hub(subscription: FeedSubscription, *, reader: PageReader, now: datetime) -> FeedSubscription:
    """One request; the hub answers by calling us. What went wrong is on the row."""
    secret = StoredCredentials(subscription.connection_id).load()["hub_secret"]
    form = {
        "hub.mode": "subscribe",
        "hub.topic": subscription.topic,
        "hub.callback": callback_of(subscription),
        "hub.secret": secret,
        "hub.lease_seconds": str(int(LEASE.total_seconds())),
    }
    # Written before we ask: a hub may call us before it has answered.
    was_active = subscription.state == State.ACTIVE
    asked = {"ask_after": now + CONFIRM_WITHIN} | ({} if was_active else {"state": State.ASKED})
    FeedSubscription.objects.filter(pk=subscription.pk).update(**asked)
    try:
        answer = reader.post(subscription.hub, urlencode(form).encode(), "application/x-www-form-urlencoded")
        problem = (
            "" if 200 <= answer.status < 300 else f"The hub answered {answer.status}: {answer.text[:150]}"
        )
    except NetworkError as error:
        problem = error.text
    if problem:
        changes = {"problem": problem[:300], "ask_after": now + TRY_AGAIN} | (
            {} if was_active else {"state": State.FAILED}
        )
        FeedSubscription.objects.filter(pk=subscription.pk).update(**changes)
    subscription.refresh_from_db()
    return subscription


def confirm(
    subscription: FeedSubscription, *, mode: str, topic: str, lease_seconds: int, now: datetime
) -> bool:
    """The hub asks whether we meant it. True when we did; anybody else's idea is refused."""
    if topic != subscription.topic:
        return False
    if mode == "denied":
        FeedSubscription.objects.filter(pk=subscription.pk).update(
            state=State.REFUSED, problem="The hub refused.", lease_until=None
        )
        return True
    if mode != "subscribe" or subscription.state not in (State.ASKED, State.ACTIVE):
        return False
    lease = min(max(timedelta(seconds=lease_seconds), timedelta(minutes=5)), timedelta(days=90))
    FeedSubscription.objects.filter(pk=subscription.pk).update(
        state=State.ACTIVE, lease_until=now + lease, problem=""
    )
    return True


def take_push(subscription: FeedSubscription, headers: dict[str, str], body: bytes, now: datetime) -> int:
    """Believe what is signed; the next reading of the feed comes now. Returns how many items came. Raises NetworkError."""
    page = open_connection(subscription.connection).receive(headers, body, now)
    FeedSubscription.objects.filter(pk=subscription.pk).update(last_push_at=now, n_pushes=F("n_pushes") + 1)
    return len(page.events)


def callback_of(subscription: FeedSubscription) -> str:
    return settings.PUBLIC_URL + reverse("feed_hub", args=[subscription.token])
