"""Which words of a text weighed most, read off the model itself."""

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.words.cleaning import CLOCK, LINK, PERSON, PHONE
from livingroom.measure.words.linear import Linear
from livingroom.measure.words.ngrams import WORD, WORD_BUCKETS, Prepared, counts

_WORD = re.compile(WORD)
_MARKS = {LINK: "a link", CLOCK: "a time", PERSON: "@somebody", PHONE: "a phone number"}
_MOST_KEPT = 100_000


class WordWeights:
    """What each word adds to the log-odds of each class: itself and the pieces inside it.

    Words repeat, so each is worked out once and kept.
    """

    def __init__(self, model: Linear, rarity: NDArray[np.float32]) -> None:
        self._slopes = model.slopes[: len(rarity)] * rarity[:, None]
        self._known: dict[str, NDArray[np.float32]] = {}

    def weighed_most(self, prepared: Prepared, toward: NDArray[np.int64], n: int = 3) -> list[list[str]]:
        """Return for each text the words that spoke most for class `toward` against the mean of the others."""
        tokens = [set(_WORD.findall(marks.lower())) for marks in prepared.marks]
        self._get_to_know({word for words in tokens for word in words})
        return [
            self._top(words, lengths, int(one), n)
            for words, lengths, one in zip(tokens, prepared.lengths, toward, strict=True)
        ]

    def _top(self, words: Iterable[str], lengths: NDArray[np.float32], toward: int, n: int) -> list[str]:
        spoke = []
        for word in words:
            if len(word) == 1 and word.isascii():
                continue  # a letter or a full stop tells a person nothing
            added = (self._known[word] / lengths[:, None]).sum(axis=0)
            lead = float(added[toward] - (added.sum() - added[toward]) / (len(added) - 1))
            if lead > 0:
                spoke.append((lead, _MARKS.get(word, word)))
        return [word for _, word in sorted(spoke, reverse=True)[:n]]

    def _get_to_know(self, words: set[str]) -> None:
        if len(self._known) > _MOST_KEPT:
            self._known.clear()
        new = sorted(words - self._known.keys())
        if not new:
            return
        counted = counts(new)
        whole = counted[:, :WORD_BUCKETS] @ self._slopes[:WORD_BUCKETS]
        pieces = counted[:, WORD_BUCKETS:] @ self._slopes[WORD_BUCKETS:]
        for word, first, second in zip(new, whole, pieces, strict=True):
            self._known[word] = np.stack([first, second])


def quoted(words: Iterable[str]) -> str:
    """Return words as a person reads them: "cash", "a link"."""
    return ", ".join(word if word in _MARKS.values() else f"“{word}”" for word in words)
