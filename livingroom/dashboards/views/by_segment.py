from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from livingroom.dashboards.by_segment import Row, read_by_segment
from livingroom.dashboards.exports import csv_file, json_file
from livingroom.people.policy import require
from livingroom.shared.models import Brand
from livingroom.shared.money import from_minor

COLUMNS = (
    "segment", "version", "who", "people", "orders", "net_revenue", "floor", "ceiling", "currency", "rule_digest",
)  # fmt: skip


@require_safe
def by_segment(request: HttpRequest) -> HttpResponse:
    """Customers, orders and net revenue of each segment, with floor and ceiling."""
    require(request.user, "look")
    context = {"found": read_by_segment(timezone.now()), "brand": Brand.current()}
    return render(request, "dashboards/by_segment.html", context)


@require_safe
def by_segment_export(request: HttpRequest, kind: str) -> HttpResponse:
    require(request.user, "look")
    currency, found = Brand.current().reporting_currency, read_by_segment(timezone.now())
    cells = [_cells(row, currency) for row in found.rows]
    if kind == "csv":
        return csv_file("by-segment", COLUMNS, cells)
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in cells]
    return json_file("by-segment", {"smallest_group": found.smallest, "segments": rows})


def _cells(row: Row, currency: str) -> list[object]:
    money = (row.net_minor, row.floor_minor, row.ceiling_minor)
    return [
        row.version.segment.slug, row.version.number, row.sentence, row.people, "" if row.n_orders is None else row.n_orders,
        *("" if minor is None else str(from_minor(minor, currency)) for minor in money), currency, row.version.digest,
    ]  # fmt: skip
