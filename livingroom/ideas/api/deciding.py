"""One of ours decides by a program: answers with a reason, merges, parts again. It may what its person may."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Router, Schema
from ninja.security import HttpBearer

from livingroom.ideas.api.once import ONCE, Answer, once
from livingroom.ideas.api.reading import IdeaTold, open_board, told
from livingroom.ideas.api.taking_part import Refusal
from livingroom.ideas.duty.operations import answer as answer_idea
from livingroom.ideas.keys import find_key
from livingroom.ideas.merging.operations import CannotMerge
from livingroom.ideas.merging.operations import merge as merge_ideas
from livingroom.ideas.merging.operations import unmerge as part_ideas
from livingroom.ideas.models import Idea, IdeaMerge, StaffKey
from livingroom.people.models import Staff


class OwnKey(HttpBearer):
    """A key of one of ours, made on the ideas desk: `Authorization: Bearer lri_…`."""

    def authenticate(self, request: HttpRequest, token: str) -> StaffKey | None:
        return find_key(token, now=timezone.now())


router = Router(tags=["Ideas, by us"], auth=OwnKey())
TOLD: dict[int, type[Schema]] = {200: IdeaTold, 403: Refusal, 422: Refusal}


class AnswerIn(Schema):
    state: str = Field(
        ..., examples=["declined"], description="under_review, planned, building, shipped or declined"
    )
    reason: str = Field(..., description="Public, and mailed to all who voted or follow. Never left out.")
    url: str = Field("", description="Where the release is; of what shipped")


class MergeIn(Schema):
    into: int = Field(..., description="The idea that is kept, on the same board")
    reason: str = Field(..., description="In the public log, and told to the author")


class PartIn(Schema):
    reason: str = Field("", description="In the public log, and told to the author")


@router.post(
    "/ideas/{board}/{int:idea}/answer",
    response=TOLD,
    openapi_extra=ONCE,
    summary="Say what becomes of an idea, and why",
)
def answer(request: HttpRequest, response: HttpResponse, board: str, idea: int, said: AnswerIn) -> Answer:
    """With `Idempotency-Key`, as the person whose key it is."""

    def do() -> Answer:
        found = _idea(board, idea)
        answer_idea(
            staff=_staff(request), idea=found, state=said.state, reason=said.reason, url=said.url, now=timezone.now()
        )  # fmt: skip
        return 200, _shown(found)

    return once(request, response, do)


@router.post(
    "/ideas/{board}/{int:idea}/merge",
    response=TOLD,
    openapi_extra=ONCE,
    summary="Let an idea be part of another",
)
def merge(request: HttpRequest, response: HttpResponse, board: str, idea: int, said: MergeIn) -> Answer:
    """With `Idempotency-Key`. Each person's vote counts once; it can be undone. The answer tells the idea that is kept."""

    def do() -> Answer:
        other, kept = _idea(board, idea), _idea(board, said.into)
        done = merge_ideas(
            staff=_staff(request), kept=kept, other=other, reason=said.reason, now=timezone.now()
        )
        return 200, _shown(done.kept)

    return once(request, response, do)


@router.post(
    "/ideas/{board}/{int:idea}/unmerge",
    response=TOLD,
    openapi_extra=ONCE,
    summary="Part an idea from what it was merged into",
)
def unmerge(request: HttpRequest, response: HttpResponse, board: str, idea: int, said: PartIn) -> Answer:
    """With `Idempotency-Key`. Everything stands where it stood before."""

    def do() -> Answer:
        found = _idea(board, idea)
        row = IdeaMerge.objects.filter(other=found, undone_at=None).first()
        if row is None:
            raise CannotMerge("It is not merged into another.")
        part_ideas(staff=_staff(request), merge=row, reason=said.reason, now=timezone.now())
        return 200, _shown(found)

    return once(request, response, do)


def _staff(request: HttpRequest) -> Staff:
    key: StaffKey = request.auth  # type: ignore[attr-defined]  # set by ninja once the key is proven
    return key.staff


def _idea(board: str, number: int) -> Idea:
    found: Idea = get_object_or_404(Idea.objects.defer("vector"), board=open_board(board), pk=number)
    return found


def _shown(idea: Idea) -> dict[str, Any]:
    """As reading tells it, with times as JSON keeps them."""
    fresh = (
        Idea.objects.select_related("board", "category", "member", "owner").defer("vector").get(pk=idea.pk)
    )
    shown = told(fresh.board, [fresh])[0]
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in shown.items()
    }
