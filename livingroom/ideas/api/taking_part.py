"""Apps propose, vote, say and follow for people: by the same letter as on the page. Nothing counts until it is opened.

A key proves an app of the house, not a person; so what a person wants waits in the letter to their address.
"""

from typing import Literal

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Router, Schema
from ninja.errors import HttpError
from ninja.security import HttpBearer

from livingroom.ideas.api.once import ONCE, Answer, once
from livingroom.ideas.api.reading import open_board
from livingroom.ideas.models import Board, Category, Comment, Idea
from livingroom.ideas.portal.addresses import board_path, idea_path
from livingroom.ideas.refusals import Refused
from livingroom.ideas.rules import MOST_COMMENT, clean_text, clean_title, root_of
from livingroom.ideas.voting import require_votable
from livingroom.orders.models import ApiKey
from livingroom.orders.shops import find_api_key
from livingroom.people.members.asking import ask_by_letter
from livingroom.people.members.doing import Given
from livingroom.people.members.operations import TooMany

LETTERS_AN_HOUR = 300  # of one app; to one address as few as from the page
WAITS = "waits for the letter"


class AppKey(HttpBearer):
    """A key of the house, made at Orders > Shops: `Authorization: Bearer lrk_…`."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        return find_api_key(token, now=timezone.now())


router = Router(tags=["Ideas, for people"], auth=AppKey())


class Person(Schema):
    mail: str = Field(..., max_length=254, description="Where the letter goes. Kept sealed.")
    name: str = Field(..., min_length=1, max_length=80, description="As others see it")
    language: Literal["en", "es", "pt", "de", "fr"] = Field("en", description="Of the letter")


class IdeaIn(Person):
    title: str
    text: str = ""
    category: str = Field("", description="One of the board's `categories`")


class VoteIn(Person):
    sign: Literal[1, -1] = 1


class CommentIn(Person):
    text: str
    parent: int | None = Field(None, description="The comment that it answers")


class Waiting(Schema):
    state: str = Field(..., examples=[WAITS])
    url: str = Field(..., description="Where it will be seen")


class Refusal(Schema):
    """`key` names the reason for programs."""

    problem: str
    field: str = ""
    key: str = ""


TOLD: dict[int, type[Schema]] = {202: Waiting, 422: Refusal}


@router.post(
    "/ideas/{board}/propose", response=TOLD, openapi_extra=ONCE, summary="Propose an idea for somebody"
)
def propose(request: HttpRequest, response: HttpResponse, board: str, said: IdeaIn) -> Answer:
    """With `Idempotency-Key`. Their letter proposes it when they open it, within a day."""

    def do() -> Answer:
        found = _open(board)
        if said.category and not Category.objects.filter(board=found, slug=said.category).exists():
            raise Refused("no_such_category")
        given = {
            "board": found.slug, "title": clean_title(said.title), "text": clean_text(said.text),
            "category": said.category, "storm": "", "pictures": [],
        }  # fmt: skip
        return _by_letter(request, said, "idea_send_in", given, board_path(found))

    return once(request, response, do)


@router.post("/ideas/{board}/{int:idea}/vote", response=TOLD, openapi_extra=ONCE, summary="Vote for somebody")
def vote(request: HttpRequest, response: HttpResponse, board: str, idea: int, said: VoteIn) -> Answer:
    """With `Idempotency-Key`. It counts once they open their letter, and once for each person."""

    def do() -> Answer:
        found = _idea(board, idea)
        require_votable(found, said.sign)
        return _by_letter(request, said, "idea_vote", {"idea": found.pk, "sign": said.sign}, idea_path(found))

    return once(request, response, do)


@router.post(
    "/ideas/{board}/{int:idea}/comments",
    response=TOLD,
    openapi_extra=ONCE,
    summary="Say something for somebody",
)
def comment(request: HttpRequest, response: HttpResponse, board: str, idea: int, said: CommentIn) -> Answer:
    """With `Idempotency-Key`. It is seen once they open their letter."""

    def do() -> Answer:
        found, text = _idea(board, idea), clean_text(said.text, MOST_COMMENT)
        if not text:
            raise Refused("nothing_said")
        public = Comment.objects.filter(root=found, standing=Comment.Standing.PUBLIC)
        if said.parent is not None and not public.filter(pk=said.parent).exists():
            raise Refused("not_said_here")
        given = {"idea": found.pk, "text": text, "parent": said.parent}
        return _by_letter(request, said, "idea_comment", given, idea_path(found))

    return once(request, response, do)


@router.post(
    "/ideas/{board}/{int:idea}/follow",
    response=TOLD,
    openapi_extra=ONCE,
    summary="Follow an idea for somebody",
)
def follow(request: HttpRequest, response: HttpResponse, board: str, idea: int, said: Person) -> Answer:
    """With `Idempotency-Key`. They hear of it once they opened their letter, and each later one ends it by a click."""

    def do() -> Answer:
        found = _idea(board, idea)
        return _by_letter(request, said, "idea_follow", {"idea": found.pk}, idea_path(found))

    return once(request, response, do)


def _by_letter(request: HttpRequest, said: Person, kind: str, given: Given, back: str) -> Answer:
    key: ApiKey = request.auth  # type: ignore[attr-defined]  # set by ninja once the key is proven
    try:
        send = ask_by_letter(
            mail=said.mail, name=said.name, language=said.language, network="", agent="", visitor=f"app {key.pk}",
            deed=[kind, given], back=back, now=timezone.now(), most_from=LETTERS_AN_HOUR,
        )  # fmt: skip
    except TooMany:
        raise HttpError(429, "Enough letters went out for now. Try again in an hour.") from None
    transaction.on_commit(send)
    return 202, {"state": WAITS, "url": back}


def _open(slug: str) -> Board:
    board = open_board(slug)
    if board.closed_at is not None:
        raise Refused("board_closed")
    return board


def _idea(board: str, number: int) -> Idea:
    """The idea that it would count for, where one can take part."""
    found = root_of(get_object_or_404(Idea.objects.defer("vector"), board=_open(board), pk=number))
    if found.standing != Idea.Standing.PUBLIC:
        raise Refused("not_public")
    return found
