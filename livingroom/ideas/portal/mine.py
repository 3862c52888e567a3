"""What a member proposed, voted for, follows and said, with what became of it."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from livingroom.ideas.models import Board, Comment, Follow, Idea, Vote
from livingroom.ideas.portal.rows import newest_reasons
from livingroom.ideas.portal.tongue import Tongue
from livingroom.ideas.portal.who import guarded, page, reader_of
from livingroom.ideas.text import plain_of
from livingroom.ideas.voting import budget_of
from livingroom.people.models import Member
from livingroom.people.policy import may

MOST = 200
READABLE = (Idea.Standing.PUBLIC, Idea.Standing.ARCHIVED)


@dataclass(frozen=True)
class Row:
    idea: Idea
    at: datetime
    note: str = ""
    says: str = ""


@dataclass(frozen=True)
class BudgetLeft:
    board: str
    left: int
    n: int


@guarded
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """On every board that the member takes part in. Our own people see theirs of the twin by `board`."""
    board = Board.objects.filter(slug=request.GET.get("board", "")).first()
    if board is not None and board.is_twin and not may(request.user, "look"):
        board = None
    reader = reader_of(request, board)
    if reader.member is None:
        return redirect(f"{reverse('member_sign_in')}?back={reverse('ideas_mine')}")
    context = {
        "ideas": _ideas(reader.member, reader.tongue),
        "votes": _votes(reader.member, reader.tongue),
        "follows": _follows(reader.member),
        "comments": _comments(reader.member),
        "budgets": _budgets(reader.member, reader.tongue),
    }
    return page(request, board, "mine", context, reader=reader)


def _ideas(member: Member, tongue: Tongue) -> list[Row]:
    """With what we last said to each."""
    rows = list(
        Idea.objects.filter(member=member).select_related("board").defer("vector").order_by("-made_at")[:MOST]
    )
    reasons = newest_reasons(idea.pk for idea in rows)
    return [
        Row(
            idea,
            idea.made_at,
            "" if idea.standing == Idea.Standing.PUBLIC else tongue.say(f"standing_{idea.standing}"),
            reasons.get(idea.pk, ""),
        )
        for idea in rows
    ]


def _votes(member: Member, tongue: Tongue) -> list[Row]:
    rows = Vote.objects.filter(member=member, stands=True, root__standing__in=READABLE)
    found = rows.select_related("root__board").defer("root__vector").order_by("-at")[:MOST]
    return [Row(vote.root, vote.at, _note_of(vote, tongue)) for vote in found]


def _note_of(vote: Vote, tongue: Tongue) -> str:
    notes = [tongue.say("voted_against")] if vote.sign < 0 else []
    notes += [tongue.say("vote_is_withheld")] if vote.withheld_at else []
    notes += [tongue.say("vote_same_person")] if vote.same_person_at else []
    return ", ".join(notes)


def _follows(member: Member) -> list[Row]:
    rows = Follow.objects.filter(member=member, ended_at=None, root__standing__in=READABLE)
    found = {
        row.root_id: row for row in rows.select_related("root__board").defer("root__vector").order_by("at")
    }
    return [Row(row.root, row.at) for row in reversed(list(found.values())[-MOST:])]


def _comments(member: Member) -> list[Row]:
    rows = Comment.objects.filter(member=member, root__standing__in=READABLE)
    found = (
        rows.exclude(standing=Comment.Standing.WITHDRAWN).select_related("root__board").defer("root__vector")
    )
    return [Row(row.root, row.at, plain_of(row.text, 80)) for row in found.order_by("-at")[:MOST]]


def _budgets(member: Member, tongue: Tongue) -> list[BudgetLeft]:
    boards = Board.objects.filter(
        vote_budget__isnull=False, closed_at=None, is_twin=member.staff_id is not None
    )
    budgets = [(board, budget_of(member, board)) for board in boards]
    return [
        BudgetLeft(board.name_in(tongue.code), budget.left, budget.most)
        for board, budget in budgets
        if budget.left is not None and budget.most is not None
    ]
