"""Between our words and the rows of the counter. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from livingroom.networks.interface import Event, Metrics, Person, Published, Ref, Rendered, ThreadPost

Row = dict[str, Any]


def post_body(rendered: Rendered, key: str) -> Row:
    """A post as a place is handed it. Offsets of `marks` count UTF-8 bytes."""
    card = rendered.card
    return {
        "key": key,
        "text": rendered.text,
        "title": rendered.title,
        "link": rendered.link,
        "language": rendered.language,
        "card": {"title": card.title, "description": card.description} if card else None,
        "marks": [
            {"kind": f.kind, "start": f.start, "end": f.end, "value": f.value} for f in rendered.facets
        ],
        "in_reply_to": "",
    }


def published(row: Mapping[str, Any], key: str) -> Published:
    return Published(Ref(str(row["id"]), "", str(row["url"])), datetime.fromisoformat(row["at"]), key)


def event_row(event: Event) -> Row:
    return {
        "event_id": event.id,
        "stream": event.stream,
        "kind": event.kind,
        "at": event.at,
        "person_id": event.actor.id,
        "person_handle": event.actor.handle,
        "person_name": event.actor.name,
        "text": event.text,
        "subject": event.subject.id if event.subject else "",
    }


def event_of(row: Mapping[str, Any]) -> Event:
    return Event(
        id=row["event_id"],
        stream=row["stream"],
        kind=row["kind"],
        at=datetime.fromisoformat(row["at"]),
        actor=Person(row["person_id"], row["person_handle"], row["person_name"]),
        ref=Ref(row["event_id"]) if row["text"] else None,
        subject=Ref(row["subject"]) if row["subject"] else None,
        text=row["text"],
    )


def thread_posts(rows: list[Row]) -> list[ThreadPost]:
    return [
        ThreadPost(
            Ref(row["id"], "", row["url"]),
            Person(row["person_id"], row["person_handle"], row["person_name"]),
            row["text"],
            datetime.fromisoformat(row["at"]),
            Ref(row["parent"]) if row["parent"] else None,
        )
        for row in rows
    ]


def metrics_of(ref: Ref, counts: Mapping[str, int] | None) -> Metrics:
    if counts is None:
        return Metrics(ref, gone=True)
    replies = counts.get("reply", 0) + counts.get("comment", 0)
    return Metrics(ref, likes=counts.get("like", 0), reposts=counts.get("repost", 0), replies=replies)
