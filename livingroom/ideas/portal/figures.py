"""How we keep our promise, as a board's page says it. Reckoned at most once a minute in each web process."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from livingroom.ideas.duty import lateness
from livingroom.ideas.models import Board, Idea
from livingroom.ideas.models.ideas import IdeaQuerySet
from livingroom.measure.estimate import Estimate

A_MINUTE = 60


@dataclass(frozen=True)
class InTime:
    """`share`, `low` and `high` are between 0 and 1; without a share too little fell due to say one."""

    at: datetime
    share: float | None
    low: float
    high: float
    n: int
    n_late: int


def in_time(board: Board, now: datetime) -> InTime:
    """The share answered in time within 90 days, and how many answers are late now."""
    key = f"ideas:in-time:{board.pk}"
    kept: InTime | None = cache.get(key)
    if kept is None:
        kept = _in_time(board, now)
        cache.set(key, kept, A_MINUTE)
    return kept


def moment_of(board: Board, now: datetime) -> datetime:
    """Now; on a board where nothing happened for long, the moment at which something last did."""
    return now if now - in_time(board, now).at < lateness.WINDOW else in_time(board, now).at


def _in_time(board: Board, now: datetime) -> InTime:
    at = lateness.last_moment(board, now)
    kept, n_late = lateness.kept(board, at), late_ideas(board, at).count()
    found = kept.in_time
    if isinstance(found, Estimate):
        return InTime(at, found.value, found.low, found.high, found.n, n_late)
    return InTime(at, None, 0.0, 0.0, kept.n_due, n_late)


def late_ideas(board: Board, at: datetime) -> IdeaQuerySet:
    """What we owe an answer and are late with, the longest delay first."""
    return Idea.objects.owed().filter(board=board, due_at__lt=at).order_by("due_at", "pk")
