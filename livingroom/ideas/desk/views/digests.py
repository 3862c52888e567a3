"""Digests: read, made by hand, as PDF and JSON, and who gets them."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from livingroom.ideas.digest.operations import NotOver, make_digest, set_readers
from livingroom.ideas.digest.pdf import file_name, to_pdf
from livingroom.ideas.digest.periods import last_period
from livingroom.ideas.digest.saying import view
from livingroom.ideas.duty.lateness import last_moment
from livingroom.ideas.models import Board, Digest, DigestReader
from livingroom.people.models import Staff
from livingroom.people.policy import may, require

SHOWN = 100


@require_safe
def digests(request: HttpRequest) -> HttpResponse:
    staff, now = require(request.user, "look"), timezone.now()
    people = [
        person for person in Staff.objects.filter(is_active=True).order_by("name") if may(person, "look")
    ]
    boards = [
        {
            "board": board,
            "readers": set(DigestReader.objects.filter(board=board).values_list("staff", flat=True)),
            "period": last_period(board.digest_every, last_moment(board, now)),
        }
        for board in Board.objects.all()
    ]
    context = {
        "rows": Digest.objects.select_related("board").defer("content")[:SHOWN],
        "boards": boards,
        "people": people,
        "may_arrange": may(staff, "arrange_ideas"),
    }
    return render(request, "ideas/desk/digests.html", context)


@require_safe
def digest(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, "look")
    row = _find(pk)
    context = {
        "digest": row,
        "said": view(row),
        "mails": row.mails.select_related("staff").order_by("begun_at"),
    }
    return render(request, "ideas/desk/digest.html", context)


@require_safe
def digest_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    require(request.user, "look")
    row = _find(pk)
    if kind == "json":
        return JsonResponse(row.content)
    response = HttpResponse(to_pdf(row), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{file_name(row)}"'
    return response


@require_POST
def digest_make(request: HttpRequest, slug: str) -> HttpResponse:
    """Make one now, for days that are over; it is mailed like any other."""
    require(request.user, "arrange_ideas")
    board, now = get_object_or_404(Board, slug=slug), timezone.now()
    try:
        begins_on, ends_on = (
            date.fromisoformat(request.POST.get(name, "")) for name in ("begins_on", "ends_on")
        )
        row = make_digest(board, begins_on, ends_on, now)
    except NotOver as problem:
        messages.error(request, str(problem))
    except ValueError:
        messages.error(request, "Choose the first day, and the day after the last.")
    else:
        return redirect("desk_digest", row.pk)
    return redirect("desk_digests")


@require_POST
def digest_readers(request: HttpRequest, slug: str) -> HttpResponse:
    staff, board = require(request.user, "arrange_ideas"), get_object_or_404(Board, slug=slug)
    chosen = [
        int(pk) for pk in request.POST.getlist("reader") if pk.isascii() and pk.isdecimal() and len(pk) < 18
    ]
    readers = list(Staff.objects.filter(pk__in=chosen, is_active=True))
    set_readers(staff=staff, board=board, readers=readers, now=timezone.now())
    messages.success(request, f"{len(readers)} of us get the digest of “{board}”.")
    return redirect("desk_digests")


def _find(pk: int) -> Digest:
    return get_object_or_404(Digest.objects.select_related("board"), pk=pk)
