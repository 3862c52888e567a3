"""Ideas as lists show them: with the reader's own vote, our newest word, and what may be done."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from livingroom.ideas.models import Answer, Board, Idea, Vote
from livingroom.ideas.text import plain_of
from livingroom.people.models import Member

EXCERPT = 220


@dataclass(frozen=True)
class Card:
    """One idea of a list. `mine` is 1 or −1 where the reader voted; `says` is our newest reason, where the list is about that."""

    idea: Idea
    mine: int
    excerpt: str
    is_votable: bool
    is_late: bool
    is_under_seen: bool = False
    says: str = ""


def cards_of(
    ideas: Sequence[Idea],
    board: Board,
    member: Member | None,
    now: datetime,
    *,
    under_seen: Collection[int] = (),
    with_answers: bool = False,
) -> list[Card]:
    numbers = [idea.pk for idea in ideas]
    mine = votes_of(member, numbers)
    reasons = newest_reasons(numbers) if with_answers else {}
    cards = []
    for idea in ideas:
        idea.board = board  # known, and every address asks for it
        cards.append(
            Card(
                idea, mine.get(idea.pk, 0), excerpt_of(idea.text), is_votable(idea), is_late(idea, now),
                idea.pk in under_seen, reasons.get(idea.pk, ""),
            )
        )  # fmt: skip
    return cards


@lru_cache(maxsize=4096)  # the same texts are on every page of a list
def excerpt_of(text: str) -> str:
    return plain_of(text, EXCERPT)


def card_of(idea: Idea, board: Board, member: Member | None, now: datetime) -> Card:
    return cards_of([idea], board, member, now)[0]


def votes_of(member: Member | None, ideas: Iterable[int]) -> dict[int, int]:
    """How the reader voted on each of these ideas, or on one that was merged into it."""
    if member is None:
        return {}
    standing = Vote.objects.filter(member=member, root__in=list(ideas), stands=True)
    return dict(standing.values_list("root", "sign"))


def n_same_person(idea: Idea) -> int:
    """Votes of people who had voted for it already, from another address."""
    return Vote.objects.filter(root=idea, stands=True, same_person_at__isnull=False).count()


def newest_reasons(ideas: Iterable[int]) -> dict[int, str]:
    rows = Answer.objects.filter(idea__in=list(ideas)).order_by("at", "pk").values_list("idea", "reason")
    return {idea: plain_of(reason) for idea, reason in rows}


def is_votable(idea: Idea) -> bool:
    return idea.standing == Idea.Standing.PUBLIC and idea.state in Idea.VOTABLE


def is_late(idea: Idea, now: datetime) -> bool:
    """Owed, undecided, and past its day."""
    return (
        idea.standing == Idea.Standing.PUBLIC
        and idea.state in Idea.OPEN
        and idea.above_line_at is not None
        and idea.due_at is not None
        and idea.due_at < now
    )
