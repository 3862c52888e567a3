"""What goes out when, by month, week or day, on the clock of a chosen zone; and the list of posts."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from livingroom.branches.models import Branch
from livingroom.people.policy import may
from livingroom.posts.models import Placement
from livingroom.posts.queries import calendar_days, month_of, nearest_day, posts_page
from livingroom.segments.models import Segment
from livingroom.shared.months import read_months

VIEWS = {"month": "Month", "week": "Week", "day": "Day", "list": "List"}
EACH = {"month": 4, "week": 40, "day": 1000, "list": 100}
DAYS = {"week": 7, "day": 1, "list": 31}


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    zones = _zones()
    zone_name = request.GET.get("zone", "")
    zone = ZoneInfo(zone_name if zone_name in zones else "UTC")
    today = timezone.now().astimezone(zone).date()
    view = request.GET.get("view", "month")
    view = view if view in VIEWS else "month"
    on = _date(request.GET.get("on", ""), today)
    start, end, earlier, later = _span(view, on)
    days = calendar_days(
        start, end, zone=zone, today=today, each=EACH[view], month=on.month if view == "month" else 0
    )
    n = sum(day.n for day in days if day.is_inside)
    context = {
        "nearest": None if n else nearest_day(start, end, zone=zone),
        "view": view,
        "views": list(VIEWS.items()),
        "on": on,
        "today": today,
        "zone": zone.key,
        "zones": zones,
        "weeks": [days[n : n + 7] for n in range(0, len(days), 7)],
        "days": days if view != "list" else [day for day in days if day.n],
        "start": start,
        "end": end,
        "n": n,
        "earlier": earlier,
        "later": later,
        "last": end - timedelta(days=1),
        "may_publish": may(request.user, "publish"),
    }
    return render(request, "posts/calendar.html", context)


@require_GET
def post_list(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in Placement.State.values else ""
    before = request.GET.get("before", "")
    branch = Branch.objects.filter(slug=request.GET.get("branch", "")).first()
    segment = Segment.objects.filter(slug=request.GET.get("segment", "")).first()
    months = read_months(request.GET.get("from", ""), request.GET.get("to", ""))
    posts, older = posts_page(
        state=state,
        branch=branch.slug if branch else "",
        segment=segment.slug if segment else "",
        months=months,
        before=int(before) if before.isdigit() else 0,
    )
    chosen = (("branch", branch), ("segment", segment))
    kept = {**{name: row.slug for name, row in chosen if row}, **months.parameters}
    context = {
        "posts": posts,
        "branch": branch,
        "segment": segment,
        "months": months.parameters,
        "kept": urlencode(kept),
        "state": state,
        "states": [("", "All"), *Placement.State.choices],
        "older_url": f"?{urlencode({'state': state, **kept, 'before': str(older)})}" if older else "",
        "may_publish": may(request.user, "publish"),
    }
    return render(request, "posts/list.html", context)


def _span(view: str, on: date) -> tuple[date, date, date, date]:
    """Return the first day, the day after the last, and a day of the span before and of the one after."""
    if view == "month":
        first = on.replace(day=1)
        return *month_of(on), first - timedelta(days=1), (first + timedelta(days=31)).replace(day=1)
    n_days = DAYS[view]
    start = on - timedelta(days=on.weekday()) if view == "week" else on
    end = start + timedelta(days=n_days)
    return start, end, start - timedelta(days=n_days), end


def _date(text: str, today: date) -> date:
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return today
    return on if 1990 <= on.year <= 2200 else today


def _zones() -> list[str]:
    """The clocks our branches live by."""
    return ["UTC", *sorted(set(Branch.objects.values_list("time_zone", flat=True)) - {"UTC"})]
