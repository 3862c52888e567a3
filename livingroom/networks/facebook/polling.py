"""Walk what Meta shows post by post, so that nothing is lost. Pure; Facebook and Instagram share it.

Comments hang under posts, and posts come newest first: a walk looks at the newest posts, page by page, and takes what is
younger than `floor`. The next floor lies some minutes before this walk began, because comments show late and clocks differ;
what was seen since then is known by name.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta

from livingroom.networks.errors import Invalid
from livingroom.networks.interface import Event, Page

PAGES_AT_MOST = 4
OVERLAP = timedelta(minutes=5)
Ask = Callable[[str, datetime | None], tuple[list[Event], str]]


@dataclass(frozen=True)
class Place:
    floor: str = ""
    began: str = ""
    page: str = ""
    n_pages: int = 0
    seen: dict[str, str] = field(default_factory=dict)

    @property
    def floor_at(self) -> datetime | None:
        return datetime.fromisoformat(self.floor) if self.floor else None


def walk(ask: Ask, cursor: str, now: datetime) -> Page:
    """One page of the walk. `ask` gets the network's own cursor and the floor, and gives events and the next cursor."""
    place, restarted = _read_place(cursor)
    began = place.began or now.astimezone(UTC).isoformat()
    try:
        events, following = ask(place.page, place.floor_at)
    except Invalid:
        # A forgotten page: begin this walk again. If that fails too, it rises.
        if not place.page:
            raise
        place, restarted = replace(place, page="", n_pages=0), True
        events, following = ask("", place.floor_at)
    new = [each for each in events if each.id not in place.seen and _is_young(each, place)]
    seen = {**place.seen, **{each.id: each.at.isoformat() for each in new}}
    more = bool(following) and place.n_pages + 1 < PAGES_AT_MOST
    after = Place(place.floor, began, following, place.n_pages + 1, seen) if more else _next(began, seen)
    return Page(tuple(sorted(new, key=lambda each: each.at)), json.dumps(asdict(after)), more, restarted)


def _next(began: str, seen: dict[str, str]) -> Place:
    floor = datetime.fromisoformat(began) - OVERLAP
    kept = {name: at for name, at in seen.items() if datetime.fromisoformat(at) >= floor}
    return Place(floor.isoformat(), seen=kept)


def _is_young(event: Event, place: Place) -> bool:
    return place.floor_at is None or event.at >= place.floor_at


def _read_place(cursor: str) -> tuple[Place, bool]:
    if not cursor:
        return Place(), False
    try:
        place = Place(**json.loads(cursor))
        return (place, False) if place.floor_at is None or place.floor_at.tzinfo else (Place(), True)
    except (ValueError, TypeError):
        return Place(), True
