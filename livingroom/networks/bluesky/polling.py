"""Walk Bluesky's notifications, which come newest first, so that none is lost and a stop in the middle does no harm.

A walk goes from the newest down to `floor`, the newest one of the walk before, one page at a time. Our cursor carries
where the walk stands; only when it reaches the floor does its own top become the next floor.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from livingroom.networks.bluesky.records import event_of
from livingroom.networks.errors import Invalid, SpecDrift, Unavailable
from livingroom.networks.interface import Event, Page, Stream

Body = dict[str, Any]
PAGE_SIZE = 100


@dataclass(frozen=True)
class Place:
    floor: str = ""
    floor_ids: list[str] = field(default_factory=list)
    top: str = ""
    top_ids: list[str] = field(default_factory=list)
    page: str = ""


def read_place(cursor: str) -> tuple[Place, bool]:
    """Our place in the stream, and whether it was lost."""
    if not cursor:
        return Place(), False
    try:
        return Place(**json.loads(cursor)), False
    except (ValueError, TypeError):
        return Place(), True


def walk(ask: Callable[[str], Body], stream: Stream, cursor: str) -> Page:
    """One page of the walk. `ask` fetches the notifications of a page of the network's own."""
    place, restarted = read_place(cursor)
    try:
        body = ask(place.page)
    except (Invalid, Unavailable):
        # A forgotten page is answered with 400 or even 502: begin this walk again. If that fails too, it rises.
        if not place.page:
            raise
        place, restarted = Place(place.floor, place.floor_ids), True
        body = ask("")
    found = body.get("notifications")
    if not isinstance(found, list):
        raise SpecDrift("Bluesky's notifications are not a list.")
    return _page(place, found, str(body.get("cursor") or ""), stream, restarted)


def _page(
    place: Place, found: list[Mapping[str, Any]], following: str, stream: Stream, restarted: bool
) -> Page:
    try:
        events = [event_of(row, stream) for row in found if _is_new(row, place)]
        more = bool(following) and bool(found) and str(found[-1]["indexedAt"]) >= place.floor
        place = _with_top(place, found)
    except KeyError as error:
        raise SpecDrift(f"A notification of Bluesky has no {error}.") from None
    place = replace(place, page=following) if more else Place(place.top, place.top_ids)
    return Page(_oldest_first(events), json.dumps(asdict(place)), more, restarted)


def _with_top(place: Place, found: list[Mapping[str, Any]]) -> Place:
    """Note the newest moment of this walk and all that happened in it, which may fill more than one page."""
    top = place.top or (str(found[0]["indexedAt"]) if found else place.floor)
    known = set(place.top_ids) | {str(row["uri"]) for row in found if row["indexedAt"] == top}
    if top == place.floor:
        known |= set(place.floor_ids)
    return replace(place, top=top, top_ids=sorted(known))


def _is_new(row: Mapping[str, Any], place: Place) -> bool:
    # Several notifications can share the floor's very millisecond; those that we had are known by name.
    at = str(row["indexedAt"])
    return at > place.floor or (at == place.floor and row["uri"] not in place.floor_ids)


def _oldest_first(events: list[Event]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda event: event.at))
