"""What management is told of a period, as plain data: frozen when the digest is made, so that it says the same for ever."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q

from livingroom.ideas.action.queries import told_of
from livingroom.ideas.counting import COUNTS
from livingroom.ideas.digest.periods import midnight
from livingroom.ideas.digest.rising import risen
from livingroom.ideas.duty.lateness import VERSION, Kept, kept, loads
from livingroom.ideas.management import management_list
from livingroom.ideas.models import Answer, Archiving, Board, Comment, Idea, PublicLogEntry, Vote, VoteReview
from livingroom.ideas.storms.queries import storm_rows
from livingroom.measure.estimate import answer_as_json
from livingroom.posts.models import Placement

FORMAT = 1
MOST = 10
Plain = dict[str, Any]


def content_of(board: Board, begins_on: date, ends_on: date, now: datetime) -> Plain:
    """Everything a digest says. What is open or late is as of `now`; what happened lies within the period."""
    begin, end = midnight(begins_on), midnight(ends_on)
    until = min(end, now)
    return {
        "format": FORMAT,
        "definitions": VERSION,
        "board": board.name,
        "begins_on": begins_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "made_at": now.isoformat(timespec="seconds"),
        "counts": _counts(board, begin, end),
        "counts_before": _counts(board, begin - (end - begin), begin),
        "kept": _kept(kept(board, until)),
        "kept_before": _kept(kept(board, begin)),
        "promise_days": board.answer_within_days,
        "line": board.answer_line,
        "rose": risen(board, begin, end, MOST),
        "late": _late(board, now),
        "n_late": Idea.objects.owed().filter(board=board, due_at__lte=now).count(),
        "decided": _decided(
            board, begin, end, (Idea.State.PLANNED, Idea.State.BUILDING, Idea.State.DECLINED)
        ),
        "shipped": _decided(board, begin, end, (Idea.State.SHIPPED,)),
        "wanted": _wanted(board, now),
        "storms": _storms(board, begin, end, now),
        "load": [
            {"owner": str(load.owner or "nobody"), "owed": load.n_owed, "late": load.n_late}
            for load in loads(now, board)
        ],
        "reviews": _reviews(board),
        "merged": _logged(board, PublicLogEntry.What.MERGED, begin, end),
        "archived": _logged(board, PublicLogEntry.What.ARCHIVED, begin, end),
        "archiving": Archiving.objects.filter(idea__board=board, done_at=None, kept_at=None).count(),
        "returned": _returned(board, begin, end),
    }


def _counts(board: Board, begin: datetime, end: datetime) -> Plain:
    during = Q(at__gte=begin, at__lt=end)
    votes = Vote.objects.filter(COUNTS, during, root__board=board)
    cast = votes.aggregate(n=Count("pk"), people=Count("member", distinct=True))
    return {
        "ideas": Idea.objects.filter(board=board, public_at__gte=begin, public_at__lt=end).count(),
        "votes": cast["n"],
        "voters": cast["people"],
        "comments": Comment.objects.filter(
            during, root__board=board, standing=Comment.Standing.PUBLIC
        ).count(),
        "answers": Answer.objects.filter(during, idea__board=board).count(),
    }


def _kept(found: Kept) -> Plain:
    return {
        "in_time": answer_as_json(found.in_time),
        "days": answer_as_json(found.days),
        "n_due": found.n_due,
        "n_in_time": found.n_in_time,
        "n_late": found.n_late,
        "n_missing": found.n_missing,
        "since": found.since.date().isoformat(),
        "until": found.until.date().isoformat(),
    }


def _late(board: Board, now: datetime) -> list[Plain]:
    rows = Idea.objects.owed().filter(board=board, due_at__lte=now).select_related("owner", "category")
    return [
        {
            **_named(idea),
            "owner": str(idea.owner or "nobody"),
            "due_on": idea.due_at.date().isoformat() if idea.due_at else None,
            "days_late": (now - idea.due_at).days if idea.due_at else None,
        }
        for idea in rows.order_by("due_at", "pk")[: 2 * MOST]
    ]


def _decided(board: Board, begin: datetime, end: datetime, states: Iterable[str]) -> list[Plain]:
    """The last answer of the period for each idea; a further word on the same state is no decision."""
    rows = (
        Answer.objects.filter(idea__board=board, at__gte=begin, at__lt=end, state__in=states)
        .exclude(state=F("before"))
        .select_related("idea", "staff")
        .order_by("-at", "-pk")
    )
    last: dict[int, Answer] = {}
    for row in rows:
        last.setdefault(row.idea_id, row)
    shown = list(last.values())[: 2 * MOST]
    told: dict[int, list[str]] = {}
    for one in told_of(row.idea_id for row in shown):
        if one.state == Placement.State.SENT:
            told.setdefault(one.idea_id, []).append(one.branch.name)
    return [
        {
            **_named(row.idea),
            "state": row.get_state_display(),
            "reason": row.reason,
            "url": row.url,
            "by": str(row.staff or ""),
            "told_by": told.get(row.idea_id, []),
        }
        for row in shown
    ]


def _wanted(board: Board, now: datetime) -> list[Plain]:
    return [
        {
            **_named(row.idea),
            "state": row.idea.get_state_display(),
            "per_exposure": answer_as_json(row.per_exposure),
        }
        for row in management_list(board, MOST, now)
    ]


def _storms(board: Board, begin: datetime, end: datetime, now: datetime) -> list[Plain]:
    """Those that were open within the period, or summed up."""
    here = Q(opens_at__lt=end, closes_at__gte=begin) | Q(summed_up_at__gte=begin, summed_up_at__lt=end)
    return [
        {
            "topic": row.storm.topic,
            "host": str(row.storm.host or ""),
            "state": row.state,
            "ideas": row.n_ideas,
            "votes": row.n_votes,
            "people": row.n_people,
            "summary": row.storm.summary,
        }
        for row in storm_rows(now, board, board.storms.filter(here))
    ]


def _reviews(board: Board) -> Plain:
    rows = VoteReview.objects.filter(idea__board=board, state=VoteReview.State.OPEN)
    held = Idea.objects.filter(board=board, standing=Idea.Standing.HELD).count()
    words = Comment.objects.filter(root__board=board, standing=Comment.Standing.HELD).count()
    return {
        "groups": rows.count(),
        "votes": sum(rows.values_list("n_votes", flat=True)),
        "held": held + words,
    }


def _logged(board: Board, what: str, begin: datetime, end: datetime) -> int:
    return PublicLogEntry.objects.filter(board=board, what=what, at__gte=begin, at__lt=end).count()


def _returned(board: Board, begin: datetime, end: datetime) -> list[Plain]:
    rows = (
        Idea.objects.public()
        .filter(board=board, public_at__gte=begin, public_at__lt=end)
        .exclude(returns_to=None)
    )
    return [
        {**_named(idea), "before": str(idea.returns_to)} for idea in rows.select_related("returns_to")[:MOST]
    ]


def _named(idea: Idea) -> Plain:
    return {"id": idea.pk, "title": idea.title, "votes": idea.n_for}
