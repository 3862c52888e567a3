from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from livingroom.attribution.tested import Lift, added_per_evidence, read_lifts
from livingroom.branches.models import Branch
from livingroom.dashboards.earned import DIMENSIONS, Conversion, conversion
from livingroom.dashboards.exports import csv_file, json_file
from livingroom.dashboards.overview import whole_programme
from livingroom.dashboards.period import Period, presets, read_period
from livingroom.dashboards.return_charts import break_even_chart, months_chart
from livingroom.dashboards.return_page import ROWS_SHOWN, ReturnPage, ReturnRow, read_return, return_tiles
from livingroom.dashboards.switches import switch
from livingroom.measure.calibration import BranchTest
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.returns.output import as_json
from livingroom.orders.rates import current_book
from livingroom.people.policy import require
from livingroom.shared.models import Brand
from livingroom.shared.money import from_minor

EXPORT_COLUMNS = (
    "by", "name", "currency", "orders", "floor", "net", "discount", "goods", "margin", "refunds_to_come", "cost",
    "break_even", "left_if_none_was_added", "left_if_all_was", "left_tested", "left_tested_low", "left_tested_high", "version",
)  # fmt: skip
VERSION = "return/1"


@dataclass(frozen=True)
class Asked:
    """What the address asks for, and what was found."""

    period: Period
    whole: Period
    by: str
    shown: Conversion
    page: ReturnPage
    lifts: list[Lift]


@require_safe
def returns(request: HttpRequest) -> HttpResponse:
    """What is left after all costs, and which share of the revenue must be new for it."""
    require(request.user, "look")
    asked = _read(request)
    if asked is None:
        return render(request, "dashboards/returns.html", {})
    page, period, is_monthly = asked.page, asked.period, request.GET.get("show") == "monthly"
    query = urlencode(period.parameters)
    urls = {
        "ledger": f"{reverse('ledger')}?grade=ceiling&{query}",
        "costs": f"{reverse('costs')}?{query}",
    }
    context = {
        "period": period,
        "presets": presets(asked.whole, period, request.GET),
        "shown": asked.shown,
        "currencies": sorted(current_book().currencies | {Brand.current().reporting_currency}),
        "tiles": return_tiles(page, urls),
        "result": page.result,
        "is_tested": isinstance(page.result.contribution, Estimate),
        "lifts": asked.lifts,
        "tests": [lift for lift in asked.lifts if isinstance(lift.test, BranchTest)],
        "chart": break_even_chart(page.result),
        "months_chart": months_chart(
            page.books, page.months, asked.shown.currency, is_cumulated=not is_monthly
        ),
        "by": asked.by,
        "by_switch": switch(
            request, "by", asked.by, {name: f"By {name}" for name in DIMENSIONS}, anchor="rows"
        ),
        "show_switch": switch(
            request,
            "show",
            "monthly" if is_monthly else "cumulated",
            {"cumulated": "Cumulated", "monthly": "Monthly"},
            anchor="months",
        ),
        "rows": page.rows if "all" in request.GET else page.rows[:ROWS_SHOWN],
        "n_hidden": 0 if "all" in request.GET else max(0, len(page.rows) - ROWS_SHOWN),
        "total": page.total,
        "customers": page.customers,
        "query": query,
        "version": VERSION,
    }
    return render(request, "dashboards/returns.html", context)


@require_safe
def returns_export(request: HttpRequest, kind: str) -> HttpResponse:
    """The page's table as CSV, or everything on it as JSON."""
    require(request.user, "look")
    asked = _read(request)
    if asked is None:
        return csv_file("return", EXPORT_COLUMNS, []) if kind == "csv" else json_file("return", {"rows": []})
    currency = asked.shown.currency
    rows = [(asked.by, row) for row in asked.page.rows]
    rows += [("customers", row) for row in asked.page.customers] + [("all", asked.page.total)]
    cells = [dict(zip(EXPORT_COLUMNS, _cells(by, row, currency), strict=True)) for by, row in rows]
    if kind == "csv":
        return csv_file("return", EXPORT_COLUMNS, [list(row.values()) for row in cells])
    return json_file("return", _content(asked, cells))


def _read(request: HttpRequest) -> Asked | None:
    today = timezone.now().date()
    whole = whole_programme(today)
    if whole is None:
        return None
    period = read_period(request.GET, whole)
    by = request.GET.get("by", "branch")
    by = by if by in DIMENSIONS else "branch"
    reporting = Brand.current().reporting_currency
    shown = conversion(reporting, request.GET.get("currency", "").upper(), period.end_at.date())
    lifts = read_lifts()
    page = read_return(
        period, by, shown, added_per_evidence(lifts, period.middle), list(Branch.objects.all())
    )
    return Asked(period, whole, by, shown, page, lifts)


def _cells(by: str, row: ReturnRow, currency: str) -> list[object]:
    earned, at_lift = row.earned, row.at_lift
    tested = (at_lift.value, at_lift.low, at_lift.high) if isinstance(at_lift, Estimate) else (None,) * 3
    return [
        by, row.name, currency, earned.n_orders, _money(earned.floor_net, currency), _money(earned.net, currency),
        _money(earned.discount, currency), _money(earned.goods, currency), _share(earned.margin),
        _money(earned.to_come, currency), _money(earned.cost, currency), _share(earned.break_even),
        _money(row.left_none, currency), _money(row.left_all, currency), *(_money(one, currency) for one in tested),
        VERSION,
    ]  # fmt: skip


def _content(asked: Asked, cells: list[dict[str, Any]]) -> dict[str, Any]:
    result = asked.page.result
    return {
        "period": asked.period.parameters,
        "currency": asked.shown.currency,
        "rate": {"value": asked.shown.rate, "on": asked.shown.rate_on},
        **as_json(result),
        "rows": cells,
        "version": VERSION,
    }


def _money(minor: float | NotEnoughData | None, currency: str) -> object:
    return (
        "" if minor is None or isinstance(minor, NotEnoughData) else str(from_minor(round(minor), currency))
    )


def _share(share: float | NotEnoughData) -> object:
    return "" if isinstance(share, NotEnoughData) else round(share, 6)
