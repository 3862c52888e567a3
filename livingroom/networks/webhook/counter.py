"""What the counter does: keep posts for places and what places told us, and answer about both."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from livingroom.config.locks import one_at_a_time
from livingroom.networks.graphemes import count_graphemes
from livingroom.networks.models import Connection
from livingroom.networks.webhook.models import PlaceEvent, PlaceFigure, PlacePost
from livingroom.networks.webhook.render import LIMITS

Row = dict[str, Any]
PAGE_SIZE = 100
LARGEST_THREAD = 10_000


class Refused(Exception):
    def __init__(self, status: int, text: str, field: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.field = field


def lay_out(connection: Connection, asked: Row, now: datetime) -> Row:
    """Keep a post under its key, once, and forget what the caller says about a second one."""
    _judge(connection, asked)
    is_handed_over = bool(asked.pop("is_handed_over", False))
    name, url = str(asked.pop("id", asked["key"])), str(asked.pop("url", ""))
    with one_at_a_time(f"place-{connection.pk}"), transaction.atomic():
        post, is_new = PlacePost.objects.get_or_create(
            connection=connection,
            key=asked["key"],
            defaults={
                "post_id": name,
                "url": url,
                "text": asked["text"],
                "data": asked,
                "in_reply_to": asked.get("in_reply_to", ""),
                "made_at": now,
                "handed_over_at": now if is_handed_over else None,
                "change": next_change(connection),
            },
        )
    if post.deleted_at:
        raise Refused(404, "This post was taken down.")
    return {**_shown(post), "is_new": is_new}


def find_post(connection: Connection, asked: Row, now: datetime) -> Row:
    post = _standing(connection).filter(key=asked["key"]).first()
    if post is None:
        raise Refused(404, "There is no post under this key (any more).")
    return _shown(post)


def delete_post(connection: Connection, asked: Row, now: datetime) -> Row:
    with one_at_a_time(f"place-{connection.pk}"), transaction.atomic():
        n_deleted = (
            _standing(connection)
            .filter(post_id=asked["id"])
            .update(deleted_at=now, change=next_change(connection))
        )
    if not n_deleted:
        raise Refused(404, "There is no such post (any more).")
    return {}


def list_events(connection: Connection, asked: Row, now: datetime) -> Row:
    rows = PlaceEvent.objects.filter(
        connection=connection, stream=asked["stream"], pk__gt=int(asked.get("after") or 0)
    )
    found = list(rows.order_by("pk")[: PAGE_SIZE + 1])
    page = found[:PAGE_SIZE]
    return {
        "events": [_event(row) for row in page],
        "cursor": str(page[-1].pk) if page else str(asked.get("after") or 0),
        "more": len(found) > PAGE_SIZE,
    }


def thread(connection: Connection, asked: Row, now: datetime) -> Row:
    """The post at the root of what is asked for, and all that hangs under it, oldest first."""
    root = _root(connection, asked["id"])
    rows, level = [root], {root["id"]}
    while level and len(rows) < LARGEST_THREAD:
        seen = {row["id"] for row in rows}
        below = [row for row in _under(connection, level) if row["id"] not in seen]
        rows += below
        level = {row["id"] for row in below}
    return {"rows": [root, *sorted(rows[1:], key=lambda row: str(row["at"]))]}


def count(connection: Connection, asked: Row, now: datetime) -> Row:
    """What people said and did under each; an id that nobody knows is left out."""
    ids = list(asked["ids"])
    known = set(_standing(connection).filter(post_id__in=ids).values_list("post_id", flat=True))
    known |= set(_events(connection).filter(event_id__in=ids).values_list("event_id", flat=True))
    counts: dict[str, Counter[str]] = {each: Counter() for each in known}
    for subject, kind in _events(connection).filter(subject__in=known).values_list("subject", "kind"):
        counts[subject][kind] += 1
    return {"counts": {each: dict(found) for each, found in counts.items()}}


def figures(connection: Connection, asked: Row, now: datetime) -> Row:
    """The last telling of each figure."""
    found: Row = {"n_posts": _standing(connection).count()}
    for figure in PlaceFigure.objects.filter(connection=connection).order_by("on"):
        found[figure.name] = figure.value
    return found


def next_change(connection: Connection) -> int:
    """Call it only under the place's lock, so that numbers are seen in their order."""
    return int(PlacePost.objects.filter(connection=connection).aggregate(last=Max("change"))["last"] or 0) + 1


def _judge(connection: Connection, asked: Row) -> None:
    text = str(asked.get("text", ""))
    if not text.strip():
        raise Refused(422, "A post needs words.", "text")
    if count_graphemes(text) > LIMITS.graphemes:
        raise Refused(422, f"{count_graphemes(text)} characters; at most {LIMITS.graphemes}.", "text")
    above = asked.get("in_reply_to")
    if above and not asked.get("is_handed_over"):
        is_ours, is_theirs = (
            _standing(connection).filter(post_id=above).exists(),
            _events(connection).filter(event_id=above).exists(),
        )
        if not (is_ours or is_theirs):
            raise Refused(404, "What is to be answered is no longer there.")


def _standing(connection: Connection) -> QuerySet[PlacePost]:
    return PlacePost.objects.filter(connection=connection, deleted_at=None)


def _events(connection: Connection) -> QuerySet[PlaceEvent]:
    return PlaceEvent.objects.filter(connection=connection)


def _root(connection: Connection, name: str) -> Row:
    for _ in range(LARGEST_THREAD):
        row = _row_called(connection, name)
        if row is None:
            raise Refused(404, "There is no such post (any more).")
        parent = str(row["parent"])
        if not parent or _row_called(connection, parent) is None:
            return row | {"parent": ""}
        name = parent
    raise Refused(422, "This thread goes in a circle.", "id")


def _row_called(connection: Connection, name: str) -> Row | None:
    post = _standing(connection).filter(post_id=name).first()
    if post is not None:
        return _thread_row(post)
    event = _events(connection).filter(event_id=name).exclude(text="").first()
    return _thread_event(event) if event else None


def _under(connection: Connection, names: set[str]) -> list[Row]:
    ours = _standing(connection).filter(in_reply_to__in=names)
    theirs = _events(connection).filter(subject__in=names).exclude(text="")
    return [*(_thread_row(post) for post in ours), *(_thread_event(event) for event in theirs)]


def _thread_row(post: PlacePost) -> Row:
    return {
        "id": post.post_id,
        "url": post.url,
        "text": post.text,
        "at": post.made_at.isoformat(),
        "parent": post.in_reply_to,
        "person_id": post.connection.account_id,
        "person_handle": post.connection.handle,
        "person_name": post.connection.name,
    }


def _thread_event(event: PlaceEvent) -> Row:
    return {**_event(event), "id": event.event_id, "url": "", "parent": event.subject}


def _event(event: PlaceEvent) -> Row:
    names = ("event_id", "stream", "kind", "person_id", "person_handle", "person_name", "text", "subject")
    return {name: getattr(event, name) for name in names} | {"at": event.at.isoformat()}


def _shown(post: PlacePost) -> Row:
    return {"id": post.post_id, "url": post.url, "at": post.made_at.isoformat()}
