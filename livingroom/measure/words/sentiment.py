"""Is it kind or angry? Three answers, and "unsure" when no one of them has half of the certainty."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from livingroom.measure.words.embedding import Embedder
from livingroom.measure.words.guesses import NEGATIVE, NEUTRAL, POSITIVE, Candidate, Correction, Guess
from livingroom.measure.words.linear import Floats, Linear, learned, shares
from livingroom.measure.words.ngrams import Prepared, prepare
from livingroom.measure.words.reasons import WordWeights, quoted
from livingroom.measure.words.weights import Arrays, linear_arrays, linear_from, load, shipped_rarity

LABELS = (NEGATIVE, NEUTRAL, POSITIVE)
SURE_FROM = 0.5
TRUST = 1.0
LEXICON = ("neg", "neu", "pos", "compound")
ENGLISH = "en"


@dataclass(frozen=True)
class SentimentWeights:
    """Three models: `words` for all languages; `lexicon` (VADER) and `sentence` (vector and VADER) for English."""

    words: Linear
    lexicon: Linear
    sentence: Linear

    def arrays(self) -> Arrays:
        return (
            linear_arrays("words", self.words)
            | linear_arrays("lexicon", self.lexicon)
            | linear_arrays("sentence", self.sentence)
        )

    @classmethod
    def from_arrays(cls, found: Arrays) -> "SentimentWeights":
        return cls(*(linear_from(found, name) for name in ("words", "lexicon", "sentence")))


class Sentiment:
    """The shipped weights with what people corrected on top.

    Parameters
    ----------
    corrections : sequence of Correction
        Of kind "sentiment", right is "negative", "neutral" or "positive".
    embedder : Embedder or None
        Needed to learn corrections for English sentences too.
    """

    def __init__(
        self,
        corrections: Sequence[Correction] = (),
        embedder: Embedder | None = None,
        *,
        weights: SentimentWeights | None = None,
        rarity: Floats | None = None,
    ) -> None:
        self.weights = SentimentWeights.from_arrays(load("sentiment")) if weights is None else weights
        self.rarity = shipped_rarity() if rarity is None else rarity
        self.words, self.lexicon, self.sentence = (
            self.weights.words,
            self.weights.lexicon,
            self.weights.sentence,
        )
        if corrections:
            self._learn(corrections, embedder)
        self._why = WordWeights(self.words, self.rarity)

    def _learn(self, corrections: Sequence[Correction], embedder: Embedder | None) -> None:
        right = np.array([LABELS.index(correction.right) for correction in corrections])
        prepared = prepare([correction.text for correction in corrections], self.rarity)
        rows = prepared.weights
        self.words += learned(rows, right, 3, base=self.words.logits(rows), trust=5 * TRUST)
        if embedder is not None:
            seen = np.hstack([embedder.vectors(prepared.clean), lexicon_scores(prepared.clean)])
            self.sentence += learned(seen, right, 3, base=self.sentence.logits(seen), trust=5 * TRUST)

    def shares(
        self, prepared: Prepared, languages: Sequence[str], vectors: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """Return the shares of negative, neutral and positive (n, 3), and VADER's compound (n), NaN unless English."""
        found = shares(self.words.logits(prepared.weights))
        english = np.array([i for i, language in enumerate(languages) if language == ENGLISH], dtype=np.int64)
        compound = np.full(len(found), np.nan, dtype=np.float32)
        if len(english):
            lexicon = lexicon_scores([prepared.clean[i] for i in english])
            compound[english] = lexicon[:, -1]
            if vectors is None:
                second = self.lexicon.logits(lexicon)
            else:
                second = self.sentence.logits(np.hstack([vectors[english], lexicon]))
            found[english] = (found[english] + shares(second)) / 2
        return found, compound

    def guesses(
        self, prepared: Prepared, languages: Sequence[str], vectors: Floats | None = None
    ) -> list[Guess]:
        """Return a guess for each text; all three shares are among its candidates, for estimates of a share."""
        found, compound = self.shares(prepared, languages, vectors)
        best = found.argmax(axis=1)
        words = self._why.weighed_most(prepared, best)
        return [
            _guess(row, int(top), spoke, float(lexicon))
            for row, top, spoke, lexicon in zip(found, best, words, compound, strict=True)
        ]


def lexicon_scores(clean: Sequence[str]) -> Floats:
    """Return VADER's negative, neutral, positive and compound of each text, shape (n, 4)."""
    judge = _vader()
    rows = [[judge.polarity_scores(text)[name] for name in LEXICON] for text in clean]
    return np.array(rows, dtype=np.float32).reshape(len(clean), len(LEXICON))


@lru_cache(maxsize=1)
def _vader() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


def _guess(row: Floats, top: int, words: list[str], compound: float) -> Guess:
    order = np.argsort(-row)
    candidates = tuple(Candidate(LABELS[k], float(row[k])) for k in order)
    unsure = bool(row[top] < SURE_FROM)
    told = [f"words {quoted(words)}"] if words else []
    if compound == compound and compound != 0:  # NaN is not itself: no lexicon for this language
        told.append(f"lexicon {compound:+.2f}")
    verdict = f"{candidates[0].value} {row[top]:.2f}"
    if unsure:
        verdict = f"{verdict} against {candidates[1].value} {candidates[1].share:.2f}"
    reason = f"{verdict}: {'; '.join(told) or 'no word weighed much'}."
    return Guess(LABELS[top], float(row[top]), reason, unsure, candidates, float(row[2] - row[0]))
