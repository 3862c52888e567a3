"""Who answered what was said: a room above, which holds the conversations, tells it here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Answered:
    """The first answer of a person of ours to a mention. Answers of rules and machines are none."""

    mention_id: int
    at: datetime
    by: str
    branch_id: int | None


# Given numbers of mentions, it tells the first human answer to each that has one.
Source = Callable[[Sequence[int]], Iterable[Answered]]
_sources: list[Source] = []


def add_source(source: Source) -> None:
    """Have `source` asked whenever answers are looked for; called when its room's app is ready."""
    if source not in _sources:
        _sources.append(source)


def answers_to(mentions: Sequence[int]) -> list[Answered]:
    """Return every known first answer, the earliest first."""
    found = [answer for source in _sources for answer in source(mentions)] if mentions else []
    return sorted(found, key=lambda answer: (answer.at, answer.mention_id))
