"""Walk a list that comes newest first, so that nothing is lost and a stop in the middle does no harm. Pure.

A walk goes from the newest down to `floor`, the newest of the walk before, one page of the network at a time. Our cursor
carries where the walk stands; only when it reaches the floor does its own top become the next floor.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace

from livingroom.networks.errors import Invalid
from livingroom.networks.interface import Event, Page


@dataclass(frozen=True)
class Row:
    """One line of the list. `at` orders it; `read` makes the event, perhaps with a question to the network, or none."""

    id: str
    at: int
    read: Callable[[], Event | None]


# The rows of a page (empty for the first) and the name of the page after it, empty at the end.
Ask = Callable[[str], tuple[Sequence[Row], str]]


@dataclass(frozen=True)
class Place:
    floor: int = 0
    floor_ids: list[str] = field(default_factory=list)
    top: int = 0
    top_ids: list[str] = field(default_factory=list)
    page: str = ""


def walk(ask: Ask, cursor: str) -> Page:
    """One page of the walk. Where the network has forgotten the page, the walk begins again."""
    place, restarted = _read_place(cursor)
    try:
        rows, following = ask(place.page)
    except Invalid:
        if not place.page:
            raise
        place, restarted = Place(place.floor, place.floor_ids), True
        rows, following = ask("")
    found = [row.read() for row in rows if _is_new(row, place)]
    more = bool(following) and bool(rows) and rows[-1].at >= place.floor
    place = _with_top(place, rows)
    after = replace(place, page=following) if more else Place(place.top, place.top_ids)
    events = sorted((event for event in found if event), key=lambda event: event.at)
    return Page(tuple(events), json.dumps(asdict(after)), more, restarted)


def _with_top(place: Place, rows: Sequence[Row]) -> Place:
    """Note the newest moment of this walk, and all that happened in it, which may fill more than one page."""
    top = place.top or max((row.at for row in rows), default=place.floor)
    known = set(place.top_ids) | {row.id for row in rows if row.at == top}
    if top == place.floor:
        known |= set(place.floor_ids)
    return replace(place, top=top, top_ids=sorted(known))


def _is_new(row: Row, place: Place) -> bool:
    return row.at > place.floor or (row.at == place.floor and row.id not in place.floor_ids)


def _read_place(cursor: str) -> tuple[Place, bool]:
    if not cursor:
        return Place(), False
    try:
        return Place(**json.loads(cursor)), False
    except (ValueError, TypeError):
        return Place(), True
