import csv
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from livingroom.attribution.models import Evidence, MonthFigure
from livingroom.branches.models import Branch
from livingroom.dashboards.exports import harmless
from livingroom.dashboards.ledger import GRADE_CHOICES, LedgerFilter, every_row, read_page, sums_of
from livingroom.dashboards.overview import whole_programme
from livingroom.dashboards.period import Period, read_period
from livingroom.people.policy import require
from livingroom.shared.models import Brand
from livingroom.shared.money import from_minor
from livingroom.shared.places import country_name

EXPORT_COLUMNS = (
    "order", "shop", "placed_at", "country", "product", "currency", "gross", "refunded", "net", "net_reporting",
    "discount_reporting", "reporting_currency", "codes", "grade", "branch", "placement", "reason", "rule_version",
)  # fmt: skip


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Every order with its grade: how we know, or that we do not."""
    require(request.user, "look")
    chosen = _chosen(request)
    page = read_page(chosen, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    context = {
        "chosen": chosen,
        "page": page,
        "sums": sums_of(chosen),
        "grades": [(value, label) for value, (label, _) in GRADE_CHOICES.items()],
        "branches": list(Branch.objects.values_list("pk", "name")),
        "countries": _countries(),
        "currencies": _currencies(),
    }
    return render(request, "dashboards/ledger.html", context)


@require_safe
def ledger_export(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered ledger as CSV, streamed."""
    require(request.user, "look")
    response = StreamingHttpResponse(_csv_lines(_chosen(request)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ledger-{timezone.now():%Y-%m-%d}.csv"'
    return response


def _chosen(request: HttpRequest) -> LedgerFilter:
    return LedgerFilter.read(request.GET, _period(request))


def _period(request: HttpRequest) -> Period | None:
    """The ledger shows all times unless the address names months."""
    if not (request.GET.get("from") or request.GET.get("to")):
        return None
    whole = whole_programme(timezone.now().date())
    return read_period(request.GET, whole) if whole else None


def _countries() -> list[tuple[str, str]]:
    codes = MonthFigure.objects.exclude(country="").values_list("country", flat=True).distinct()
    return sorted(((code, country_name(code)) for code in codes), key=lambda pair: pair[1])


def _currencies() -> list[str]:
    return list(MonthFigure.objects.values_list("currency", flat=True).distinct().order_by("currency"))


class _Echo:
    """A file that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _csv_lines(chosen: LedgerFilter) -> Iterator[str]:
    reporting = Brand.current().reporting_currency
    writer = csv.writer(_Echo())
    yield writer.writerow(EXPORT_COLUMNS)
    for row in every_row(chosen):
        yield writer.writerow([harmless(cell) for cell in _cells(row, reporting)])


def _cells(row: Evidence, reporting: str) -> list[object]:
    order = row.order
    return [
        order.external_id, order.shop.slug, row.placed_at.isoformat(), order.country, order.product, order.currency,
        from_minor(order.gross_minor, order.currency), from_minor(order.refunded_minor, order.currency),
        from_minor(order.net_minor, order.currency), from_minor(order.net_reporting_minor, reporting),
        from_minor(order.discount_reporting_minor, reporting), reporting, " ".join(order.codes), row.grade,
        row.branch.slug if row.branch else "", row.placement_id or "", row.reason, row.rule_version,
    ]  # fmt: skip
