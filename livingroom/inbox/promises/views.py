"""What we promise and by whose hours, and what is late."""

from dataclasses import replace

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from livingroom.inbox.promises.forms import CalendarForm, EscalationForms, LevelForm
from livingroom.inbox.promises.models import BusinessCalendar, ServiceLevel
from livingroom.inbox.promises.operations import late_first, save_calendar, save_level
from livingroom.inbox.promises.reopening import BadDays, house_days, read_days, rows_for, set_reopening
from livingroom.people.policy import may, require

SHOWN = 100


@require_GET
def promises(request: HttpRequest) -> HttpResponse:
    context = {
        "levels": ServiceLevel.objects.select_related("branch").prefetch_related("escalations"),
        "calendars": BusinessCalendar.objects.prefetch_related("branches", "hours", "holidays"),
        "late": late_first(SHOWN),
        "may_arrange": may(request.user, "arrange"),
    }
    return render(request, "inbox/promises/promises.html", context)


def level_edit(request: HttpRequest, level_id: int = 0) -> HttpResponse:
    """One promise, and what happens before and after it is broken."""
    staff = require(request.user, "arrange")
    level = get_object_or_404(ServiceLevel, pk=level_id) if level_id else ServiceLevel()
    form = LevelForm(request.POST or None, instance=level)
    steps = EscalationForms(request.POST or None, instance=level, prefix="steps")
    if request.method == "POST" and form.is_valid() and steps.is_valid():
        save_level(staff=staff, level=form.save(commit=False), now=timezone.now())
        steps.save()
        messages.success(request, f"{level} is kept.")
        return redirect("promises")
    is_wrong = bool(form.errors) or (steps.is_bound and not steps.is_valid())
    return render(
        request,
        "inbox/promises/level.html",
        {"form": form, "steps": steps, "level": level},
        status=422 if is_wrong else 200,
    )


def calendar_edit(request: HttpRequest, calendar_id: int = 0) -> HttpResponse:
    """The hours of a week on one clock, and holidays."""
    staff = require(request.user, "arrange")
    calendar = get_object_or_404(BusinessCalendar, pk=calendar_id) if calendar_id else BusinessCalendar()
    form = CalendarForm(request.POST or None, instance=calendar)
    if request.method == "POST" and form.is_valid():
        save_calendar(
            staff=staff,
            calendar=form.save(commit=False),
            week=form.week,
            holidays=form.cleaned_data["holidays"],
            branches=[branch.pk for branch in form.cleaned_data["branches"]],
            now=timezone.now(),
        )
        messages.success(request, f"{calendar} is kept.")
        return redirect("promises")
    return render(
        request,
        "inbox/promises/calendar.html",
        {"form": form, "calendar": calendar},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reopening(request: HttpRequest) -> HttpResponse:
    """Within how many days closed conversations open again, for every branch at once; nothing is kept while one is wrong."""
    staff = require(request.user, "arrange" if request.method == "POST" else "look")
    rows, wished = rows_for(staff), dict[int, int | None]()
    for place, row in enumerate(rows):
        typed = request.POST.get(row.field)
        if typed is None or not row.may_change:
            continue
        try:
            wished[place] = read_days(typed)
        except BadDays as error:
            rows[place] = replace(row, typed=typed[:10], problem=error.problem.text)
    is_wrong = any(row.problem for row in rows)
    if request.method == "POST" and not is_wrong:
        with transaction.atomic():
            n = sum(
                set_reopening(staff=staff, branch=rows[place].branch, days=days, now=timezone.now())
                for place, days in wished.items()
            )
        messages.success(request, f"{n} changed." if n else "Nothing was changed.")
        return redirect("reopening")
    context = {
        "rows": rows,
        "house": house_days(),
        "may_set_up": may(staff, "set_up"),
        "may_arrange": any(row.may_change for row in rows),
    }
    return render(request, "inbox/promises/reopening.html", context, status=422 if is_wrong else 200)
