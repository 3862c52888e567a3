"""Which topic a message belongs to, from a handful of examples each; below the line a person picks from three."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.words.embedding import Embedder
from livingroom.measure.words.guesses import Candidate, Guess
from livingroom.measure.words.linear import Floats, Linear, learned, shares
from livingroom.measure.words.ngrams import Prepared, Sparse, prepare
from livingroom.measure.words.weights import shipped_rarity

SURE_FROM = 0.5
TRUST_VECTORS, TRUST_WORDS = 20.0, 30.0
NEAREST_SHARPNESS, NEAREST_SHARE = 20.0, 0.5
LEAST_LIKENESS, LEAST_LIKENESS_OF_WORDS = 0.25, 0.05  # below it a message is about something else
N_CANDIDATES = 3
_QUOTED = 80
_PARTS_OF_NAME = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_WORD_OF_NAME = re.compile(r"[^\W\d_]{3}")


class Topics:
    """Learns from examples and guesses.

    Parameters
    ----------
    examples : sequence of (text, label)
        At least two labels; the latest label of a text holds.
    embedder : Embedder or None
        Without it only words count: about 74 % right with ten examples a topic instead of 85 %.
    before : Topics
        What was learned from fewer examples: learning a few more starts there.

    Raises
    ------
    ValueError
        If there are fewer than two labels.
    """

    def __init__(
        self,
        examples: Sequence[tuple[str, str]],
        embedder: Embedder | None = None,
        *,
        before: "Topics | None" = None,
        rarity: Floats | None = None,
    ) -> None:
        latest = {text: label for text, label in examples if text.strip() and label.strip()}
        self.labels = sorted(set(latest.values()))
        if len(self.labels) < 2:
            raise ValueError(f"Topics need examples of at least two labels; there are {len(self.labels)}.")
        self.embedder = embedder
        self.rarity = shipped_rarity() if rarity is None else rarity
        # What a topic is called says what it is about: one more example of it, but never somebody's words.
        names = {name: label for label in self.labels if (name := name_of(label))}
        self._n_said = len(latest)
        self._texts = [*latest, *names]
        rights = [*latest.values(), *names.values()]
        self._right = np.array([self.labels.index(label) for label in rights])
        prepared = prepare(self._texts, self.rarity)
        self._words = prepared.weights
        self._vectors = None if embedder is None else self._known_vectors(prepared, before)
        # All that is said to one brand is alike; without that common part its topics lie further apart.
        self._middle = None if self._vectors is None else self._vectors.mean(axis=0)
        self._kept = _kept_columns(self._words)
        self._model = self._learned(before)

    def _known_vectors(self, prepared: Prepared, before: "Topics | None") -> Floats:
        """Return the vectors of all examples, taking those that were worked out before."""
        assert self.embedder is not None
        known: dict[str, Floats] = {}
        if before is not None and before._vectors is not None:
            known = dict(zip(before._texts, before._vectors, strict=True))
        new = [text for text in self._texts if text not in known]
        clean = dict(zip(prepared.texts, prepared.clean, strict=True))
        known.update(zip(new, self.embedder.vectors([clean[text] for text in new]), strict=True))
        return np.stack([known[text] for text in self._texts])

    def _learned(self, before: "Topics | None") -> Linear:
        n_examples = np.bincount(self._right, minlength=len(self.labels))
        # Balanced: a topic with few examples counts as much as one with many.
        weights = (len(self._right) / (len(self.labels) * n_examples))[self._right].astype(np.float32)
        trust = TRUST_WORDS if self._vectors is None else TRUST_VECTORS
        rows = self._rows(self._words, self._vectors)
        return learned(
            rows,
            self._right,
            len(self.labels),
            trust=trust,
            weights=weights,
            tolerance=1e-2,
            start=self._start(before),
        )

    def _start(self, before: "Topics | None") -> Linear | None:
        same = (
            before is not None
            and before.labels == self.labels
            and (self._vectors is not None or np.array_equal(before._kept, self._kept))
        )
        return before._model if same and before is not None else None

    def _rows(self, words: Sparse, vectors: Floats | None) -> Sparse | Floats:
        return words[:, self._kept] if vectors is None else self._centred(vectors)

    def _centred(self, vectors: Floats) -> Floats:
        assert self._middle is not None
        away = vectors - self._middle
        found: Floats = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
        return found

    def shares(self, prepared: Prepared, vectors: Floats | None = None) -> Floats:
        """Return the share of each label for each text, shape (n, labels), and remember nothing."""
        return self._judged(prepared, vectors)[0]

    def _judged(self, prepared: Prepared, vectors: Floats | None) -> tuple[Floats, Floats]:
        if self._vectors is not None and vectors is None:
            raise ValueError("These topics were learned with sentence vectors and need them to guess.")
        logits = self._model.logits(
            self._rows(prepared.weights, vectors if self._vectors is not None else None)
        )
        if self._vectors is not None and vectors is not None:
            alike = self._centred(vectors) @ self._centred(self._vectors).T
            logits = logits + NEAREST_SHARE * self._nearest(alike)
        return shares(logits), self._likeness(prepared, vectors)

    def _likeness(self, prepared: Prepared, vectors: Floats | None) -> Floats:
        """Return the cosine of each text to each example that somebody said."""
        if self._vectors is not None and vectors is not None:
            return vectors @ self._vectors[: self._n_said].T
        # Both blocks of words have length 1, so a row's square is 2.
        own = self._words[: self._n_said]
        return np.asarray((prepared.weights @ own.T).toarray() / 2, dtype=np.float32)

    def _nearest(self, alike: Floats) -> Floats:
        """Return the log of how near the examples of each label are, as a mean over them."""
        raised = np.exp(NEAREST_SHARPNESS * (alike - 1))
        membership = np.eye(len(self.labels), dtype=np.float32)[self._right]
        found: Floats = np.log(raised @ membership / membership.sum(axis=0) + 1e-12)
        return found

    def guesses(self, prepared: Prepared, vectors: Floats | None = None) -> list[Guess]:
        """Return a guess for each text with its top three, and the nearest example as its reason."""
        found, alike = self._judged(prepared, vectors)
        return [self._guess(row, near) for row, near in zip(found, alike, strict=True)]

    def _guess(self, row: Floats, alike: Floats) -> Guess:
        order = np.argsort(-row, kind="stable")[:N_CANDIDATES]
        candidates = tuple(Candidate(self.labels[k], float(row[k])) for k in order)
        best = candidates[0]
        own = np.flatnonzero(self._right[: self._n_said] == order[0])
        example = self._texts[own[int(alike[own].argmax())]]
        likeness = float(alike[own].max())
        reason = f"Nearest example of {best.value}: “{_shortened(example)}” (likeness {likeness:.2f})."
        unlike = likeness < (LEAST_LIKENESS_OF_WORDS if self._vectors is None else LEAST_LIKENESS)
        if unlike:
            reason = f"Unlike every example. {reason}"
        return Guess(best.value, best.share, reason, best.share < SURE_FROM or unlike, candidates, best.share)


def name_of(label: str) -> str:
    """Return a label as words, `card_arrival` as `card arrival`; nothing where it is only a sign or a number."""
    words = " ".join(_PARTS_OF_NAME.findall(label))
    return words if _WORD_OF_NAME.search(words) else ""


def _kept_columns(words: Sparse) -> NDArray[np.int64]:
    """Return the columns that two examples or more share: what only one has says nothing about others."""
    found: NDArray[np.int64] = np.flatnonzero(np.bincount(words.indices, minlength=words.shape[1]) > 1)
    return found


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else f"{line[: _QUOTED - 1]}…"
