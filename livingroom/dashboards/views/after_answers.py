from datetime import timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from livingroom.dashboards.after_answers import Row, read_after_answers
from livingroom.dashboards.exports import csv_file, json_file
from livingroom.dashboards.overview import whole_programme
from livingroom.dashboards.period import presets, read_period
from livingroom.inbox.reports.reading import Answer
from livingroom.inbox.reports.showing import note_of, said
from livingroom.measure.estimate import Estimate
from livingroom.people.policy import require
from livingroom.shared.models import Brand
from livingroom.shared.money import from_minor

COLUMNS = (
    "branch", "conversations", "satisfied", "satisfied_low", "satisfied_high", "ratings", "orders_after_an_answer",
    "net_revenue", "orders_without_other_evidence", "net_without_other_evidence", "currency", "from", "to",
)  # fmt: skip


@require_safe
def after_answers(request: HttpRequest) -> HttpResponse:
    """Orders of people whom we had answered, by branch, beside how satisfied they were."""
    require(request.user, "look")
    whole = whole_programme(timezone.now().date())
    if whole is None:
        return render(request, "dashboards/after_answers.html", {})
    period, brand = read_period(request.GET, whole), Brand.current()
    found = read_after_answers(period, timezone.now())
    context = {
        "brand": brand,
        "period": period,
        "presets": presets(whole, period, request.GET),
        "query": urlencode(period.parameters),
        "days": urlencode(
            {"start": str(period.first), "end": str((period.end_at - timedelta(days=1)).date())}
        ),
        "found": found,
        "csat": (said(found.csat, "share"), _note(found.csat)),
        "rows": [(row, said(row.csat, "share"), _note(row.csat)) for row in found.rows],
    }
    return render(request, "dashboards/after_answers.html", context)


@require_safe
def after_answers_export(request: HttpRequest, kind: str) -> HttpResponse:
    require(request.user, "look")
    whole = whole_programme(timezone.now().date())
    cells: list[list[object]] = []
    if whole is not None:
        period = read_period(request.GET, whole)
        currency = Brand.current().reporting_currency
        months = list(period.parameters.values())
        found = read_after_answers(period, timezone.now())
        cells = [[*_cells(row, currency), *months] for row in found.rows]
    if kind == "csv":
        return csv_file("after-an-answer", COLUMNS, cells)
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in cells]
    return json_file("after-an-answer", {"definition": "docs/methods/answers.md", "branches": rows})


def _note(csat: Answer) -> str:
    """Thirty times the same sentence would push the money off the page."""
    return note_of(csat, "share") if isinstance(csat, Estimate) else "too few ratings"


def _cells(row: Row, currency: str) -> list[object]:
    csat = row.csat if isinstance(row.csat, Estimate) else None
    rated = [csat.value, csat.low, csat.high, csat.n] if csat else ["", "", "", ""]
    return [
        row.branch.slug if row.branch else "", row.n_conversations, *rated, row.sales.n_orders,
        str(from_minor(row.sales.net_minor, currency)), row.sales.n_alone,
        str(from_minor(row.sales.alone_minor, currency)), currency,
    ]  # fmt: skip
