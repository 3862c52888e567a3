"""How a room takes part in erasing somebody.

    add_eraser("inbox", erase_words, position=40)    the function gets the Person and the time, and returns a Done
    add_searcher("the lake", look)                   the function gets texts, and says in which places how many rows hold one

An eraser runs in a transaction of its own and may run again after a crash: erasing what is gone already is no mistake. One that
mostly works on files asks for `is_alone=False` and takes care of its own transactions, so that the records stay open to others
meanwhile. Those with a lower position run first; `people` comes last, for others look somebody up by their customer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from livingroom.people.persons import Person


@dataclass(frozen=True)
class Done:
    """What a room did: how many of what; and sentences on what stays without the person, and why."""

    counts: Mapping[str, int] = field(default_factory=dict)
    kept: Sequence[str] = ()


Eraser = Callable[[Person, datetime], Done]
Searcher = Callable[[Sequence[str]], Mapping[str, int]]


@dataclass(frozen=True)
class Registered:
    room: str
    erase: Eraser
    position: int
    is_alone: bool


_erasers: dict[str, Registered] = {}
_searchers: dict[str, Searcher] = {}


def add_eraser(room: str, erase: Eraser, *, position: int = 50, is_alone: bool = True) -> None:
    _erasers[room] = Registered(room, erase, position, is_alone)


def add_searcher(place: str, search: Searcher) -> None:
    _searchers[place] = search


def erasers() -> list[Registered]:
    return sorted(_erasers.values(), key=lambda one: (one.position, one.room))


def searchers() -> dict[str, Searcher]:
    return dict(_searchers)
