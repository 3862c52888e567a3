from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from livingroom.attribution.models import Milestone, Run
from livingroom.branches.models import Branch
from livingroom.dashboards.charts import Dimension, revenue_chart
from livingroom.dashboards.leaks import sum_leaks
from livingroom.dashboards.overview import BranchFigures, read_overview, whole_programme
from livingroom.dashboards.period import presets, read_period
from livingroom.dashboards.service_tiles import service_tiles
from livingroom.dashboards.switches import switch
from livingroom.dashboards.tiles import tiles
from livingroom.orders.models import Order
from livingroom.people.policy import require
from livingroom.posts.models import Offer
from livingroom.shared.models import Brand

MILESTONES_SHOWN = 6
COLUMNS: dict[str, Callable[[BranchFigures], Any]] = {
    "branch": lambda row: row.name.lower(),
    "host": lambda row: row.host.lower(),
    "followers": lambda row: row.followers,
    "posts": lambda row: row.n_posts,
    "clicks": lambda row: row.n_clicks,
    "orders": lambda row: row.sums.n_orders.ceiling,
    "floor": lambda row: row.sums.revenue.floor,
    "ceiling": lambda row: row.sums.revenue.ceiling,
    "discount": lambda row: row.sums.discount_given.ceiling,
    "cost": lambda row: row.sums.cost,
    "profit": lambda row: row.sums.profit.ceiling,
}


@dataclass(frozen=True)
class Step:
    """One of the first three things to do in an empty house."""

    text: str
    why: str
    url: str
    is_done: bool


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What the programme earned, between floor and ceiling, and what it cost."""
    require(request.user, "look")
    brand = Brand.current()
    whole = whole_programme(timezone.now().date())
    milestones = list(Milestone.objects.all())
    steps = [] if milestones else _first_steps()
    if whole is None:
        return render(request, "dashboards/overview.html", {"steps": steps})
    period = read_period(request.GET, whole)
    figures = read_overview(period)
    sort = _sort(request)
    by: Dimension = "country" if request.GET.get("by") == "country" else "branch"
    is_cumulated = request.GET.get("show") != "monthly"
    branches = [row.branch for row in figures.rows if row.branch]
    context = {
        "brand": brand,
        "steps": [] if all(step.is_done for step in steps) else steps,
        "period": period,
        "presets": presets(whole, period, request.GET),
        "tiles": tiles(figures, brand.reporting_currency, sum_leaks(period).leaked_minor),
        "service": service_tiles(period, timezone.now(), brand.reporting_currency),
        "milestones": milestones[-MILESTONES_SHOWN:],
        "chart": revenue_chart(
            period, by=by, is_cumulated=is_cumulated, currency=brand.reporting_currency, branches=branches
        ),
        "by_switch": switch(
            request, "by", by, {"branch": "By branch", "country": "By country"}, anchor="revenue"
        ),
        "show_switch": switch(
            request,
            "show",
            "cumulated" if is_cumulated else "monthly",
            {"cumulated": "Cumulated", "monthly": "Monthly"},
            anchor="revenue",
        ),
        "rows": _sorted(figures.rows, sort),
        "total": figures.total,
        "sort": sort,
        "query": urlencode(period.parameters),
        "run": Run.objects.filter(problem="").exclude(ended_at=None).first(),
    }
    return render(request, "dashboards/overview.html", context)


def _first_steps() -> list[Step]:
    return [
        Step(
            "Connect a branch",
            "An account the brand speaks through; the sandbox needs no key.",
            reverse("branches"),
            Branch.objects.exists(),
        ),
        Step(
            "Write an offer",
            "What you promise, to whom, until when. Each post of it gets its own link and code.",
            reverse("offers"),
            Offer.objects.exists(),
        ),
        Step(
            "Send a test order",
            "By file, API or webhook: orders are what figures are made from.",
            reverse("orders"),
            Order.objects.exists(),
        ),
    ]


def _sort(request: HttpRequest) -> str:
    sort = request.GET.get("sort", "")
    return sort if sort.removeprefix("-") in COLUMNS else "-ceiling"


def _sorted(rows: list[BranchFigures], sort: str) -> list[BranchFigures]:
    """The row of no single branch stays last: it is a remainder, not a rival."""
    by = COLUMNS[sort.removeprefix("-")]
    ordered = sorted((row for row in rows if row.branch), key=by, reverse=sort.startswith("-"))
    return [*ordered, *(row for row in rows if not row.branch)]
