"""How a room takes part in an export.

    add_exporter("orders", "Orders", sheets_of)    the function gets the Person and returns Sheets: rows as plain dictionaries

What belongs to others (a colleague's note, another customer's name) is not theirs to get: leave it out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from livingroom.people.persons import Person

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """One kind of thing we know: a name for the file, a heading for people, and the rows."""

    name: str
    title: str
    rows: Iterable[Row]


Exporter = Callable[[Person], Sequence[Sheet]]
_exporters: dict[str, tuple[str, Exporter]] = {}


def add_exporter(room: str, title: str, exporter: Exporter) -> None:
    _exporters[room] = (title, exporter)


def exporters() -> list[tuple[str, str, Exporter]]:
    """Room, title and function, in the order of the rooms' names."""
    return [(room, title, exporter) for room, (title, exporter) in sorted(_exporters.items())]
