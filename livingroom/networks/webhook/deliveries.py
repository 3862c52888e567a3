"""What a place tells us in one delivery: what people said or did there, and figures. Pure.

{"events":  [{"id": "till-17", "kind": "reply", "at": "2009-11-20T10:30:00Z", "person": {"id": "7", "name": "Ana"},
              "text": "Is it left-handed?", "post": "<the post that it is about>"}],
 "figures": {"on": "2009-11-20", "followers": 214, "visits": 31}}
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from livingroom.networks.errors import Invalid
from livingroom.networks.interface import Event, Person, Ref, Stream

Row = dict[str, Any]
STREAMS: dict[str, Stream] = {
    "reply": "replies",
    "mention": "mentions",
    "comment": "comments",
    "like": "reactions",
    "repost": "reactions",
    "follow": "followers",
}
GONE = "gone"  # taken back in the place: whoever said it, or whoever keeps order there
WITH_WORDS = {"reply", "mention", "comment"}
FIGURES = ("followers", "visits", "posts")
MOST_EVENTS = 200
LONGEST_TEXT = 10_000


@dataclass(frozen=True)
class Delivery:
    """`gone` are the ids of events that were taken back; `figures` are by name, for the day `on`."""

    events: tuple[Event, ...] = ()
    gone: tuple[str, ...] = ()
    figures: Mapping[str, int] = field(default_factory=dict)
    on: date | None = None


def read_delivery(body: bytes, now: datetime) -> Delivery:
    """Raises Invalid, naming the field."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise Invalid("The body is not JSON.", "body") from None
    if not isinstance(told, dict) or not ("events" in told or "figures" in told):
        raise Invalid("The body holds neither events nor figures.", "body")
    events = told.get("events") or []
    if not isinstance(events, list) or len(events) > MOST_EVENTS:
        raise Invalid(f"events must be a list of at most {MOST_EVENTS}.", "events")
    figures, on = _read_figures(told.get("figures") or {}, now)
    gone, said = [], []
    for number, row in enumerate(events):
        if isinstance(row, dict) and row.get("kind") == GONE:
            gone.append(_needed_id(row, f"events.{number}"))
        else:
            said.append(_read_event(row, number))
    return Delivery(tuple(said), tuple(gone), figures, on)


def _read_event(row: object, number: int) -> Event:
    place = f"events.{number}"
    if not isinstance(row, dict):
        raise Invalid(f"{place} must be an object.", place)
    kind = str(row.get("kind", ""))
    if kind not in STREAMS:
        raise Invalid(
            f"{place}.kind is {kind!r}; it must be one of {', '.join(STREAMS)}, {GONE}.", f"{place}.kind"
        )
    text = _text(row, "text", place, LONGEST_TEXT)
    if kind in WITH_WORDS and not text:
        raise Invalid(f"{place}.text is missing: what was said?", f"{place}.text")
    event_id, post = _needed_id(row, place), _text(row, "post", place, 100)
    return Event(
        id=event_id,
        stream=STREAMS[kind],
        kind=kind,
        at=_moment(row.get("at"), f"{place}.at"),
        actor=_person(row.get("person"), place),
        ref=Ref(event_id) if kind in WITH_WORDS else None,
        subject=Ref(post) if post else None,
        text=text,
    )


def _needed_id(row: Row, place: str) -> str:
    event_id = _text(row, "id", place, 100)
    if not event_id:
        raise Invalid(f"{place}.id is missing; it makes sure that the event counts once.", f"{place}.id")
    return event_id


def _person(told: object, place: str) -> Person:
    """Nobody needs a name: a visitor who gives none is a visitor."""
    if told in (None, ""):
        return Person("", "", "")
    if not isinstance(told, dict):
        raise Invalid(f"{place}.person must be an object with id and name.", f"{place}.person")
    name = _text(told, "name", f"{place}.person", 120)
    identity = _text(told, "id", f"{place}.person", 120) or name
    return Person(identity, _text(told, "handle", f"{place}.person", 120) or identity, name)


def _read_figures(told: object, now: datetime) -> tuple[dict[str, int], date | None]:
    if not isinstance(told, dict):
        raise Invalid("figures must be an object.", "figures")
    figures: dict[str, int] = {}
    for name, value in told.items():
        if name == "on":
            continue
        if name not in FIGURES:
            raise Invalid(f"figures.{name} is not known; there are {', '.join(FIGURES)}.", f"figures.{name}")
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
            raise Invalid(f"figures.{name} must be a whole number.", f"figures.{name}")
        figures[name] = value
    return figures, _day(told.get("on"), now) if figures else None


def _day(value: object, now: datetime) -> date:
    if value in (None, ""):
        return now.astimezone(UTC).date()
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Invalid(
            f"figures.on is {str(value)[:40]!r}, which is no day such as 2009-11-20.", "figures.on"
        ) from None


def _moment(value: object, place: str) -> datetime:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        raise Invalid(
            f"{place} is {str(value)[:40]!r}, which is no time such as 2009-11-20T10:30:00Z.", place
        ) from None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _text(row: Mapping[str, Any], name: str, place: str, limit: int) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise Invalid(f"{place}.{name} must be text.", f"{place}.{name}")
    text = str(value).replace("\x00", "").strip()
    if len(text) > limit:
        raise Invalid(f"{place}.{name} is longer than {limit:,} characters.", f"{place}.{name}")
    return text
