"""What a question is about: purposes, topics, countries and languages that its words name, in any of seven languages."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from livingroom.frontdoor.languages import country_names
from livingroom.shared.folding import fold, words_of

PURPOSES = ("sales", "service", "community", "news")
# Topics that are things one buys.
PRODUCTS = frozenset({"laptop", "computer", "printers", "servers", "monitors"})
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Meaning:
    """What a question's words say. Each topic and purpose comes with how many of its words were there."""

    words: tuple[str, ...]
    purposes: Mapping[str, int]
    topics: tuple[str, ...]
    countries: tuple[str, ...]
    languages: tuple[str, ...]

    @property
    def names_product(self) -> bool:
        return bool(PRODUCTS & set(self.topics))


def read_meaning(question: str) -> Meaning:
    """Take a question apart."""
    words = words_of(question)
    folded = f" {' '.join(words)} "
    topics = {name: _count(folded, terms) for name, terms in lexicon().items()}
    return Meaning(
        words=tuple(words),
        purposes={name: n for name in PURPOSES if (n := topics[name])},
        topics=tuple(name for name, n in topics.items() if n and name not in PURPOSES),
        countries=tuple(sorted(code for code, terms in country_terms().items() if _count(folded, terms))),
        languages=tuple(code for code, terms in language_terms().items() if _count(folded, terms)),
    )


@lru_cache(maxsize=4096)
def topics_named_by(text: str) -> frozenset[str]:
    """Return the topics that a branch's own words (an interest, its name, an offer) stand for."""
    folded = f" {' '.join(words_of(text))} "
    return frozenset(
        name for name, terms in lexicon().items() if _count(folded, terms) or fold(name) == folded.strip()
    )


@cache
def names_of_countries() -> frozenset[str]:
    return frozenset(term for terms in country_terms().values() for term in terms)


@cache
def lexicon() -> dict[str, frozenset[str]]:
    raw: dict[str, list[str]] = json.loads((_HERE / "topics.json").read_text(encoding="utf-8"))
    return {
        name: frozenset(fold(word) for line in lines for word in line.split()) for name, lines in raw.items()
    }


@cache
def country_terms() -> dict[str, frozenset[str]]:
    """Words that name a country: its names in eight languages, and what people call it."""
    found: dict[str, set[str]] = {}
    for language in ("en", "es", "pt", "de", "fr", "it", "nl", "ja"):
        for code, name in country_names(language).items():
            if len(name) > 3 or not name.isascii():
                found.setdefault(code, set()).add(" ".join(words_of(name)))
    for code, words in _places()["words"].items():
        found.setdefault(code, set()).update(" ".join(words_of(word)) for word in words.split())
    return {code: frozenset(terms) for code, terms in found.items()}


@cache
def language_terms() -> dict[str, frozenset[str]]:
    return {code: frozenset(map(fold, words.split())) for code, words in _places()["languages"].items()}


def _places() -> dict[str, Any]:
    places: dict[str, Any] = json.loads((_HERE / "places.json").read_text(encoding="utf-8"))
    return places


def _count(folded: str, terms: Iterable[str]) -> int:
    """How many of the terms stand in the text as whole words; scripts without spaces need no edges."""
    return sum((f" {term} " in folded) if term.isascii() else (term in folded) for term in terms)
