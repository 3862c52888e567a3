"""Reads of the ideas desk, ready to print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from livingroom.ideas.desk.asking import PAGE, Asked
from livingroom.ideas.duty.lateness import Kept, due_within, kept, last_moment
from livingroom.ideas.models import Board, Idea
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.people.models import Staff
from livingroom.people.policy import MAY
from livingroom.shared.templatetags.words import number, percent

SOON = timedelta(days=3)


@dataclass(frozen=True)
class Due:
    """How an idea stands with its day, in words and colour."""

    words: str
    tone: str


@dataclass(frozen=True)
class Row:
    idea: Idea
    due: Due | None


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    n: int
    newer: str
    older: str
    words: str


def due_of(idea: Idea, now: datetime) -> Due | None:
    """Nothing where no answer is owed."""
    if idea.due_at is None:
        return None
    if idea.state not in Idea.OPEN:
        late = idea.answered_at is not None and idea.answered_at > idea.due_at
        return Due("answered late" if late else "answered in time", "warn" if late else "good")
    left = idea.due_at - now
    if left <= timedelta(0):
        return Due(f"late by {_days(-left)}", "bad")
    return Due(f"in {_days(left)}", "warn" if left <= SOON else "neutral")


def page_of(ideas: QuerySet[Idea], asked: Asked, now: datetime) -> Page:
    """One page of a list with the ways to its neighbours."""
    n, first = ideas.count(), (asked.number - 1) * PAGE
    found = list(
        ideas.select_related("board", "category", "owner", "member", "storm").defer("vector")[
            first : first + PAGE
        ]
    )
    newer = f"?{asked.address(page=str(asked.number - 1))}" if asked.number > 1 else ""
    older = f"?{asked.address(page=str(asked.number + 1))}" if n > first + PAGE else ""
    words = f"{number(first + 1)} to {number(first + len(found))} of {number(n)}" if n > PAGE else ""
    moments = {board.pk: last_moment(board, now) for board in {idea.board for idea in found}}
    return Page([Row(idea, due_of(idea, moments[idea.board_id])) for idea in found], n, newer, older, words)


def who_may_answer() -> list[Staff]:
    return list(
        Staff.objects.filter(is_active=True, role__in=MAY["answer_ideas"], scopes=None).order_by("name")
    )


def figures(board: Board, now: datetime) -> tuple[list[dict[str, Any]], Kept]:
    """The promise in tiles; each opens the ideas it was made from."""
    as_of = last_moment(board, now)
    found = kept(board, as_of)
    owed = Idea.objects.owed().filter(board=board)
    n_late = owed.filter(due_at__lte=as_of).count()
    n_soon = owed.filter(due_at__gt=as_of, due_at__lte=as_of + timedelta(days=7)).count()
    rows, desk = reverse("desk_kept", args=[board.slug]), reverse("ideas_desk")
    return [
        {
            "label": "Answered in time, 90 days", "value": said(found.in_time, "share"),
            "note": note(found.in_time, "share"), "url": rows,
        },
        {
            "label": "Days to an answer, median", "value": said(found.days, "days"),
            "note": note(found.days, "days"), "url": rows,
        },
        {
            "label": "Late now", "value": number(n_late), "note": f"promised within {board.answer_within_days} days",
            "url": f"{desk}?board={board.slug}&due=late", "tone": "bad" if n_late else "good",
        },
        {
            "label": "Owed", "value": number(owed.count()), "note": f"{number(n_soon)} due within a week",
            "url": f"{desk}?board={board.slug}",
        },
    ], found  # fmt: skip


def kept_rows(board: Board, now: datetime) -> list[dict[str, object]]:
    """The ideas behind the figures, as plain values for page and file."""
    found = kept(board, last_moment(board, now))
    ideas = (
        due_within(board, found.since, found.until)
        .select_related("owner", "category")
        .order_by("due_at", "pk")
    )
    return [_kept_row(idea, found.until) for idea in ideas.defer("vector")]


def said(answer: Estimate | NotEnoughData, unit: str) -> str:
    if isinstance(answer, NotEnoughData):
        return "–"
    return percent(answer.value, 0) if unit == "share" else f"{number(answer.value, 1)}"


def note(answer: Estimate | NotEnoughData, unit: str) -> str:
    if isinstance(answer, NotEnoughData):
        return f"Not enough data: {answer.reason}."
    high = "unknown" if answer.high == float("inf") else _plain(answer.high, unit)
    return f"{_plain(answer.low, unit)} to {high} ({answer.level:.0%}), n = {number(answer.n)}"


def choices(rows: Sequence[tuple[str, str]], chosen: str) -> list[Mapping[str, object]]:
    """Options of a select, with the one that is chosen."""
    return [{"value": value, "label": label, "is_chosen": value == chosen} for value, label in rows]


def _kept_row(idea: Idea, until: datetime) -> dict[str, object]:
    assert idea.due_at is not None
    over = idea.answered_at if idea.answered_at and idea.answered_at <= until else None
    began = idea.above_line_at or idea.due_at
    outcome = "not answered" if over is None else "in time" if over <= idea.due_at else "late"
    return {
        "id": idea.pk,
        "title": idea.title,
        "category": str(idea.category or ""),
        "owner": str(idea.owner or ""),
        "state": idea.get_state_display(),
        "above_line_at": began.isoformat(timespec="seconds"),
        "due_at": idea.due_at.isoformat(timespec="seconds"),
        "answered_at": over.isoformat(timespec="seconds") if over else "",
        "days": round(((over or until) - began).total_seconds() / 86_400, 1),
        "outcome": outcome,
    }


def _plain(value: float, unit: str) -> str:
    return percent(value, 0) if unit == "share" else number(value, 1)


def _days(length: timedelta) -> str:
    n = length.days
    if n == 0:
        hours = length.seconds // 3600
        return f"{hours} hour{'' if hours == 1 else 's'}"
    return f"{number(n)} day{'' if n == 1 else 's'}"
