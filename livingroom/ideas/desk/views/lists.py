"""The lists of the ideas desk: what is to be answered, everything, what is held, and the ideas behind the figures."""

import csv
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from livingroom.ideas import operations
from livingroom.ideas.desk.asking import Asked, chosen_board
from livingroom.ideas.desk.queries import choices, figures, kept_rows, note, page_of, said
from livingroom.ideas.duty.lateness import VERSION, kept, last_moment, loads
from livingroom.ideas.models import Board, Category, Comment, Idea
from livingroom.ideas.refusals import Refused
from livingroom.measure.estimate import answer_as_json
from livingroom.people.models import Staff
from livingroom.people.policy import may, require

SHOWN = 100


@require_safe
def to_answer(request: HttpRequest) -> HttpResponse:
    """What is owed, due first; how the promise is kept; who owes how much."""
    staff, now = require(request.user, "look"), timezone.now()
    boards = list(Board.objects.all())
    if not boards:
        return render(request, "ideas/desk/first.html", {"may_arrange": may(staff, "arrange_ideas")})
    asked = Asked.read(request.GET.dict())
    board = chosen_board(asked) or boards[0]
    asked = asked if asked.board else Asked.read({**vars(asked), "board": board.slug})
    as_of = last_moment(board, now)
    tiles, found = figures(board, now)
    owed = Idea.objects.owed()
    context = {
        "asked": asked,
        "board": board,
        "boards": boards,
        "tiles": tiles,
        "kept": found,
        "page": page_of(asked.ordered(asked.narrowed(owed, as_of), "due"), asked, now),
        "loads": loads(as_of, board),
        "mine": owed.filter(board=board, owner=staff).count(),
        "as_of": as_of if as_of != now else None,
        "owner": Staff.objects.filter(pk=int(asked.owner)).first() if asked.owner.isdecimal() else None,
    }
    return render(request, "ideas/desk/to_answer.html", context)


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    asked, now = Asked.read(request.GET.dict()), timezone.now()
    boards = list(Board.objects.all())
    categories = Category.objects.select_related("board")
    context = {
        "asked": asked,
        "by_new": asked.address(sort="new"),
        "by_votes": asked.address(sort="votes"),
        "by_answered": asked.address(sort="answered"),
        "page": page_of(asked.ordered(asked.narrowed(Idea.objects.all(), now), "new"), asked, now),
        "boards": choices([("", "All boards"), *((board.slug, board.name) for board in boards)], asked.board),
        "states": choices([("", "Any state"), *Idea.State.choices], asked.state),
        "standings": choices([("", "Any standing"), *Idea.Standing.choices], asked.standing),
        "categories": choices(
            [
                ("", "Any category"),
                ("none", "None"),
                *((str(one.pk), f"{one} ({one.board})") for one in categories),
            ],
            asked.category,
        ),
    }
    return render(request, "ideas/desk/all.html", context)


@require_safe
def held(request: HttpRequest) -> HttpResponse:
    """What waits to be let in: new ideas and comments, the oldest first."""
    staff = require(request.user, "look")
    ideas = Idea.objects.filter(standing=Idea.Standing.HELD).select_related("board", "member", "category")
    comments = Comment.objects.filter(standing=Comment.Standing.HELD).select_related("root__board", "member")
    context = {
        "ideas": ideas.order_by("made_at", "pk").defer("vector")[:SHOWN],
        "comments": comments.order_by("at", "pk")[:SHOWN],
        "may_moderate": may(staff, "moderate"),
    }
    return render(request, "ideas/desk/held.html", context)


@require_POST
def idea_moderate(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Let an idea in, take it away, give it back."""
    staff, now = require(request.user, "moderate"), timezone.now()
    idea, reason = get_object_or_404(Idea, pk=pk), request.POST.get("reason", "")
    try:
        if deed == "let-stand":
            operations.let_idea_stand(staff=staff, idea=idea, now=now)
            messages.success(request, f"“{idea}” stands in the lists.")
        elif deed == "remove":
            operations.remove_idea(staff=staff, idea=idea, reason=reason, now=now)
            messages.success(request, f"“{idea}” is removed. The public log says why.")
        else:
            operations.return_idea(staff=staff, idea=idea, reason=reason, now=now)
            messages.success(request, f"“{idea}” stands again. The public log says why.")
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect("desk_held" if request.POST.get("back") == "held" else f"/desk/ideas/{idea.pk}/")


@require_POST
def comment_moderate(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Let a comment in, hide it, show it again."""
    staff, now = require(request.user, "moderate"), timezone.now()
    comment, reason = (
        get_object_or_404(Comment.objects.select_related("root"), pk=pk),
        request.POST.get("reason", ""),
    )
    try:
        if deed == "let-stand":
            operations.let_comment_stand(staff=staff, comment=comment, now=now)
        elif deed == "hide":
            operations.hide_comment(staff=staff, comment=comment, reason=reason, now=now)
        else:
            operations.return_comment(staff=staff, comment=comment, reason=reason, now=now)
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(
            request, "Hidden. The public log says why." if deed == "hide" else "Everybody can read it."
        )
    return redirect(
        "desk_held" if request.POST.get("back") == "held" else f"/desk/ideas/{comment.root_id}/#words"
    )


@require_safe
def kept_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The ideas that the figures were made from."""
    require(request.user, "look")
    board, now = get_object_or_404(Board, slug=slug), timezone.now()
    found = kept(board, last_moment(board, now))
    context = {
        "board": board, "kept": found, "rows": kept_rows(board, now), "version": VERSION,
        "in_time": said(found.in_time, "share"), "in_time_note": note(found.in_time, "share"),
        "days": said(found.days, "days"), "days_note": note(found.days, "days"),
    }  # fmt: skip
    return render(request, "ideas/desk/kept.html", context)


@require_safe
def kept_file(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The same as a file."""
    require(request.user, "look")
    board, now = get_object_or_404(Board, slug=slug), timezone.now()
    rows, found = kept_rows(board, now), kept(board, last_moment(board, now))
    if kind == "json":
        said: dict[str, Any] = {
            "definition": f"docs/methods/ideas.md, version {VERSION}", "board": board.slug,
            "since": found.since.isoformat(), "until": found.until.isoformat(),
            "answered_in_time": answer_as_json(found.in_time), "days_to_answer": answer_as_json(found.days), "ideas": rows,
        }  # fmt: skip
        return JsonResponse(said)
    if not rows:
        raise Http404("No answer fell due within these days.")
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{board.slug}-answers.csv"'
    writer = csv.DictWriter(response, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(_harmless(row) for row in rows)
    return response


def _harmless(row: dict[str, object]) -> dict[str, object]:
    """A spreadsheet takes what begins like this for a formula, and titles are written by strangers."""
    return {
        key: f"'{value}" if str(value)[:1] in "=+-@\t\r" and isinstance(value, str) else value
        for key, value in row.items()
    }
