"""One idea for staff: everything about it, and everything that can be done with it."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from livingroom.ideas.action.queries import told_of
from livingroom.ideas.archiving import NotArchived, bring_back
from livingroom.ideas.desk.forms import AnswerForm
from livingroom.ideas.desk.parts import parts_of
from livingroom.ideas.desk.queries import due_of, who_may_answer
from livingroom.ideas.duty.lateness import last_moment
from livingroom.ideas.duty.operations import CannotAnswer, answer, assign, put_off
from livingroom.ideas.models import Archiving, Comment, DutyNotice, Idea
from livingroom.ideas.portal.rows import n_same_person
from livingroom.people.models import Staff
from livingroom.people.policy import may, require
from livingroom.shared.events import subject_of
from livingroom.shared.models import Event

WORDS_SHOWN, EVENTS_SHOWN = 60, 40


@require_safe
def idea(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, "look")
    row = _find(pk)
    return _page(request, row, AnswerForm(idea=row))


@require_POST
def idea_answer(request: HttpRequest, pk: int) -> HttpResponse:
    staff, row = require(request.user, "answer_ideas"), _find(pk)
    form = AnswerForm(request.POST, idea=row)
    if form.is_valid():
        try:
            made = answer(staff=staff, idea=row, now=timezone.now(), **form.cleaned_data)
        except CannotAnswer as problem:
            form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        else:
            messages.success(
                request, f"Answered: {made.get_state_display()}. Everybody who voted or follows is told."
            )
            return redirect("desk_idea", row.pk)
    return _page(request, row, form, status=422)


@require_POST
def idea_assign(request: HttpRequest, pk: int) -> HttpResponse:
    staff, row = require(request.user, "answer_ideas"), _find(pk)
    owner = get_object_or_404(Staff, pk=_number(request.POST.get("owner", "")))
    try:
        assign(staff=staff, idea=row, owner=owner, now=timezone.now())
    except CannotAnswer as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, f"{owner} owes the answer now, and is told.")
    return redirect("desk_idea", row.pk)


@require_POST
def idea_put_off(request: HttpRequest, pk: int) -> HttpResponse:
    staff, row, now = require(request.user, "arrange_ideas"), _find(pk), timezone.now()
    try:
        on = date.fromisoformat(request.POST.get("due_on", ""))
        due_at = datetime.combine(on, time(23, 59), UTC)
        put_off(staff=staff, idea=row, due_at=due_at, reason=request.POST.get("reason", ""), now=now)
    except CannotAnswer as problem:
        messages.error(request, str(problem))
    except ValueError:
        messages.error(request, "Choose a day to come.")
    else:
        messages.success(request, f"Promised for {on:%-d %b %Y} instead.")
    return redirect("desk_idea", row.pk)


@require_POST
def idea_bring_back(request: HttpRequest, pk: int) -> HttpResponse:
    staff, row = require(request.user, "arrange_ideas"), _find(pk)
    try:
        bring_back(staff=staff, idea=row, now=timezone.now())
    except NotArchived as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "Out of the archive; the rule counts from today.")
    return redirect("desk_idea", row.pk)


def _page(request: HttpRequest, row: Idea, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    staff, now = request.user, timezone.now()
    wrong = next((name for name in form.errors if name in form.fields), "")
    if wrong:  # the form stands below the fold
        form.fields[wrong].widget.attrs["autofocus"] = True
    comments = Comment.objects.filter(root=row).select_related("member", "staff")
    context: dict[str, Any] = {
        "idea": row,
        "form": form,
        "due": due_of(row, last_moment(row.board, now)),
        "answers": row.answers.select_related("staff").prefetch_related("tellings").order_by("-at", "-pk"),
        "comments": comments.order_by("-at", "-pk")[:WORDS_SHOWN],
        "n_comments": comments.count(),
        "people": who_may_answer(),
        "n_same_person": n_same_person(row),
        "told": told_of([row.pk]),
        "archiving": Archiving.objects.filter(idea=row).first(),
        "notices": DutyNotice.objects.filter(idea=row).select_related("staff").order_by("-at")[:10],
        "events": Event.objects.filter(subject=subject_of(row))[:EVENTS_SHOWN],
        **parts_of(request, row, now),
        "returned": row.returned.select_related("board")[:10],
        "can_be_answered": row.standing in (Idea.Standing.PUBLIC, Idea.Standing.ARCHIVED),
        "can_put_off": may(staff, "arrange_ideas")
        and row.state in Idea.OPEN
        and row.due_at is not None
        and row.due_at > now,
        "may_answer": may(staff, "answer_ideas"),
        "may_arrange": may(staff, "arrange_ideas"),
        "may_moderate": may(staff, "moderate"),
        "may_write": may(staff, "write"),
    }
    return render(request, "ideas/desk/idea.html", context, status=status)


def _find(pk: int) -> Idea:
    rows = Idea.objects.select_related(
        "board", "category", "member", "owner", "storm", "merged_into", "returns_to"
    )
    return get_object_or_404(rows.defer("vector"), pk=pk)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0
