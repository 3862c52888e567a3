"""The public rooms of the house, for the foot of every page of visitors: who came for one finds the others.

A room names its page when the house starts; the hallway knows none of them. A room without anything in it is not
shown. Whether there is something is asked in one query for all rooms.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import Exists, QuerySet
from django.urls import NoReverseMatch, reverse

from livingroom.shared.models import Brand

WORDS: dict[str, dict[str, str]] = json.loads(
    (Path(__file__).parent / "street.json").read_text(encoding="utf-8")
)
Rows = Callable[[], "QuerySet[Any]"]


@dataclass(frozen=True)
class Way:
    path: str
    name: str
    query: str = ""

    @property
    def url(self) -> str:
        return self.path + self.query


@dataclass(frozen=True)
class _Room:
    view: str
    names: Mapping[str, str]
    position: int
    rows: Rows | None


_rooms: dict[str, _Room] = {}


def add_room(view: str, names: Mapping[str, str], *, position: int, rows: Rows | None = None) -> None:
    """List the page `view` under its name by language; with `rows`, only while there are some."""
    _rooms[view] = _Room(view, names, position, rows)


def ways_in(language: str) -> list[Way]:
    """The ways to all public rooms that have something, in the visitor's language."""
    rooms = sorted(_with_something(), key=lambda room: room.position)
    return [
        Way(path, room.names.get(language, room.names["en"]))
        for room in rooms
        if (path := _path_of(room.view))
    ]


def words_in(language: str) -> Mapping[str, str]:
    return WORDS.get(language, WORDS["en"])


def _with_something() -> list[_Room]:
    asked = {view: Exists(room.rows()) for view, room in _rooms.items() if room.rows}
    found = Brand.objects.values(**asked).first() if asked else {}
    there = {view for view, has in (found or {}).items() if has}
    return [room for view, room in _rooms.items() if room.rows is None or view in there]


def _path_of(view: str) -> str:
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""
