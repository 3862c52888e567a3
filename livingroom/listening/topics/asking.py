"""What of a query a network that only knows words can be asked, and what of its answer we keep. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from livingroom.listening.topics.folding import NO_SPACES
from livingroom.listening.topics.tree import All, AnyOf, Either, Field, Near, Node, Not, Said, Words

MOST_WAYS = 12  # each is a question of its own
Way = tuple[str, ...]  # words and phrases that must all be there; an empty one would be anything at all
ANYTHING: tuple[Way, ...] = ((),)


@dataclass(frozen=True)
class Ways:
    """Each way in which a query can be met, as words. `is_whole`: together they find all that it would catch."""

    asked: tuple[Way, ...]
    is_whole: bool


def ways_of(node: Node) -> Ways:
    """Write a query as questions of words alone. They may find more than it catches; `is_whole` says whether never less."""
    found = _ways(node)
    asked = [way for way in found if way]
    # What has all the words of a shorter way is found by that one.
    kept = [way for way in dict.fromkeys(asked) if not any(set(other) < set(way) for other in asked)]
    return Ways(tuple(kept[:MOST_WAYS]), () not in found and len(kept) <= MOST_WAYS)


def _ways(node: Node | Either) -> tuple[Way, ...]:
    match node:
        case Words(words, is_prefix):
            known = words[:-1] if is_prefix else words
            return ((spelled(known),),) if known else ANYTHING
        case AnyOf(parts) | Either(parts):
            return tuple(way for part in parts for way in _ways(part))
        case All(parts):
            return _together([_ways(part) for part in parts])
        case Near(left, right, _):
            return _together([_ways(left), _ways(right)])
        case _:
            return ANYTHING


def _together(parts: Sequence[tuple[Way, ...]]) -> tuple[Way, ...]:
    """Every choice of one way from each part. A part that would make too many is left out: that only finds more."""
    found = ANYTHING
    for part in sorted(parts, key=len):
        if () in part or (found != ANYTHING and len(found) * len(part) > MOST_WAYS):
            continue
        found = tuple(tuple(dict.fromkeys((*one, *other))) for one, other in product(found, part))
    return found


def spelled(words: Sequence[str]) -> str:
    """Write the words of a term as people do: scripts without spaces were cut into single signs."""
    text = words[0]
    for before, word in pairwise(words):
        text += word if NO_SPACES.fullmatch(before) and NO_SPACES.fullmatch(word) else f" {word}"
    return text


def may_be_meant(node: Node, said: Said) -> bool:
    """Whether a query catches this, or could: language and country may be told only later."""
    return _verdict(node, said) is not False


def _verdict(node: Node, said: Said) -> bool | None:
    match node:
        case Field(name) if (name == "lang" and not said.language) or (
            name == "country" and not said.country
        ):
            return None
        case Not(part):
            inner = _verdict(part, said)
            return None if inner is None else not inner
        case All(parts):
            found = [_verdict(part, said) for part in parts]
            return False if False in found else None if None in found else True
        case AnyOf(parts):
            found = [_verdict(part, said) for part in parts]
            return True if True in found else None if None in found else False
        case _:
            return node.matches(said)
