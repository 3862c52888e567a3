"""Reading ideas: everybody, some a minute."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from ninja.errors import HttpError

from livingroom.ideas.likeness.operations import similar
from livingroom.ideas.listing import page_of
from livingroom.ideas.models import Board, Idea
from livingroom.ideas.portal.addresses import absolute, board_path, idea_path
from livingroom.ideas.portal.limits import is_too_often
from livingroom.ideas.portal.rows import newest_reasons
from livingroom.ideas.ranks import RANKS

router = Router(tags=["Ideas"], auth=None)
OPEN_TO_ALL = (Idea.Standing.PUBLIC, Idea.Standing.ARCHIVED)


class BoardTold(Schema):
    """`names` by language, as far as they are written; `category_names` the same by category."""

    board: str
    name: str
    names: dict[str, str]
    intro: str
    url: str
    propose_url: str
    allows_against: bool
    categories: list[str]
    category_names: dict[str, dict[str, str]]


class IdeaTold(Schema):
    """`votes_under_review` count for nothing yet. `reason` is our newest word on it."""

    id: int
    board: str
    title: str
    text: str
    language: str
    author: str
    category: str
    state: str
    standing: str
    votes_for: int
    votes_against: int
    votes_under_review: int
    comments: int
    public_at: datetime | None
    state_at: datetime
    owner: str
    due_at: datetime | None
    reason: str
    release_url: str
    url: str


class PageTold(Schema):
    rank: str
    formula: str
    ideas: list[IdeaTold]
    after: str


class SimilarTold(Schema):
    idea: IdeaTold
    score: float
    is_same_title: bool


@router.get("/ideas/boards", response=list[BoardTold], summary="The boards that are open to everybody")
def list_boards(request: HttpRequest, response: HttpResponse) -> list[dict[str, Any]]:
    _let_all(request, response)
    return [
        {
            "board": board.slug, "name": board.name, "names": board.names, "intro": board.intro,
            "url": absolute(board_path(board)),
            "propose_url": absolute(board_path(board, "idea_propose")), "allows_against": board.allows_against,
            "categories": [category.slug for category in board.categories.all()],
            "category_names": {category.slug: category.names for category in board.categories.all()},
        }
        for board in Board.objects.filter(is_twin=False, closed_at=None).prefetch_related("categories").order_by("pk")
    ]  # fmt: skip


@router.get("/ideas/{board}", response=PageTold, summary="One page of a board's ideas")
def list_ideas(
    request: HttpRequest, response: HttpResponse, board: str, rank: str = "now", category: str = "",
    state: str = "", after: str = "",
) -> dict[str, Any]:  # fmt: skip
    """`rank` is now, popular, new, under_seen, most_wanted or answered; `state` one of the states, or any; `after` asks for
    the next page, with the word that came with the one before."""
    _let_all(request, response)
    found = open_board(board)
    if rank not in RANKS:
        raise HttpError(422, f"rank is one of {', '.join(RANKS)}.")
    if state and state not in (*Idea.State.values, "any"):
        raise HttpError(422, f"state is one of {', '.join(Idea.State.values)}, or any.")
    field = get_object_or_404(found.categories, slug=category) if category else None
    page = page_of(found, rank, category=field, state=state or None, after=after or None, now=timezone.now())
    ideas = told(found, page.ideas)
    return {"rank": rank, "formula": page.rank.formula_on(found), "ideas": ideas, "after": page.after}


@router.get("/ideas/{board}/similar", response=list[SimilarTold], summary="The ideas most like a text")
def list_similar(
    request: HttpRequest, response: HttpResponse, board: str, q: str, n: int = 5
) -> list[dict[str, Any]]:
    """At most twenty, the likest first, in whatever language; a proposal for a person, nothing more."""
    _let_all(request, response, most=60)
    found = open_board(board)
    rows = similar(found, q[:300], min(max(n, 1), 20))
    shown = told(found, [one.idea for one in rows])
    return [
        {"idea": idea, "score": one.score, "is_same_title": one.is_same_title}
        for idea, one in zip(shown, rows, strict=True)
    ]


@router.get("/ideas/{board}/{int:idea}", response=IdeaTold, summary="One idea")
def show_idea(request: HttpRequest, response: HttpResponse, board: str, idea: int) -> dict[str, Any]:
    _let_all(request, response)
    found = open_board(board)
    rows = Idea.objects.defer("vector").select_related("category", "member", "owner")
    row = get_object_or_404(rows, board=found, pk=idea, standing__in=OPEN_TO_ALL)
    return told(found, [row])[0]


def open_board(slug: str) -> Board:
    """A board that is open to everybody; the employees' is none of the API's."""
    return get_object_or_404(Board, slug=slug, is_twin=False)


def told(board: Board, ideas: list[Idea]) -> list[dict[str, Any]]:
    reasons = newest_reasons([idea.pk for idea in ideas])
    for idea in ideas:
        idea.board = board
    return [_one(idea, reasons.get(idea.pk, "")) for idea in ideas]


def _one(idea: Idea, reason: str) -> dict[str, Any]:
    return {
        "id": idea.pk, "board": idea.board.slug, "title": idea.title, "text": idea.text, "language": idea.language,
        "author": idea.author_name, "category": idea.category.slug if idea.category else "", "state": idea.state,
        "standing": idea.standing, "votes_for": idea.n_for, "votes_against": idea.n_against,
        "votes_under_review": idea.n_withheld, "comments": idea.n_comments, "public_at": idea.public_at,
        "state_at": idea.state_at, "owner": idea.owner.name if idea.owner else "", "due_at": idea.due_at,
        "reason": reason, "release_url": idea.shipped_url, "url": absolute(idea_path(idea)),
    }  # fmt: skip


def _let_all(request: HttpRequest, response: HttpResponse, *, most: int = 240) -> None:
    """Pages of other sites may read what is public anyway; nobody more than so often a minute."""
    if is_too_often(request, f"api {most}", most=most, seconds=60, now=timezone.now()):
        raise HttpError(429, "Too often. Try again in a minute.")
    response["Access-Control-Allow-Origin"] = "*"
