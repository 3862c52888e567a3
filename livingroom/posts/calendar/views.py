"""Moving, slots, recurring posts, files out and files in."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from livingroom.branches.models import Branch
from livingroom.people.policy import require
from livingroom.posts.calendar.exports import calendar_lines, csv_lines, json_lines, report_lines, to_export
from livingroom.posts.calendar.forms import ImportForm, RepeatForm, SlotsForm
from livingroom.posts.calendar.imports import CannotImport, start_import
from livingroom.posts.calendar.models import PostImport, QueueSlot, Recurrence
from livingroom.posts.calendar.moving import move_to_day, set_slots
from livingroom.posts.calendar.recurring import CannotRecur, repeat_post, stop_repeating
from livingroom.posts.models import Placement, Post
from livingroom.posts.operations import NotReady, TooLate
from livingroom.shared.models import Brand

KINDS = {"csv": "text/csv; charset=utf-8", "json": "application/json", "ics": "text/calendar; charset=utf-8"}
DAYS_AT_MOST = 800
ROWS_SHOWN = 200


@require_POST
def placement_move(request: HttpRequest, placement_id: int) -> HttpResponse:
    """Move to the day a calendar shows: from the small form, or from a drop of the mouse, which wants to hear why not."""
    placement = get_object_or_404(
        Placement.objects.select_related("post__offer", "branch__connection"), pk=placement_id
    )
    by_hand = request.headers.get("X-Requested-With") != "drop"
    try:
        moved = move_to_day(
            staff=require(request.user, "publish", placement.branch),
            placement=placement,
            on=_date(request.POST.get("on", "")),
            zone=_zone(request.POST.get("zone", "")),
            now=timezone.now(),
        )
    except (NotReady, TooLate, ValueError) as error:
        if not by_hand:
            return JsonResponse({"why": str(error)}, status=422)
        messages.error(request, str(error))
    else:
        local = (moved.due_at or timezone.now()).astimezone(moved.branch.zone)
        messages.success(request, f"{moved.branch}: {local:%-d %B %Y, %H:%M} ({moved.branch.time_zone}).")
        if moved.state == Placement.State.WAITING:
            messages.info(request, f"{moved.branch}: {moved.problem}")
        if not by_hand:
            return JsonResponse({"due_at": local.isoformat()})
    return redirect(_back(request))


@require_GET
def calendar_file(request: HttpRequest, kind: str) -> StreamingHttpResponse:
    """The calendar from a day to a day as CSV, JSON or iCalendar."""
    require(request.user, "look")
    now = timezone.now()
    start = _day_or(request.GET.get("from", ""), now.date() - timedelta(days=31))
    end = min(
        _day_or(request.GET.get("to", ""), now.date() + timedelta(days=366)),
        start + timedelta(days=DAYS_AT_MOST),
    )
    zone = _zone(request.GET.get("zone", "UTC"))
    rows = to_export(_midnight(start, zone), _midnight(end, zone), request.GET.get("branch", "")).iterator(
        500
    )
    lines: Iterable[str] = {
        "csv": lambda: csv_lines(rows),
        "json": lambda: json_lines(rows),
        "ics": lambda: calendar_lines(rows, Brand.current().name, now),
    }[kind]()
    response = StreamingHttpResponse(lines, content_type=KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="calendar-{start}.{kind}"'
    return response


def slots(request: HttpRequest, slug: str) -> HttpResponse:
    branch = get_object_or_404(Branch, slug=slug)
    staff = require(request.user, "arrange", branch)
    form = SlotsForm(request.POST or None, slots=QueueSlot.objects.filter(branch=branch))
    if request.method == "POST" and form.is_valid():
        set_slots(staff=staff, branch=branch, slots=form.slots, now=timezone.now())
        messages.success(request, f"{branch} has {len(form.slots)} slots a week.")
        return redirect("slots", slug)
    context = {"branch": branch, "form": form}
    return render(request, "posts/calendar/slots.html", context, status=422 if form.errors else 200)


def repeat(request: HttpRequest, post_id: int) -> HttpResponse:
    """Let a post come again; the page lists how it does already."""
    post = get_object_or_404(Post, pk=post_id)
    form = RepeatForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        staff = require(request.user, "publish")
        try:
            repeat_post(staff=staff, post=post, now=timezone.now(), **form.cleaned_data)
        except CannotRecur as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "It comes again. Each time is on the calendar a week ahead.")
            return redirect("post_repeat", post_id)
    context = {"post": post, "form": form, "rows": post.recurrences.select_related("made_by")}
    return render(request, "posts/calendar/repeat.html", context, status=422 if form.errors else 200)


@require_POST
def repeat_stop(request: HttpRequest, recurrence_id: int) -> HttpResponse:
    row = get_object_or_404(Recurrence.objects.select_related("post"), pk=recurrence_id)
    stop_repeating(staff=require(request.user, "publish"), recurrence=row, now=timezone.now())
    messages.success(request, "It comes no more. What is promised already stays.")
    return redirect("post_repeat", row.post_id)


def post_import(request: HttpRequest) -> HttpResponse:
    """Send in a file of posts; the rows are worked through in the background."""
    staff = require(request.user, "write")
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        from livingroom.posts.tasks import import_posts

        file = form.cleaned_data["file"]
        try:
            made = start_import(staff=staff, file=file, name=file.name, now=timezone.now())
        except CannotImport as error:
            form.add_error("file", str(error))
        else:
            import_posts.enqueue(made.pk)
            return redirect("post_import_report", made.pk)
    context = {"form": form, "earlier": PostImport.objects.select_related("by")[:20]}
    return render(request, "posts/calendar/import.html", context, status=422 if form.errors else 200)


@require_GET
def post_import_report(request: HttpRequest, import_id: int) -> HttpResponse:
    require(request.user, "look")
    made = get_object_or_404(PostImport.objects.select_related("by"), pk=import_id)
    counts = {
        outcome: made.rows.filter(outcome=outcome).count() for outcome in ("scheduled", "draft", "refused")
    }
    context = {
        "made": made,
        "counts": counts,
        "n": sum(counts.values()),
        "refused": made.rows.filter(outcome="refused")[:ROWS_SHOWN],
    }
    return render(request, "posts/calendar/import_report.html", context)


@require_GET
def post_import_csv(request: HttpRequest, import_id: int) -> StreamingHttpResponse:
    """What became of every row."""
    require(request.user, "look")
    made = get_object_or_404(PostImport, pk=import_id)
    response = StreamingHttpResponse(report_lines(made.rows.iterator(1000)), content_type=KINDS["csv"])
    response["Content-Disposition"] = f'attachment; filename="import-{made.pk}.csv"'
    return response


def _back(request: HttpRequest) -> str:
    """Where the form stood: a path of our own, or the calendar."""
    then = request.POST.get("then", "")
    return then if then.startswith("/calendar/") else "/calendar/"


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("Say to which day, such as 2026-12-01.") from None


def _day_or(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name if name in available_timezones() else "UTC")


def _midnight(on: date, zone: ZoneInfo) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=zone)
