"""Texts as hashed words, pairs of words and pieces of words, weighed by how rare they are. No text can be read back."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.words.cleaning import marked, plain

WORD_BUCKETS = 2**16
PIECE_BUCKETS = 2**17
N_BUCKETS = WORD_BUCKETS + PIECE_BUCKETS
WORD = r"(?u)\b\w+\b|[^\w\s]"  # a lone sign counts as a word: an emoji or "!" says much

Sparse = Any  # a scipy.sparse CSR matrix; scipy brings no types


@dataclass(frozen=True)
class Prepared:
    """A batch of texts, cleaned and counted once for all models.

    `clean` and `marks` are what cleaning.plain and marked return; `weights` is a CSR matrix (n, N_BUCKETS) whose two
    blocks, words and pieces, have length 1 in each row; `lengths` (n, 2) is what the blocks were divided by.
    """

    texts: list[str]
    clean: list[str]
    marks: list[str]
    weights: Sparse
    lengths: NDArray[np.float32]


def prepare(texts: Sequence[str], rarity: NDArray[np.float32]) -> Prepared:
    """Clean, count and weigh a batch of texts. `rarity` (N_BUCKETS) is the inverse document frequency of each bucket."""
    clean = [plain(text) for text in texts]
    marks = [marked(text) for text in clean]
    weights, lengths = weigh(counts(marks), rarity)
    return Prepared(list(texts), clean, marks, weights, lengths)


def counts(marks: Sequence[str]) -> Sparse:
    """Return how often each bucket occurs in each text, CSR (n, N_BUCKETS)."""
    from scipy.sparse import hstack

    words, pieces = _counters()
    return hstack([words.transform(marks), pieces.transform(marks)], format="csr", dtype=np.float32)


def rarity_of(counted: Sparse) -> NDArray[np.float32]:
    """Return the smoothed inverse document frequency of each bucket: log((1 + n) / (1 + n with it)) + 1."""
    n = counted.shape[0]
    with_it = np.bincount(counted.indices, minlength=N_BUCKETS)
    rarity: NDArray[np.float32] = (np.log((1 + n) / (1 + with_it)) + 1).astype(np.float32)
    return rarity


def weigh(counted: Sparse, rarity: NDArray[np.float32]) -> tuple[Sparse, NDArray[np.float32]]:
    """Return (1 + log count) x rarity with both blocks of each row scaled to length 1, and the lengths before."""
    weights = counted.copy()
    weights.data = (1 + np.log(weights.data)) * rarity[weights.indices]
    row = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
    block = (weights.indices >= WORD_BUCKETS).astype(np.int64)
    squares = np.bincount(row * 2 + block, weights=weights.data**2, minlength=weights.shape[0] * 2)
    lengths = np.sqrt(np.maximum(squares, 1e-12)).reshape(-1, 2).astype(np.float32)
    weights.data = (weights.data / lengths[row, block]).astype(np.float32)
    return weights, lengths


@lru_cache(maxsize=1)
def _counters() -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import HashingVectorizer

    shared = {"alternate_sign": False, "norm": None, "dtype": np.float32}
    words = HashingVectorizer(ngram_range=(1, 2), n_features=WORD_BUCKETS, token_pattern=WORD, **shared)
    pieces = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=PIECE_BUCKETS, **shared)
    return words, pieces
