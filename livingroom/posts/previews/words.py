"""A text in stretches as a network colours them, and where it folds. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from livingroom.networks.graphemes import count_graphemes, first_graphemes
from livingroom.networks.interface import Facet


@dataclass(frozen=True)
class Stretch:
    """A run of words; `kind` is text, link, mention or tag."""

    text: str
    kind: str = "text"


def stretches(text: str, facets: Sequence[Facet], address_length: int = 0) -> list[Stretch]:
    """The text cut at its links, mentions and tags; addresses as short as the network writes them."""
    raw, found, at = text.encode(), [], 0
    for facet in facets:
        found.append(Stretch(raw[at : facet.start].decode()))
        shown = raw[facet.start : facet.end].decode()
        found.append(
            Stretch(short_address(shown, address_length) if facet.kind == "link" else shown, facet.kind)
        )
        at = facet.end
    found.append(Stretch(raw[at:].decode()))
    return [stretch for stretch in found if stretch.text]


def short_address(address: str, length: int) -> str:
    """Without its scheme, and cut where the network cuts it; 0 leaves it whole."""
    if not length:
        return address
    bare = address.split("://", 1)[-1].removeprefix("www.").rstrip("/")
    return bare if len(bare) <= length else f"{bare[: length - 1]}…"


def fold(
    words: Sequence[Stretch], *, characters: int = 0, lines: int = 0, line_length: int = 60
) -> tuple[list[Stretch], list[Stretch]]:
    """What is seen at once and what is behind *more*. A little over the limit is not folded for a word or two."""
    text = "".join(stretch.text for stretch in words)
    place = _place(text, characters, lines, line_length)
    if place >= len(text):
        return list(words), []
    seen, rest, at = [], [], 0
    for stretch in words:
        cut = min(max(place - at, 0), len(stretch.text))
        seen.append(replace(stretch, text=stretch.text[:cut]))
        rest.append(replace(stretch, text=stretch.text[cut:]))
        at += len(stretch.text)
    return [each for each in seen if each.text], [each for each in rest if each.text]


def _place(text: str, characters: int, lines: int, line_length: int) -> int:
    place = len(text)
    if characters and count_graphemes(text) > characters:
        place = _word_end(text, len(first_graphemes(text, characters)))
    if lines:
        place = min(place, _after_lines(text, lines, line_length))
    return place


def _word_end(text: str, place: int) -> int:
    """Back to the end of the word before, unless that is far."""
    space = max(text.rfind(" ", 0, place + 1), text.rfind("\n", 0, place + 1))
    return space if space > place - 30 and space > 0 else place


def _after_lines(text: str, lines: int, line_length: int) -> int:
    """Where so many lines end, long ones counted as often as they wrap."""
    at, left = 0, lines
    for line in text.split("\n"):
        wraps = max(1, -(-len(line) // line_length))
        if wraps > left:
            return _word_end(text, at + left * line_length) if left else max(at - 1, 0)
        left -= wraps
        at += len(line) + 1
    return len(text)
