"""The desk's page of merges: what may be one, to be decided; what was merged, to be undone."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from livingroom.ideas.likeness.operations import like
from livingroom.ideas.merging import operations
from livingroom.ideas.merging.operations import CannotMerge
from livingroom.ideas.merging.proposals import likely_pairs
from livingroom.ideas.models import Board, Idea, IdeaMerge
from livingroom.people.policy import may, require

SHOWN = 30


@require_safe
def idea_merges(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    boards = list(Board.objects.all())
    board = next(
        (one for one in boards if one.slug == request.GET.get("board")), boards[0] if boards else None
    )
    made = IdeaMerge.objects.select_related("kept__board", "other__board", "staff", "undone_by")
    context = {
        "board": board,
        "boards": boards,
        "pairs": likely_pairs(board) if board else [],
        "merges": made.filter(kept__board=board)[:SHOWN] if board else [],
        "may_answer": may(request.user, "answer_ideas"),
    }
    return render(request, "ideas/merging/merges.html", context)


def merge_part(idea: Idea) -> dict[str, Any]:
    """What an idea's own page on the desk shows of merging: `ideas/merging/_part.html` takes it."""
    made = IdeaMerge.objects.filter(undone_at=None).select_related("kept", "other", "staff")
    return {
        "merge_idea": idea,
        "merge_alike": like(idea) if idea.standing != Idea.Standing.MERGED else [],
        "merge_into": made.filter(other=idea).first(),
        "merge_from": made.filter(kept=idea),
    }


@require_POST
def idea_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Let this idea be part of the one that is named."""
    staff = require(request.user, "answer_ideas")
    other = get_object_or_404(Idea, pk=pk)
    kept = Idea.objects.filter(pk=_number(request.POST.get("kept", ""))).first()
    try:
        if kept is None:
            raise CannotMerge("Say which idea is kept, by its number.", "kept")
        row = operations.merge(
            staff=staff, kept=kept, other=other, reason=request.POST.get("reason", ""), now=timezone.now()
        )
    except CannotMerge as problem:
        messages.error(request, str(problem))
    else:
        messages.success(
            request, f"“{other}” is part of “{row.kept}” now. Its author is told; it can be undone."
        )
    return _back(request)


@require_POST
def idea_unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    staff = require(request.user, "answer_ideas")
    row = get_object_or_404(IdeaMerge.objects.select_related("kept", "other"), pk=pk)
    try:
        operations.unmerge(staff=staff, merge=row, reason=request.POST.get("reason", ""), now=timezone.now())
    except CannotMerge as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"“{row.other}” stands by itself again, with its own votes and words.")
    return _back(request)


@require_POST
def ideas_apart(request: HttpRequest, pk: int) -> HttpResponse:
    """They are two: do not propose it again."""
    staff = require(request.user, "answer_ideas")
    one = get_object_or_404(Idea, pk=pk)
    other = get_object_or_404(Idea, pk=_number(request.POST.get("kept", "")))
    operations.not_the_same(staff=staff, one=one, other=other, now=timezone.now())
    messages.success(request, "Noted: these are two ideas.")
    return _back(request)


def _number(text: str) -> int:
    digits = text.strip().removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 18 else 0


def _back(request: HttpRequest) -> HttpResponse:
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()})
    return redirect(back if back and safe else "idea_merges")
