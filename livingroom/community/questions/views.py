"""The staff's pages of questions: what waits for an answer, longest first; one question; and what may have to go."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from livingroom.community.questions.handing import case_of
from livingroom.community.questions.listing import totals
from livingroom.community.questions.models import Question, QuestionAnswer, QuestionCustom, Standing
from livingroom.community.questions.moderating import CannotHide, hide, let_stand, waiting
from livingroom.community.questions.operations import accept, answer
from livingroom.inbox.models import Ruling
from livingroom.people.members.doing import CannotDo
from livingroom.people.policy import may, require
from livingroom.shared.events import record_event

SHOWN = 100
TABS = {"unanswered": "Unanswered", "answered": "Answered", "hidden": "Hidden"}
REASONS = [(value, label) for value, label in Ruling.Reason.choices if value != Ruling.Reason.FINE]


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    tab, now = request.GET.get("tab", "unanswered"), timezone.now()
    if tab not in TABS:
        raise Http404
    rows = {
        "unanswered": Question.objects.unanswered().order_by("asked_at"),
        "answered": Question.objects.public().filter(n_answers__gt=0).order_by("-last_at"),
        "hidden": Question.objects.filter(standing=Standing.HIDDEN).order_by("-asked_at"),
    }[tab]
    context: dict[str, Any] = {
        "tabs": [
            {"url": f"?tab={name}", "label": label, "is_current": name == tab, "n": None}
            for name, label in TABS.items()
        ],
        "rows": [(row, age(now - row.asked_at)) for row in rows.select_related("member", "group")[:SHOWN]],
        "tab": tab,
        "totals": totals(),
        "n_held": len(waiting()),
        "custom": QuestionCustom.current(),
        "may_arrange": may(request.user, "arrange_ideas"),
    }
    return render(request, "community/questions/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Read it, and answer as oneself."""
    row = get_object_or_404(Question.objects.select_related("member", "group", "accepted"), pk=pk)
    if request.method == "POST":
        staff = require(request.user, "answer_ideas")
        try:
            answer(staff=staff, question=row, text=request.POST.get("text", ""), now=timezone.now())
        except CannotDo as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, "Everybody can read your answer. Who follows the question is told.")
        return redirect("community_question", pk)
    staff = require(request.user, "look")
    context = {
        "row": row,
        "answers": row.answers.select_related("member", "staff", "host"),
        "case": case_of(row) if row.handed_at else None,
        "reasons": REASONS,
        "may_answer": may(staff, "answer_ideas"),
        "may_moderate": may(staff, "moderate"),
        "sees_people": may(staff, "see_people"),
    }
    return render(request, "community/questions/detail.html", context)


@require_POST
def accept_answer(request: HttpRequest, pk: int, answer_id: int) -> HttpResponse:
    row = get_object_or_404(QuestionAnswer.objects.select_related("question"), pk=answer_id, question=pk)
    try:
        accept(answer=row, staff=require(request.user, "answer_ideas"), now=timezone.now())
    except CannotDo as problem:
        messages.error(request, str(problem))
    return redirect("community_question", pk)


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    staff = require(request.user, "look")
    context = {"rows": waiting(), "reasons": REASONS, "may_moderate": may(staff, "moderate")}
    return render(request, "community/questions/queue.html", context)


@require_POST
def rule(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Let it stand, or hide it with a reason."""
    staff, now = require(request.user, "moderate"), timezone.now()
    row = (
        get_object_or_404(Question, pk=pk) if kind == "question" else get_object_or_404(QuestionAnswer, pk=pk)
    )
    try:
        if "stand" in request.POST:
            let_stand(staff=staff, row=row, now=now)
        else:
            hide(
                staff=staff,
                row=row,
                reason=request.POST.get("reason", ""),
                note=request.POST.get("note", ""),
                now=now,
            )
    except CannotHide as problem:
        messages.error(request, str(problem))
    if request.POST.get("back") == "queue":
        return redirect("community_queue")
    return redirect("community_question", row.pk if isinstance(row, Question) else row.question_id)


@require_POST
def custom(request: HttpRequest) -> HttpResponse:
    """After how many hours nobody's question becomes somebody's case."""
    staff, hours = require(request.user, "arrange_ideas"), request.POST.get("hours", "")
    if not hours.isdecimal() or not 1 <= int(hours[:6]) <= 720:
        messages.error(request, "Write hours from 1 to 720.")
    else:
        row = QuestionCustom.current()
        row.case_after_hours, row.looks_first = int(hours), "looks_first" in request.POST
        row.save()
        record_event(actor=staff, verb="changed", subject=row, now=timezone.now(), hours=row.case_after_hours)
        messages.success(request, "Saved.")
    return redirect("community_questions")


def age(span: timedelta) -> str:
    """How long ago, at a glance."""
    hours = int(span.total_seconds() // 3600)
    if hours < 48:
        return f"{hours} h"
    return f"{hours // 24} days" if hours < 24 * 60 else f"{hours // (24 * 30)} months"
