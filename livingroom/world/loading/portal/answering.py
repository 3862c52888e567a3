"""The answer duty of half a year: who owed what, what was decided with which reason, some of it late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import cycle

import numpy as np

from livingroom.ideas.models import Answer, Board, Idea, Vote
from livingroom.people.models import Staff
from livingroom.world.loading.portal.told import words

LATE_SHARE = 0.18
DECISIONS = ("declined", "planned", "building", "shipped", "under_review")
SHARES = (0.44, 0.18, 0.1, 0.16, 0.12)
RELEASES = "https://www.cornerpc.example/news/idea-{number}"


def write_duty(board: Board, random: np.random.Generator, now: datetime) -> int:
    """Give owners and days to what is above the line, and answers to most of it. Returns how many answers."""
    ideas = list(
        Idea.objects.public()
        .filter(board=board, n_for__gte=board.answer_line)
        .select_related("category__partner")
    )
    crossed = _crossings(ideas, board.answer_line)
    reasons = {state: cycle(some) for state, some in words()["reasons"].items()}
    answers: list[Answer] = []
    for idea in sorted(ideas, key=lambda one: (crossed[one.pk], one.pk)):
        idea.above_line_at = crossed[idea.pk]
        idea.due_at = idea.above_line_at + timedelta(days=board.answer_within_days)
        idea.owner = idea.category.partner if idea.category else None
        days = board.answer_within_days * float(random.uniform(0.15, 0.95))
        if random.random() < LATE_SHARE:
            days = board.answer_within_days * float(random.uniform(1.05, 1.7))
        at = idea.above_line_at + timedelta(days=days)
        if at < now and idea.owner is not None:
            answers += _answered(idea, idea.owner, str(random.choice(DECISIONS, p=SHARES)), at, now, reasons)
    Idea.objects.bulk_update(
        ideas,
        ["above_line_at", "due_at", "owner", "state", "state_at", "answered_at", "shipped_url"],
        batch_size=200,
    )
    Answer.objects.bulk_create(answers, batch_size=200)
    _end_votes(ideas)
    return len(answers)


def _answered(
    idea: Idea, staff: Staff, state: str, at: datetime, now: datetime, reasons: dict[str, cycle[str]]
) -> list[Answer]:
    """One answer, and for what was built those on the way to it."""
    way = {"building": ("planned", "building"), "shipped": ("planned", "building", "shipped")}.get(
        state, (state,)
    )
    found, before = [], Idea.State.NEW.value
    for step, one in enumerate(way):
        moment = at + timedelta(days=9 * step)
        if moment >= now:
            break
        url = RELEASES.format(number=idea.pk) if one == Idea.State.SHIPPED else ""
        found.append(
            Answer(
                idea=idea,
                before=before,
                state=one,
                reason=next(reasons[one]),
                url=url,
                staff=staff,
                at=moment,
            )
        )
        idea.state, idea.state_at, before, idea.shipped_url = one, moment, one, url
        if one not in Idea.OPEN and idea.answered_at is None:
            idea.answered_at = moment
    return found


def _crossings(ideas: Sequence[Idea], line: int) -> dict[int, datetime]:
    """When each idea got the vote that brought it above the line."""
    at: dict[int, list[datetime]] = {idea.pk: [] for idea in ideas}
    votes = Vote.objects.filter(root__in=at, stands=True, withheld_at=None, sign=1).order_by("at")
    for root, moment in votes.values_list("root", "at"):
        at[root].append(moment)
    return {number: moments[line - 1] for number, moments in at.items()}


def _end_votes(ideas: Sequence[Idea]) -> None:
    """Nobody votes on what is decided."""
    for idea in ideas:
        if idea.state in (Idea.State.SHIPPED, Idea.State.DECLINED):
            Vote.objects.filter(root=idea, at__gt=idea.state_at).delete()
