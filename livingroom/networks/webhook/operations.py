"""The verbs of places: take a delivery in, lay posts out, change the secret."""

from datetime import datetime, timedelta

from django.db import transaction

from livingroom.config.locks import one_at_a_time
from livingroom.networks.interface import Event
from livingroom.networks.models import Connection
from livingroom.networks.operations import open_connection
from livingroom.networks.reactions.keeping import keep_events
from livingroom.networks.vault import StoredCredentials
from livingroom.networks.webhook.counter import Row
from livingroom.networks.webhook.deliveries import GONE
from livingroom.networks.webhook.models import PlaceEvent, PlaceFigure, PlacePost
from livingroom.networks.webhook.network import WebhookNetwork
from livingroom.networks.webhook.rows import event_row
from livingroom.networks.webhook.signing import new_secret, prove
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event

OLD_SECRET_DAYS = 7
POSTS_AT_ONCE = 50


def open_place(connection: Connection) -> WebhookNetwork:
    place = open_connection(connection)
    assert isinstance(place, WebhookNetwork)
    return place


def take_in(*, connection: Connection, headers: dict[str, str], body: bytes, now: datetime) -> Row:
    """Keep what a place tells us, each event once; other words for a known one are an edit.

    Raises Forbidden, Invalid, AuthExpired.
    """
    delivery = open_place(connection).read_delivery(headers, body, now)
    # One after the other, so that events are seen in the order of their numbers and none is passed over.
    with one_at_a_time(f"place-{connection.pk}"), transaction.atomic():
        n_new = sum(_keep_event(connection, event, now) for event in delivery.events)
        for event_id in delivery.gone:
            _take_back(connection, event_id, now)
        for name, value in delivery.figures.items():
            day: Row = {"connection": connection, "name": name, "on": delivery.on}
            PlaceFigure.objects.update_or_create(**day, defaults={"value": value})
    names = [event.id for event in delivery.events]
    taken_back = PlaceEvent.objects.filter(connection=connection, event_id__in=names, kind=GONE)
    gone = set(taken_back.values_list("event_id", flat=True))
    keep_events(connection, [event for event in delivery.events if event.id not in gone], now)
    return {"n_new": n_new, "n_known": len(delivery.events) - n_new, "n_figures": len(delivery.figures)}


def _keep_event(connection: Connection, event: Event, now: datetime) -> bool:
    """Returns whether it is new."""
    row, is_new = PlaceEvent.objects.get_or_create(
        connection=connection, event_id=event.id, defaults={**event_row(event), "received_at": now}
    )
    if row.kind != GONE and row.text != event.text:
        row.text = event.text
        row.save(update_fields=["text"])
    return is_new


def _take_back(connection: Connection, event_id: str, now: datetime) -> None:
    """Leave only its name, so that the words do not come back with a delivery that was late."""
    bare: Row = {
        "kind": GONE,
        "stream": "",
        "text": "",
        "person_id": "",
        "person_handle": "",
        "person_name": "",
    }
    PlaceEvent.objects.update_or_create(
        connection=connection,
        event_id=event_id,
        defaults=bare,
        create_defaults={**bare, "at": now, "received_at": now},
    )


def hand_out(
    *, connection: Connection, headers: dict[str, str], after: int, now: datetime, limit: int = POSTS_AT_ONCE
) -> Row:
    """The posts that changed behind a number; of those taken down the names alone. Raises Forbidden, AuthExpired."""
    prove(open_place(connection).client.secrets(), headers, b"", now)
    changed = PlacePost.objects.filter(connection=connection, change__gt=after).order_by("change")
    posts = list(changed[: max(1, min(limit, POSTS_AT_ONCE))])
    fresh = [post.pk for post in posts if post.handed_over_at is None]
    PlacePost.objects.filter(pk__in=fresh).update(handed_over_at=now)
    return {"posts": [_laid_out(post) for post in posts], "next": posts[-1].change if posts else after}


def change_secret(*, staff: Staff, connection: Connection, now: datetime) -> str:
    """Give the place a new secret and return it; the old one holds for another week. Raises PermissionDenied."""
    require(staff, "set_up")
    store, fresh = StoredCredentials(connection.pk), new_secret()
    until = (now + timedelta(days=OLD_SECRET_DAYS)).isoformat()
    store.renew(
        store.load(),
        lambda kept: {
            **kept,
            "secret": fresh,
            "previous_secret": kept.get("secret", ""),
            "previous_until": until,
        },
    )
    record_event(actor=staff, verb="changed the secret of", subject=connection, now=now)
    return fresh


def _laid_out(post: PlacePost) -> Row:
    if post.deleted_at:
        return {"id": post.post_id, "is_deleted": True}
    return {**post.data, "id": post.post_id, "at": post.made_at.isoformat(), "is_deleted": False}
