"""Storm sessions: begun, changed, closed, summed up."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from livingroom.ideas.desk.forms import StormForm, SummaryForm
from livingroom.ideas.models import Board, Idea, Storm, Telling
from livingroom.ideas.storms.operations import NotSo, begin_storm, change_storm, close_storm, state_of, sum_up
from livingroom.ideas.storms.queries import storm_rows
from livingroom.people.models import Staff
from livingroom.people.policy import may, require, require_everywhere

SHOWN = 50


def storms(request: HttpRequest) -> HttpResponse:
    """List them; on POST begin one."""
    staff, now = require(request.user, "look"), timezone.now()
    form = StormForm(request.POST or None)
    if request.method == "POST":
        staff = require_everywhere(staff, "host")
        if form.is_valid():
            data = form.cleaned_data
            try:
                made = begin_storm(
                    staff=staff, board=data["board"], topic=data["topic"], intro=data["intro"], host=data["host"],
                    opens_at=form.moment("opens_at"), closes_at=form.moment("closes_at"), now=now,
                )  # fmt: skip
            except NotSo as problem:
                form.add_error(problem.field or None, str(problem))
            else:
                messages.success(request, f"“{made}” opens by itself at its time.")
                return redirect("desk_storm", made.pk)
    context = {
        "rows": storm_rows(now),
        "form": form,
        "has_boards": Board.objects.filter(closed_at=None).exists(),
        "may_arrange": _may_host(staff),
    }
    return render(request, "ideas/desk/storms.html", context, status=422 if form.errors else 200)


def storm(request: HttpRequest, pk: int) -> HttpResponse:
    """One session; on POST change it."""
    staff, now = require(request.user, "look"), timezone.now()
    row = get_object_or_404(Storm.objects.select_related("board", "host"), pk=pk)
    form = StormForm(request.POST or None, storm=row)
    if request.method == "POST":
        staff = require_everywhere(staff, "host")
        if form.is_valid():
            data = form.cleaned_data
            try:
                change_storm(
                    staff=staff, storm=row, topic=data["topic"], intro=data["intro"], host=data["host"],
                    opens_at=form.moment("opens_at"), closes_at=form.moment("closes_at"), now=now,
                )  # fmt: skip
            except NotSo as problem:
                form.add_error(problem.field or None, str(problem))
            else:
                messages.success(request, "Kept.")
                return redirect("desk_storm", row.pk)
    return _page(request, row, form, SummaryForm())


@require_POST
def storm_close(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Storm, pk=pk)
    try:
        close_storm(staff=require(request.user, "answer_ideas"), storm=row, now=timezone.now())
    except NotSo as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, "Closed. Its summary is owed now.")
    return redirect("desk_storm", row.pk)


@require_POST
def storm_sum_up(request: HttpRequest, pk: int) -> HttpResponse:
    staff = require(request.user, "answer_ideas")
    row = get_object_or_404(Storm.objects.select_related("board", "host"), pk=pk)
    form = SummaryForm(request.POST)
    if form.is_valid():
        try:
            sum_up(staff=staff, storm=row, summary=form.cleaned_data["summary"], now=timezone.now())
        except NotSo as problem:
            form.add_error("summary", str(problem))
        else:
            messages.success(request, "Summed up. Everybody who took part is told.")
            return redirect("desk_storm", row.pk)
    return _page(request, row, StormForm(storm=row), form)


def _page(request: HttpRequest, row: Storm, form: StormForm, summary: SummaryForm) -> HttpResponse:
    now = timezone.now()
    ideas = (
        Idea.objects.filter(storm=row)
        .select_related("member", "owner")
        .order_by("-n_for", "pk")
        .defer("vector")
    )
    found = storm_rows(now, storms=Storm.objects.filter(pk=row.pk))[0]
    context = {
        "storm": row,
        "row": found,
        "state": state_of(row, now),
        "form": form,
        "summary": summary,
        "ideas": ideas[:SHOWN],
        "telling": Telling.objects.filter(storm=row).first(),
        "may_arrange": _may_host(request.user),
        "may_sum_up": _may_host(request.user) or row.host_id == getattr(request.user, "pk", None),
    }
    return render(
        request, "ideas/desk/storm.html", context, status=422 if form.errors or summary.errors else 200
    )


def _may_host(staff: object) -> bool:
    """A session is the whole house's: who holds some branches only plans events, not these."""
    return isinstance(staff, Staff) and may(staff, "host") and not staff.known_scopes
