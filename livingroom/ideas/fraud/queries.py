"""Reads for the page on votes under review. Accounts have numbers there, not names: who decides needs no more."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncDate

from livingroom.ideas.models import Board, Vote, VoteReview
from livingroom.shared.chart_kinds import over_time
from livingroom.shared.charts import Chart, Column

SHOWN = 200
_DAY, _N = Column("on", "Day", "day"), Column("n", "Votes", "number")
_WHICH = Column("which", "Votes")


@dataclass(frozen=True)
class Account:
    """One account of a group: its votes in the review, and where they came from, under numbers that hold on this page only."""

    number: int
    joined_at: datetime
    voted_at: datetime
    age: str
    n_here: int
    n_all: int
    network: str
    agent: str
    is_held: bool


@dataclass(frozen=True)
class Figures:
    """What waits, and what was decided."""

    n_open: int
    n_held: int
    n_removed: int
    n_honest: int


def figures(board: Board | None) -> Figures:
    """Votes by what became of them; all of them can be opened as a file."""
    states = VoteReview.State
    votes = Vote.objects.filter(review__isnull=False, stands=True)
    reviews = VoteReview.objects.filter(state=states.OPEN)
    if board is not None:
        votes, reviews = votes.filter(root__board=board), reviews.filter(idea__board=board)
    held = votes.filter(review__state=states.OPEN).exclude(withheld_at=None)
    return Figures(
        reviews.count(),
        held.count(),
        votes.filter(review__state=states.REMOVED).count(),
        votes.filter(review__state=states.HONEST).count(),
    )


def reviews_of(board: Board | None, *, is_open: bool) -> list[VoteReview]:
    """Those that wait, the strongest first; or those that were decided, the newest first."""
    rows = VoteReview.objects.select_related("idea__board", "decided_by").defer("idea__vector")
    if board is not None:
        rows = rows.filter(idea__board=board)
    if is_open:
        return list(rows.filter(state=VoteReview.State.OPEN).order_by("-score", "-pk"))
    return list(rows.exclude(state=VoteReview.State.OPEN).order_by("-decided_at", "-pk")[:SHOWN])


def accounts(review: VoteReview) -> list[Account]:
    """Everybody in a group, in the order of their first vote in it."""
    votes = list(review.votes.select_related("member").order_by("at", "pk"))
    n_all = dict(
        Vote.objects.filter(member__in=[vote.member_id for vote in votes], stands=True)
        .order_by()
        .values_list("member")
        .annotate(n=Count("pk"))
    )
    n_here = Counter(vote.member_id for vote in votes)
    networks, agents = _numbered([one.network for one in votes]), _numbered([one.agent for one in votes])
    first = {vote.member_id: vote for vote in reversed(votes)}
    return [
        Account(
            place, vote.member.joined_at, vote.at, _age(vote.at - vote.member.joined_at), n_here[vote.member_id],
            n_all.get(vote.member_id, 0), networks[vote.network], agents[vote.agent], vote.withheld_at is not None,
        )
        for place, vote in enumerate(sorted(first.values(), key=lambda one: (one.at, one.pk)), start=1)
    ]  # fmt: skip


def ideas_touched(review: VoteReview) -> list[dict[str, Any]]:
    """The ideas that votes of this review are on, the most first."""
    rows = review.votes.filter(stands=True).order_by().values("root", "root__title")
    return [dict(row) for row in rows.annotate(n=Count("pk")).order_by("-n", "root")]


def votes_by_day(review: VoteReview) -> Chart:
    """The idea's votes by day: these, and all others."""
    own = Counter(
        review.votes.filter(root=review.idea_id)
        .annotate(on=TruncDate("at", tzinfo=UTC))
        .values_list("on", flat=True)
    )
    others = Counter(
        Vote.objects.filter(root=review.idea_id, stands=True)
        .exclude(review=review)
        .annotate(on=TruncDate("at", tzinfo=UTC))
        .values_list("on", flat=True)
    )
    days = sorted(own | others)
    rows = []
    if days:
        for step in range((days[-1] - days[0]).days + 1):
            on = days[0] + timedelta(days=step)
            rows += [
                {"on": on, "which": "Others", "n": others[on]},
                {"on": on, "which": "Under review", "n": own[on]},
            ]
    return over_time(
        "Votes on this idea by day", rows, at=_DAY, value=_N, series=_WHICH, mark="bar", name="votes_by_day"
    )


def account_rows(review: VoteReview) -> list[dict[str, Any]]:
    """The same accounts as plain values, for files."""
    return [
        {
            "account": one.number, "joined_at": one.joined_at.isoformat(), "voted_at": one.voted_at.isoformat(),
            "votes_here": one.n_here, "votes_in_all": one.n_all, "network": one.network, "browser": one.agent,
            "is_held": one.is_held,
        }
        for one in accounts(review)
    ]  # fmt: skip


def _numbered(names: Sequence[str]) -> dict[str, str]:
    """Number what occurs, the most frequent first."""
    known = [name for name, _ in Counter(name for name in names if name).most_common()]
    return {"": "unknown"} | {name: str(place) for place, name in enumerate(known, start=1)}


def _age(length: timedelta) -> str:
    if length < timedelta(hours=1):
        return f"{max(int(length.total_seconds() // 60), 0)} min"
    if length < timedelta(days=2):
        return f"{int(length.total_seconds() // 3600)} h"
    return f"{length.days:,} days"
