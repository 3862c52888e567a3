from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from livingroom.attribution.models import WholeRun
from livingroom.attribution.spans import named_spans
from livingroom.attribution.tested import read_lifts
from livingroom.dashboards.credit import MODELS, ChannelRow, CreditPage, read_credit
from livingroom.dashboards.credit_charts import credit_chart
from livingroom.dashboards.exports import csv_file, json_file
from livingroom.dashboards.overview import whole_programme
from livingroom.dashboards.period import Period, presets, read_period
from livingroom.people.policy import require
from livingroom.shared.models import Brand
from livingroom.shared.money import from_minor

EXPORT_COLUMNS = (
    "from", "to", "channel", "model", "orders", "share", "amount", "low", "high", "level", "currency", "effect", "effect_low",
    "effect_high", "window_days", "measured_at",
)  # fmt: skip


@require_safe
def credit(request: HttpRequest) -> HttpResponse:
    """Rules and models side by side: where they agree, where not, and what none of them can say."""
    require(request.user, "look")
    periods = _periods(request)
    measured = _measured()
    if periods is None or measured is None:
        return render(request, "dashboards/credit.html", {"is_waiting": periods is not None})
    whole, period = periods
    page = read_credit(period)
    brand = Brand.current()
    context = {
        "brand": brand,
        "period": period,
        "presets": presets(whole, period, request.GET),
        "page": page,
        "chart": credit_chart(page.rows, brand.reporting_currency, page.level),
        "model_names": [MODELS[model][0] for model, _ in page.models],
        "table": [(row, [row.cells.get(model) for model, _ in page.models]) for row in page.rows],
        "rest": [page.unattributed.cells.get(model) for model, _ in page.models] if page.unattributed else [],
        "effects": _effects(page),
        "lifts": read_lifts(),
        "measured": measured,
    }
    return render(request, "dashboards/credit.html", context)


@require_safe
def credit_export(request: HttpRequest, kind: str) -> HttpResponse:
    """Every channel under every model, as CSV, or with overlap and notes as JSON."""
    require(request.user, "look")
    periods, measured = _periods(request), _measured()
    rows: list[list[object]] = []
    page = None
    if periods and measured:
        page = read_credit(periods[1])
        channels = [*page.rows, *([page.unattributed] if page.unattributed else [])]
        rows = [cells for row in channels for cells in _lines(row, periods[1], page.level, measured)]
    if kind == "csv":
        return csv_file("credit", EXPORT_COLUMNS, rows)
    content: dict[str, Any] = {
        "credit": [dict(zip(EXPORT_COLUMNS, row, strict=True)) for row in rows],
        "alone": [vars(one) for one in page.alone] if page else [],
        "notes": measured.notes if measured else [],
    }
    return json_file("credit", content)


def _periods(request: HttpRequest) -> tuple[Period, Period] | None:
    """The whole programme, and the span that was asked for: one of those that are measured, or else the whole."""
    whole = whole_programme(timezone.now().date())
    if whole is None:
        return None
    asked = read_period(request.GET, whole)
    spans = named_spans((whole.first, whole.last)).values()
    return whole, asked if (asked.first, asked.last) in spans else whole


def _measured() -> WholeRun | None:
    return WholeRun.objects.filter(problem="").exclude(ended_at=None).first()


def _effects(page: CreditPage) -> list[tuple[str, list[tuple[ChannelRow, Any]]]]:
    """For each model that learns, what it says of every channel before any order is divided."""
    found = []
    for model, name in page.models:
        cells = [(row, row.cells[model]) for row in page.rows if model in row.cells]
        if any(cell.effect is not None for _, cell in cells):
            found.append((model, name, cells))
    return [(name, cells) for model, name, cells in found if model.startswith("markov")]


def _lines(row: ChannelRow, period: Period, level: float, measured: WholeRun) -> list[list[object]]:
    currency = measured.currency
    return [
        [
            f"{period.first:%Y-%m}", f"{period.last:%Y-%m}", row.channel, model, cell.orders, cell.share,
            str(from_minor(cell.amount, currency)), str(from_minor(cell.low, currency)), str(from_minor(cell.high, currency)),
            level, currency, cell.effect, cell.effect_low, cell.effect_high, measured.window_days,
            measured.ended_at.isoformat() if measured.ended_at else "",
        ]
        for model, cell in row.cells.items()
    ]  # fmt: skip
