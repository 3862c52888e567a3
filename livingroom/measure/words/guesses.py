"""What understanding a text gives: guesses that carry their reason, and what people say when a guess was wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Kind = Literal["language", "spam", "sentiment", "topic"]

HIDE, QUEUE, SHOW = "hide", "queue", "show"
NEGATIVE, NEUTRAL, POSITIVE = "negative", "neutral", "positive"
HIDE_FROM, QUEUE_FROM = 0.9, 0.5
_RIGHT = {"spam": ("spam", "good"), "sentiment": (NEGATIVE, NEUTRAL, POSITIVE)}


class Candidate(NamedTuple):
    """A value that was weighed, and its share of certainty (0 to 1)."""

    value: str
    share: float


@dataclass(frozen=True, slots=True)
class Guess:
    """One guess about one text.

    Parameters
    ----------
    value : str
        language: ISO 639-1 code. spam: "hide", "queue" or "show". sentiment: "negative", "neutral" or "positive".
        topic: its label. The best value stands here even when unsure; "" when there was nothing to judge.
    confidence : float
        The share of such guesses that is right, 0 to 1.
    reason : str
        Why, in words that a person can check against the text.
    unsure : bool
        A person should pick; `candidates` has what to pick from.
    candidates : tuple of Candidate
        Best first: two languages, all three sentiments, three topics; none for spam.
    score : float
        spam: probability of spam, 0 to 1. sentiment: P(positive) - P(negative), -1 to 1. Else the confidence.
    """

    value: str
    confidence: float
    reason: str
    unsure: bool = False
    candidates: tuple[Candidate, ...] = ()
    score: float = 0.0

    def share_of(self, value: str) -> float:
        """Return the share given to a value among the candidates, 0 if it is none of them."""
        return next((found.share for found in self.candidates if found.value == value), 0.0)


@dataclass(frozen=True, slots=True)
class TermFound:
    """A brand or product term in a text: `text[start:end]` as written, `term` as the id that was asked for."""

    term: str
    start: int
    end: int
    written: str


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known beside the text: ISO 639-1 codes of the author and of the branch, "" when unknown."""

    author_language: str = ""
    branch_language: str = ""


NO_HINTS = Hints()


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person said a text is.

    `right` is a value as Guess.value has it; for spam it is "spam" or "good". Raises ValueError for any other word.
    """

    kind: Kind
    text: str
    right: str

    def __post_init__(self) -> None:
        allowed = _RIGHT.get(self.kind)
        if allowed and self.right not in allowed:
            raise ValueError(f"A correction of {self.kind} is {', '.join(allowed)}, not {self.right!r}.")


@dataclass(frozen=True, slots=True)
class Understood:
    """Everything guessed about one text. `vector` is 384 signed bytes, or empty without embeddings."""

    language: Guess
    terms: tuple[TermFound, ...]
    spam: Guess
    sentiment: Guess
    topic: Guess | None = None
    vector: bytes = field(default=b"", repr=False)


def of_kind(corrections: Sequence[Correction], kind: Kind) -> list[Correction]:
    """Return the corrections of one kind, the latest word on a text only."""
    latest = {correction.text: correction for correction in corrections if correction.kind == kind}
    return list(latest.values())
