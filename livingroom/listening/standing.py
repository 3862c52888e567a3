"""What something on a network is, where rooms above ours know it: they tell here what a name stands for."""

from collections.abc import Callable
from dataclasses import dataclass

from livingroom.networks.models import Connection


@dataclass(frozen=True)
class Standing:
    """What stands under an answer: words, where they are to be seen there, and the page of ours about them."""

    words: str
    url: str = ""
    by_us: bool = False
    page: str = ""


# Given a network's name of a thing and the account it belongs to, it tells what it is, or None.
Source = Callable[[str, Connection | None], Standing | None]
_sources: list[Source] = []


def add_source(source: Source) -> None:
    """Have `source` asked what a name stands for; called when its room's app is ready."""
    if source not in _sources:
        _sources.append(source)


def standing_of(name: str, connection: Connection | None) -> Standing | None:
    """Return what the first source that knows it tells."""
    return next((found for source in _sources if (found := source(name, connection))), None)
