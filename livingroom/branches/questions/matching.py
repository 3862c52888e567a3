"""How near a question is to the titles of others: the words both have, rare words weighing more. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt

from livingroom.shared.folding import stem, words_of

SHORTEST_WORD = 3
# One word in common may be chance, unless nothing else was asked.
FEWEST_WORDS = 2


@dataclass(frozen=True)
class Near:
    place: int
    score: float
    matched: tuple[str, ...]


def nearest(question: str, titles: Sequence[str], at_most: int) -> list[Near]:
    """Return the titles that share words with the question: the cosine of their weighted words, 1 for the same words."""
    asked = {stem(word): word for word in words_of(question) if len(word) >= SHORTEST_WORD}
    stems = [_stems(title) for title in titles]
    n_titles = Counter(word for words in stems for word in words)
    weight = {word: log(1 + len(titles) / (1 + n_titles[word])) ** 2 for word in {*asked, *n_titles}}
    size = sum(weight[word] for word in asked)
    found = []
    for place, words in enumerate(stems):
        both = asked.keys() & words
        if len(both) < min(FEWEST_WORDS, len(asked)) or not both:
            continue
        others = sum(weight[word] for word in words)
        score = sum(weight[word] for word in both) / sqrt(size * others)
        rarest_first = sorted(both, key=lambda word: (-weight[word], word))
        found.append(Near(place, score, tuple(asked[word] for word in rarest_first[:3])))
    return sorted(found, key=lambda near: (-near.score, near.place))[:at_most]


@lru_cache(maxsize=16_384)
def _stems(title: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words_of(title) if len(word) >= SHORTEST_WORD)
