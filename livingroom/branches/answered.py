"""Questions that somebody answered already: rooms and forums tell them here, and the finder shows one that fits.

A room above adds its own source when it starts: `add_source(function)`. Solved topics of connected forums are one source.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

# A source's score says how sure it is that this is the same question, from 0 to 1. Below this nobody is shown it.
SURE_ENOUGH = 0.35
SHOWN = 3


@dataclass(frozen=True)
class AnsweredQuestion:
    """A question with its answer, open to everybody.

    `where` names the place for a visitor, such as the forum; `matched` are words of the asker that stand in it, as the reason.
    """

    title: str
    url: str
    language: str
    score: float
    where: str
    answered_on: date | None = None
    matched: tuple[str, ...] = ()


# Asked with the question as it was typed and the languages that its asker reads, by their short codes; none is any.
Source = Callable[[str, frozenset[str]], Sequence[AnsweredQuestion]]
_sources: list[Source] = []


def add_source(source: Source) -> None:
    """Let a room tell what was answered there."""
    if source not in _sources:
        _sources.append(source)


def answered_questions(question: str, languages: frozenset[str] = frozenset()) -> list[AnsweredQuestion]:
    """Return the answered questions nearest to this one, the surest first, each address once; often there is none."""
    found: dict[str, AnsweredQuestion] = {}
    for source in _sources:
        for told in source(question, languages):
            if told.score >= SURE_ENOUGH and told.score > getattr(found.get(told.url), "score", 0.0):
                found[told.url] = told
    return sorted(found.values(), key=lambda told: (-told.score, told.title))[:SHOWN]
