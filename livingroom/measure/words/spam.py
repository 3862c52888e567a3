"""Is it advertising? Two lines: hidden from 0.9, shown to a person from 0.5."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.words.embedding import Embedder
from livingroom.measure.words.guesses import HIDE, HIDE_FROM, QUEUE, QUEUE_FROM, SHOW, Correction, Guess
from livingroom.measure.words.linear import Floats, Linear, learned, shares
from livingroom.measure.words.ngrams import N_BUCKETS, Prepared, Sparse, prepare
from livingroom.measure.words.reasons import WordWeights, quoted
from livingroom.measure.words.signs import sign_matrix, sign_names
from livingroom.measure.words.weights import Arrays, linear_arrays, linear_from, load, shipped_rarity

GOOD, SPAM = "good", "spam"
SIGN_SCALE = 0.3  # signs repeat what words say already; at full size they shout the words down
TRUST_WORDS, TRUST_VECTORS = 5.0, 1.5


@dataclass(frozen=True)
class SpamWeights:
    """The trained model.

    `words` judges hashed words and signs, `vectors` sentence vectors. `hide_with` and `hide_without` are the raw scores
    (with and without vectors) above which one good comment in a thousand is expected: they are called 0.9.
    """

    words: Linear
    vectors: Linear
    sign_mean: Floats
    sign_spread: Floats
    hide_with: float
    hide_without: float

    def arrays(self) -> Arrays:
        lines = np.array([self.hide_with, self.hide_without])
        signs = {"sign_mean": self.sign_mean, "sign_spread": self.sign_spread, "hide": lines}
        return linear_arrays("words", self.words) | linear_arrays("vectors", self.vectors) | signs

    @classmethod
    def from_arrays(cls, found: Arrays) -> "SpamWeights":
        with_, without = (float(line) for line in found["hide"])
        words, vectors = linear_from(found, "words"), linear_from(found, "vectors")
        return cls(words, vectors, found["sign_mean"], found["sign_spread"], with_, without)


class Spam:
    """The shipped weights with what people corrected on top.

    Parameters
    ----------
    corrections : sequence of Correction
        Of kind "spam", right is "spam" or "good".
    embedder : Embedder or None
        Needed to learn corrections for sentence vectors too.
    weights : SpamWeights
        Other weights than those that ship.
    """

    def __init__(
        self,
        corrections: Sequence[Correction] = (),
        embedder: Embedder | None = None,
        *,
        weights: SpamWeights | None = None,
        rarity: Floats | None = None,
    ) -> None:
        self.weights = SpamWeights.from_arrays(load("spam")) if weights is None else weights
        self.rarity = shipped_rarity() if rarity is None else rarity
        self.words, self.vectors = self.weights.words, self.weights.vectors
        if corrections:
            self._learn(corrections, embedder)
        self._why = WordWeights(self.words, self.rarity)

    def _learn(self, corrections: Sequence[Correction], embedder: Embedder | None) -> None:
        right = np.array([1 if correction.right == SPAM else 0 for correction in corrections])
        prepared = prepare([correction.text for correction in corrections], self.rarity)
        base = self.words.logits(self.rows(prepared))
        # Words only: a sign such as length is in every comment, and a correction of one must not move them all.
        change = learned(prepared.weights, right, 2, base=base, trust=TRUST_WORDS)
        signs = np.zeros((len(self.words.slopes) - N_BUCKETS, 2), np.float32)
        self.words += Linear(np.vstack([change.slopes, signs]), change.intercept)
        if embedder is not None:
            seen = embedder.vectors(prepared.clean)
            self.vectors += learned(seen, right, 2, base=self.vectors.logits(seen), trust=TRUST_VECTORS)

    def rows(self, prepared: Prepared) -> Sparse:
        """Return what the word model reads: buckets and signs side by side, CSR."""
        return rows_of(prepared, self.weights.sign_mean, self.weights.sign_spread)

    def scores(self, prepared: Prepared, vectors: Floats | None = None) -> Floats:
        """Return one score per text, 0 to 1, on which 0.9 is the hide line and 0.5 the queue line."""
        raw: Floats = shares(self.words.logits(self.rows(prepared)))[:, 1]
        line = self.weights.hide_without
        if vectors is not None:
            raw = (raw + shares(self.vectors.logits(vectors))[:, 1]) / np.float32(2)
            line = self.weights.hide_with
        return stretched(raw, line)

    def guesses(self, prepared: Prepared, vectors: Floats | None = None) -> list[Guess]:
        """Return "hide", "queue" or "show" for each text, with the signs and words that weighed most."""
        scores = self.scores(prepared, vectors)
        toward = (scores >= QUEUE_FROM).astype(np.int64)
        words = self._why.weighed_most(prepared, toward)
        signs = self._signs(prepared)
        found = []
        for score, spoke, seen in zip(scores.tolist(), words, signs, strict=True):
            value = HIDE if score >= HIDE_FROM else QUEUE if score >= QUEUE_FROM else SHOW
            reason = _reason(score, seen if value != SHOW else [], spoke)
            found.append(Guess(value, max(score, 1 - score), reason, value == QUEUE, (), score))
        return found

    def _signs(self, prepared: Prepared) -> list[list[str]]:
        sizes = sign_matrix(list(zip(prepared.clean, prepared.marks, strict=True)))
        slopes = self.words.slopes[N_BUCKETS:, 1] - self.words.slopes[N_BUCKETS:, 0]
        weighed = (sizes > 0) * (sizes - self.weights.sign_mean) / self.weights.sign_spread * slopes
        names = sign_names()
        order = np.argsort(-weighed, axis=1)[:, :3]
        return [[names[k] for k in best if row[k] > 0.1] for row, best in zip(weighed, order, strict=True)]


def rows_of(prepared: Prepared, mean: Floats, spread: Floats) -> Sparse:
    from scipy.sparse import csr_matrix, hstack

    sizes = sign_matrix(list(zip(prepared.clean, prepared.marks, strict=True)))
    signs = csr_matrix(((sizes - mean) / spread * SIGN_SCALE).astype(np.float32))
    return hstack([prepared.weights, signs], format="csr")


def stretched(raw: Floats, line: float) -> NDArray[np.float32]:
    """Return raw scores moved so that `line` reads 0.9; 0, 0.5 and 1 stay where they are."""
    return np.interp(raw, [0, QUEUE_FROM, line, 1], [0, QUEUE_FROM, HIDE_FROM, 1]).astype(np.float32)


def _reason(score: float, signs: list[str], words: list[str]) -> str:
    told = "; ".join(filter(None, (", ".join(signs), f"words {quoted(words)}" if words else "")))
    if score >= QUEUE_FROM:
        return f"Like advertising ({score:.2f}): {told or 'the sentence as a whole'}."
    return f"Like a comment ({1 - score:.2f}): {told or 'nothing speaks for advertising'}."
