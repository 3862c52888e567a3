"""How the shipped weights are learned, and how good they are on what they have not seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.words.guesses import HIDE_FROM, QUEUE_FROM
from livingroom.measure.words.linear import Floats, Linear, compacted, learned, shares, widened
from livingroom.measure.words.ngrams import N_BUCKETS, prepare
from livingroom.measure.words.sentiment import TRUST, SentimentWeights, lexicon_scores
from livingroom.measure.words.signs import sign_matrix
from livingroom.measure.words.spam import TRUST_VECTORS, TRUST_WORDS, Spam, SpamWeights, rows_of, stretched

ELSEWHERE = -1
ELSEWHERE_WEIGHT = 0.08  # all of them together count as much as a quarter of the good comments
_TOLERANCE = 1e-3
GOOD_ABOVE_LINE = 0.001  # half of what is promised: two good comments in a thousand
_TAIL_SHARE = 0.1
_FEWEST_IN_TAIL = 20
_HIGHEST_LINE = 0.995


@dataclass(frozen=True)
class SpamComments:
    """Labelled comments.

    Parameters
    ----------
    is_spam : (n,)
        0 or 1.
    place : (n,)
        The number of the video below which it stood, or ELSEWHERE for what customers ask and what people say to each
        other: nobody advertises there, and without them every plea with a link would look like advertising.
    vectors : (n, 384)
        Sentence vectors.
    """

    texts: Sequence[str]
    is_spam: NDArray[np.int64]
    place: NDArray[np.int64]
    vectors: Floats

    def only(self, chosen: NDArray[np.bool_]) -> "SpamComments":
        texts = [text for text, wanted in zip(self.texts, chosen, strict=True) if wanted]
        return SpamComments(texts, self.is_spam[chosen], self.place[chosen], self.vectors[chosen])


@dataclass(frozen=True)
class Fold:
    """One place left out: what the model that never saw it does with it."""

    place: int
    n_good: int
    n_spam: int
    right: float
    good_hidden: int
    spam_hidden: float


def train_spam(comments: SpamComments, rarity: Floats) -> SpamWeights:
    """Return weights whose hide lines were set on places that the scores behind them had not seen."""
    unseen = [
        _good_scores(comments, place, _judged_without((place,), comments, rarity)[place])
        for place in _places(comments)
    ]
    return spam_weights(comments, rarity, _lines(unseen))


def tested_spam(comments: SpamComments, rarity: Floats) -> tuple[list[Fold], list[Fold]]:
    """Leave each place out in turn, its hide line set by the others alone; return the folds with and without vectors."""
    places = _places(comments)
    pairs = {pair: _judged_without(pair, comments, rarity) for pair in combinations(places, 2)}
    with_vectors, words_alone = [], []
    for place in places:
        others = [(other, pairs[min(place, other), max(place, other)]) for other in places if other != place]
        lines = _lines([_good_scores(comments, other, scores[other]) for other, scores in others])
        both, words = _judged_without((place,), comments, rarity)[place]
        spam = comments.is_spam[comments.place == place] == 1
        with_vectors.append(_fold(place, spam, stretched(both, lines[0])))
        words_alone.append(_fold(place, spam, stretched(words, lines[1])))
    return with_vectors, words_alone


def _places(comments: SpamComments) -> list[int]:
    return [int(place) for place in np.unique(comments.place) if place != ELSEWHERE]


def _judged_without(places: Sequence[int], comments: SpamComments, rarity: Floats) -> dict[int, Floats]:
    """Return the raw scores of some places, (2, n) each, by models that saw none of them."""
    weights = spam_weights(comments.only(~np.isin(comments.place, places)), rarity, (HIDE_FROM, HIDE_FROM))
    return {place: raw_scores(weights, comments.only(comments.place == place), rarity) for place in places}


def _good_scores(comments: SpamComments, place: int, scores: Floats) -> Floats:
    found: Floats = scores[:, comments.is_spam[comments.place == place] == 0]
    return found


def _lines(good: Sequence[Floats]) -> tuple[float, float]:
    with_vectors, words_alone = np.concatenate(good, axis=1)
    return hide_line(with_vectors), hide_line(words_alone)


def _fold(place: int, spam: NDArray[np.bool_], scores: Floats) -> Fold:
    hidden = scores >= HIDE_FROM
    right = float(((scores >= QUEUE_FROM) == spam).mean())
    n_spam = int(spam.sum())
    return Fold(
        place, len(spam) - n_spam, n_spam, right, int(hidden[~spam].sum()), float(hidden[spam].mean())
    )


def hide_line(good: Floats, share_above: float = GOOD_ABOVE_LINE) -> float:
    """Return the raw score above which that share of good comments is expected.

    There are too few good comments to count one in a thousand, so the highest tenth is taken for an exponential tail on
    the log-odds scale, which says how far up the line must lie.

    Parameters
    ----------
    good : (n,)
        Scores, 0 to 1, of good comments that the model has not seen.

    Source: Pickands 1975 (peaks over a threshold), with a shape of zero.
    """
    odds = np.sort(np.log(np.clip(good, 1e-6, 1 - 1e-6) / (1 - np.clip(good, 1e-6, 1 - 1e-6))))
    n_tail = min(max(int(len(odds) * _TAIL_SHARE), _FEWEST_IN_TAIL), len(odds) - 1)
    threshold = odds[-n_tail - 1]
    spread = float((odds[-n_tail:] - threshold).mean())
    line = threshold + spread * np.log(n_tail / len(odds) / share_above)
    return float(np.clip(1 / (1 + np.exp(-line)), QUEUE_FROM + 0.01, _HIGHEST_LINE))


def train_sentiment(
    texts: Sequence[str],
    right: NDArray[np.int64],
    is_english: NDArray[np.bool_],
    english_vectors: Floats,
    rarity: Floats,
) -> SentimentWeights:
    """Return the three models; `right` is 0 negative, 1 neutral, 2 positive, `english_vectors` in the order of the texts."""
    prepared = prepare(texts, rarity)
    words = learned(prepared.weights, right, 3, trust=TRUST)
    english = np.flatnonzero(is_english)
    lexicon = lexicon_scores([prepared.clean[i] for i in english])
    return SentimentWeights(
        _as_shipped(words),
        learned(lexicon, right[english], 3, trust=TRUST),
        learned(np.hstack([english_vectors, lexicon]), right[english], 3, trust=TRUST),
    )


def spam_weights(comments: SpamComments, rarity: Floats, lines: tuple[float, float]) -> SpamWeights:
    """Return weights learned from all these comments, with hide lines that were set elsewhere."""
    prepared = prepare(comments.texts, rarity)
    sizes = sign_matrix(list(zip(prepared.clean, prepared.marks, strict=True)))
    here = comments.place != ELSEWHERE
    mean, spread = sizes[here].mean(axis=0), sizes[here].std(axis=0) + np.float32(1e-3)
    counted = np.where(here, 1, ELSEWHERE_WEIGHT).astype(np.float32)
    rows = rows_of(prepared, mean, spread)
    words = learned(rows, comments.is_spam, 2, trust=TRUST_WORDS, weights=counted, tolerance=_TOLERANCE)
    vectors = learned(
        comments.vectors, comments.is_spam, 2, trust=TRUST_VECTORS, weights=counted, tolerance=_TOLERANCE
    )
    return SpamWeights(_as_shipped(words), _as_shipped(vectors), mean, spread, *lines)


def raw_scores(weights: SpamWeights, comments: SpamComments, rarity: Floats) -> Floats:
    """Return raw scores with and without vectors, shape (2, n)."""
    prepared = prepare(comments.texts, rarity)
    judge = Spam(weights=weights, rarity=rarity)
    by_words = shares(judge.words.logits(judge.rows(prepared)))[:, 1]
    by_vectors = shares(judge.vectors.logits(comments.vectors))[:, 1]
    return np.stack([(by_words + by_vectors) / 2, by_words])


def _as_shipped(model: Linear) -> Linear:
    # Judged as it will be used: rounded to the bytes that ship.
    return Linear(widened(*compacted(model.slopes, N_BUCKETS), N_BUCKETS), model.intercept)
