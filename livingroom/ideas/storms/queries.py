"""What came of storm sessions, in numbers."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from livingroom.ideas.models import Board, Comment, Idea, Storm, Vote
from livingroom.ideas.storms.operations import state_of


@dataclass(frozen=True)
class StormRow:
    storm: Storm
    state: str
    n_ideas: int
    n_votes: int
    n_people: int


def storm_rows(
    now: datetime, board: Board | None = None, storms: QuerySet[Storm] | None = None
) -> list[StormRow]:
    """Storm sessions with what was said there, the latest first."""
    rows = storms if storms is not None else Storm.objects.all()
    rows = rows if board is None else rows.filter(board=board)
    found = list(rows.select_related("board", "host").order_by("-opens_at")[:100])
    ids = [storm.pk for storm in found]
    said = ~Q(
        standing__in=(
            Idea.Standing.PENDING,
            Idea.Standing.REMOVED,
            Idea.Standing.WITHDRAWN,
            Idea.Standing.HELD,
        )
    )
    ideas = dict(
        Idea.objects.filter(said, storm__in=ids).order_by().values_list("storm").annotate(n=Count("pk"))
    )
    votes = dict(
        Vote.objects.filter(idea__storm__in=ids).order_by().values_list("idea__storm").annotate(n=Count("pk"))
    )
    people = _people(ids)
    return [
        StormRow(
            storm,
            state_of(storm, now),
            ideas.get(storm.pk, 0),
            votes.get(storm.pk, 0),
            len(people.get(storm.pk, ())),
        )
        for storm in found
    ]


def _people(ids: list[int]) -> dict[int, set[int]]:
    """Who proposed, voted or spoke there."""
    found: dict[int, set[int]] = {}
    pairs = (
        Idea.objects.filter(storm__in=ids).values_list("storm", "member"),
        Vote.objects.filter(idea__storm__in=ids).values_list("idea__storm", "member"),
        Comment.objects.filter(idea__storm__in=ids).values_list("idea__storm", "member"),
    )
    for rows in pairs:
        for storm, member in rows.order_by().distinct():
            if storm is not None and member is not None:
                found.setdefault(storm, set()).add(member)
    return found
