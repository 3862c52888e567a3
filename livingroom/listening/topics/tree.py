"""What a query means, as a tree, and how one part of it looks at one mention. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from livingroom.listening.topics.folding import fold, words_of

Spans = list[tuple[int, int]]


@dataclass
class Said:
    """A mention as queries see it. Country, language and network are in small letters."""

    text: str
    language: str = ""
    country: str = ""
    network: str = ""
    author: str = ""

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @cached_property
    def words(self) -> list[str]:
        return words_of(self.folded)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, word in enumerate(self.words):
            found.setdefault(word, []).append(place)
        return found


@dataclass(frozen=True)
class Words:
    """A word or a phrase; `is_prefix` lets its last word go on."""

    words: tuple[str, ...]
    is_prefix: bool = False

    def matches(self, said: Said) -> bool:
        return bool(self.spans(said))

    def spans(self, said: Said) -> Spans:
        """Return where it stands: places of its first and last word."""
        first, n = self.words[0], len(self.words)
        if n == 1 and self.is_prefix:
            return [(place, place) for place, word in enumerate(said.words) if word.startswith(first)]
        starts = said.places.get(first, [])
        if n == 1:
            return [(place, place) for place in starts]
        return [(start, start + n - 1) for start in starts if self._stands_at(said.words, start)]

    def _stands_at(self, words: list[str], start: int) -> bool:
        there = words[start : start + len(self.words)]
        if len(there) < len(self.words) or tuple(there[:-1]) != self.words[:-1]:
            return False
        return there[-1].startswith(self.words[-1]) if self.is_prefix else there[-1] == self.words[-1]

    @property
    def anchors(self) -> frozenset[str] | None:
        # The longest word is the rarest: it decides whether the rest is looked at.
        return frozenset({max(self.words, key=len)})


@dataclass(frozen=True)
class Field:
    """What is known beside the text: lang, country, network, from."""

    name: str
    value: str

    def matches(self, said: Said) -> bool:
        match self.name:
            case "lang":
                return said.language == self.value or said.language.startswith(f"{self.value}-")
            case "country":
                return said.country == self.value
            case "network":
                return said.network == self.value
            case _:
                return said.author == self.value

    @property
    def anchors(self) -> frozenset[str] | None:
        return None


@dataclass(frozen=True)
class Near:
    """Both within so many words of each other, in any order."""

    left: Terms
    right: Terms
    most: int

    def matches(self, said: Said) -> bool:
        rights = self.right.spans(said)
        return (
            any(_gap(a, b) <= self.most for a in self.left.spans(said) for b in rights) if rights else False
        )

    @property
    def anchors(self) -> frozenset[str] | None:
        return _better(self.left.anchors, self.right.anchors)


@dataclass(frozen=True)
class Either:
    """Words of which one is enough, as NEAR takes them: (overheat* OR burn*) NEAR/5 battery."""

    terms: tuple[Words, ...]

    def spans(self, said: Said) -> Spans:
        return [span for term in self.terms for span in term.spans(said)]

    @property
    def anchors(self) -> frozenset[str] | None:
        return frozenset().union(*(term.anchors or () for term in self.terms))


@dataclass(frozen=True)
class All:
    parts: tuple[Node, ...]

    def matches(self, said: Said) -> bool:
        return all(part.matches(said) for part in self.parts)

    @property
    def anchors(self) -> frozenset[str] | None:
        found: frozenset[str] | None = None
        for part in self.parts:
            found = _better(found, part.anchors)
        return found


@dataclass(frozen=True)
class AnyOf:
    parts: tuple[Node, ...]

    def matches(self, said: Said) -> bool:
        return any(part.matches(said) for part in self.parts)

    @property
    def anchors(self) -> frozenset[str] | None:
        each = [part.anchors for part in self.parts]
        return None if None in each else frozenset().union(*(one for one in each if one))


@dataclass(frozen=True)
class Not:
    part: Node

    def matches(self, said: Said) -> bool:
        return not self.part.matches(said)

    @property
    def anchors(self) -> frozenset[str] | None:
        return None


Terms = Words | Either
Node = Words | Field | Near | All | AnyOf | Not


def _better(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """Of two sets of words, each of which must be met, the one that fewer texts meet: the longer shortest word."""
    if one is None or other is None:
        return other if one is None else one
    return max(one, other, key=lambda words: (min(map(len, words)), -len(words)))


def _gap(one: tuple[int, int], other: tuple[int, int]) -> int:
    """How many words apart two spans stand: neighbours are one apart, and one inside the other none."""
    return max(one[0] - other[1], other[0] - one[1], 0)
