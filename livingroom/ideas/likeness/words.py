"""Which ideas share words with a text, rare words weighing more (BM25). It grows idea by idea; nothing is counted anew."""

from array import array
from collections.abc import Iterable
from math import log

import numpy as np
from numpy.typing import NDArray

from livingroom.shared.folding import stem, words_of

# The usual settings: how soon a long text stops to gain, and how much its length costs.
K1, B = 1.2, 0.75


def stems_of(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words_of(text))


class WordIndex:
    """Texts in the order they came, each with the place it has there."""

    def __init__(self) -> None:
        self._places: dict[str, array[int]] = {}
        self._lengths = array("f")

    def __len__(self) -> int:
        return len(self._lengths)

    def add(self, texts: Iterable[frozenset[str]]) -> None:
        for stems in texts:
            place = len(self._lengths)
            self._lengths.append(len(stems))
            for word in stems:
                self._places.setdefault(word, array("i")).append(place)

    def scores(self, asked: frozenset[str]) -> NDArray[np.float32]:
        """Return for each text how much of what is asked it says, between 0 and 1; shape (n,)."""
        n = len(self._lengths)
        found = np.zeros(n, dtype=np.float32)
        if not n or not asked:
            return found
        lengths = np.frombuffer(self._lengths, dtype=np.float32)
        gain = 1 / (1 + K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1.0)))
        whole = 0.0
        for word in asked:
            places = self._places.get(word)
            n_with = len(places) if places else 0
            weight = log(1 + (n - n_with + 0.5) / (n_with + 0.5))
            whole += weight
            if places:
                there = np.frombuffer(places, dtype=np.int32)
                found[there] += np.float32(weight) * gain[there]
        return found / np.float32(max(whole, 1e-9))
