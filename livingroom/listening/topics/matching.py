"""Hundreds of topics against one mention: one pass finds which could match at all, and only these are looked at. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import ahocorasick_rs

from livingroom.listening.topics.parsing import parse
from livingroom.listening.topics.tree import Node, Said


@dataclass(frozen=True)
class Asked:
    """One topic as the matcher knows it: its number, the number of its wording, and the query."""

    topic: int
    version: int
    query: str


class Matcher:
    """Compiled once for a set of topics; a query that cannot be read is left out and named in `problems`."""

    def __init__(self, asked: Iterable[Asked]) -> None:
        self.problems: dict[int, str] = {}
        self._topics: list[tuple[Asked, Node]] = []
        self._always: list[int] = []
        by_anchor: dict[str, list[int]] = {}
        for each in asked:
            try:
                node = parse(each.query)
            except Exception as problem:
                self.problems[each.topic] = str(problem)
                continue
            place = len(self._topics)
            self._topics.append((each, node))
            if node.anchors is None:
                self._always.append(place)
            for anchor in node.anchors or ():
                by_anchor.setdefault(anchor, []).append(place)
        self._candidates = list(by_anchor.values())
        self._automaton = ahocorasick_rs.AhoCorasick(list(by_anchor)) if by_anchor else None

    def __len__(self) -> int:
        return len(self._topics)

    def match(self, said: Said) -> list[Asked]:
        """Return the topics that catch it, in the order given."""
        return [
            asked for place in self._possible(said) if (asked := self._if_caught(place, said)) is not None
        ]

    def _possible(self, said: Said) -> list[int]:
        places = set(self._always)
        if self._automaton is not None:
            # Anchors are words; that one is met inside a longer word is sorted out by the tree.
            hits = self._automaton.find_matches_as_indexes(said.folded, overlapping=True)
            for number in {hit[0] for hit in hits}:
                places.update(self._candidates[number])
        return sorted(places)

    def _if_caught(self, place: int, said: Said) -> Asked | None:
        asked, node = self._topics[place]
        return asked if node.matches(said) else None


def said_of(row: Mapping[str, str]) -> Said:
    """A mention's columns as queries see them."""
    return Said(
        text=f"{row['title']} {row['text']}" if row.get("title") else row["text"],
        language=row.get("language", "").lower(),
        country=row.get("country", "").lower(),
        network=row.get("network", "").lower(),
        author=row.get("author_handle", "").lower().lstrip("@"),
    )
