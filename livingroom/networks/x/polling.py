"""Walk X's timelines, which come newest first, so that none is lost and a stop in the middle does no harm. Pure.

A walk goes from the newest post down to the one after `since`, the newest of the walk before, page by page. Only when it is
through does its own newest become the next `since`.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from livingroom.networks.errors import SpecDrift
from livingroom.networks.interface import Event, Page
from livingroom.networks.x.posts import rows_of
from livingroom.networks.x.problems import PlaceLost

Body = dict[str, Any]


@dataclass(frozen=True)
class Place:
    since: str = ""
    top: str = ""
    page: str = ""


def walk(ask: Callable[[Place], Body], read: Callable[[Body], list[Event]], cursor: str) -> Page:
    """One page. `ask` fetches what is newer than the place's `since`, `read` makes events of it."""
    place, restarted = _read_place(cursor)
    try:
        body = ask(place)
    except PlaceLost as error:
        if place == Place():
            raise
        # X forgets pages after a while: begin this walk again. In search it forgets posts after a week: read all it has.
        place, restarted = Place(place.since if error.field != "since_id" else ""), True
        body = ask(place)
    following = str((body.get("meta") or {}).get("next_token") or "")
    newest = max((str(row.get("id", "")) for row in rows_of(body)), key=_number, default="")
    place = replace(place, top=max(place.top, newest, key=_number))
    after = replace(place, page=following) if following else Place(max(place.since, place.top, key=_number))
    events = sorted(read(body), key=lambda event: _number(event.id))
    return Page(tuple(events), json.dumps(asdict(after)), bool(following), restarted)


def _read_place(cursor: str) -> tuple[Place, bool]:
    if not cursor:
        return Place(), False
    try:
        return Place(**json.loads(cursor)), False
    except (ValueError, TypeError):
        return Place(), True


def _number(post_id: str) -> int:
    try:
        return int(post_id or 0)
    except ValueError:
        raise SpecDrift(f"{post_id[:40]!r} is not the number of a post on X.") from None
