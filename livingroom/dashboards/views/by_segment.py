from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from livingroom.attribution.spans import WHOLE
from livingroom.dashboards.by_segment import Row, read_by_segment, versions_in_use
from livingroom.dashboards.exports import csv_file, json_file
from livingroom.dashboards.period import Period, Preset, presets, read_period
from livingroom.dashboards.segment_pair import Pair, Part, read_pair
from livingroom.orders.models import Order
from livingroom.people.policy import require
from livingroom.shared.models import Brand
from livingroom.shared.money import from_minor

COLUMNS = (
    "segment", "version", "who", "people", "orders", "net_revenue", "floor", "ceiling", "currency", "from", "to",
    "placements_for_it", "clicks_on_them", "floor_of_them", "rule_digest",
)  # fmt: skip
PAIR_COLUMNS = (
    "part", "name", "people", "orders", "net_revenue", "net_each", "floor", "ceiling", "currency", "from", "to",
)  # fmt: skip
EVERY = 100_000  # a file has all of them


@dataclass(frozen=True)
class _Asked:
    """The months in the address; `period` is None for all orders."""

    period: Period | None
    whole: Period | None
    tabs: list[Preset]

    @property
    def months(self) -> tuple[str, str]:
        told = self.period.parameters if self.period else {}
        return told.get("from", ""), told.get("to", "")


@require_safe
def by_segment(request: HttpRequest) -> HttpResponse:
    """Customers, orders and net revenue of each segment, with floor and ceiling, and what was posted for it."""
    require(request.user, "look")
    asked, search = _asked(request), request.GET.get("find", "").strip()[:80]
    page = request.GET.get("page", "")
    found = read_by_segment(
        timezone.now(), period=asked.period, search=search, page=int(page) if page.isdecimal() else 1
    )
    kept = {name: str(value) for name, value in request.GET.items() if name in ("from", "to", "find")}
    context = {
        "found": found,
        "brand": Brand.current(),
        "asked": asked,
        "find": search,
        "kept": urlencode(kept),
        "months": urlencode(asked.period.parameters if asked.period else {}),
        "segments": [version.segment for version in versions_in_use()],
        "newer_url": _page_url(kept, found.page - 1) if found.page > 1 else "",
        "older_url": _page_url(kept, found.page + 1) if found.page < found.n_pages else "",
    }
    return render(request, "dashboards/by_segment.html", context)


@require_safe
def by_segment_export(request: HttpRequest, kind: str) -> HttpResponse:
    """Every segment that fits the search, whatever page is looked at."""
    require(request.user, "look")
    asked, currency = _asked(request), Brand.current().reporting_currency
    found = read_by_segment(
        timezone.now(), period=asked.period, search=request.GET.get("find", "").strip()[:80], size=EVERY
    )
    cells = [_cells(row, currency, asked) for row in found.rows]
    if kind == "csv":
        return csv_file("by-segment", COLUMNS, cells)
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in cells]
    return json_file("by-segment", {"smallest_group": found.smallest, "segments": rows})


@require_safe
def segment_pair(request: HttpRequest) -> HttpResponse:
    """Two segments beside each other."""
    require(request.user, "look")
    asked, pair = _asked(request), _pair(request)
    context = {
        "asked": asked,
        "pair": pair,
        "brand": Brand.current(),
        "segments": [version.segment for version in versions_in_use()],
        "one": request.GET.get("one", ""),
        "other": request.GET.get("other", ""),
    }
    return render(request, "dashboards/segment_pair.html", context)


@require_safe
def segment_pair_export(request: HttpRequest, kind: str) -> HttpResponse:
    require(request.user, "look")
    asked, pair, currency = _asked(request), _pair(request), Brand.current().reporting_currency
    cells = [_pair_cells(part, currency, asked) for part in pair.parts] if pair else []
    if kind == "csv":
        return csv_file("two-segments", PAIR_COLUMNS, cells)
    rows = [dict(zip(PAIR_COLUMNS, row, strict=True)) for row in cells]
    told = {"one": str(pair.one), "other": str(pair.other), "smallest_group": pair.smallest} if pair else {}
    return json_file("two-segments", {**told, "parts": rows})


def _pair(request: HttpRequest) -> Pair | None:
    """The two that the address names; None until they are two."""
    known = {version.segment.slug: version for version in versions_in_use()}
    one, other = (known.get(request.GET.get(name, "")) for name in ("one", "other"))
    if one is None or other is None or one == other:
        return None
    return read_pair(one, other, timezone.now(), _asked(request).period)


def _asked(request: HttpRequest) -> _Asked:
    whole = _whole()
    if whole is None:
        return _Asked(None, None, [])
    has_months = bool(request.GET.get("from") or request.GET.get("to"))
    chosen = read_period(request.GET, whole)
    tabs: dict[str, Preset] = {}
    for tab in presets(
        whole, chosen, request.GET
    ):  # a year may be the last twelve months: then one of them is enough
        tabs.setdefault(tab.url, replace(tab, label="All orders") if tab.label == WHOLE else tab)
    return _Asked(chosen if has_months and chosen != whole else None, whole, list(tabs.values()))


def _whole() -> Period | None:
    """From the first order's month to the last one's."""
    found = Order.objects.aggregate(first=Min("placed_at"), last=Max("placed_at"))
    if found["first"] is None:
        return None
    return Period(found["first"].date().replace(day=1), found["last"].date().replace(day=1))


def _page_url(kept: dict[str, str], page: int) -> str:
    return f"?{urlencode({**kept, 'page': str(page)})}"


def _cells(row: Row, currency: str, asked: _Asked) -> list[object]:
    posted = row.posted
    return [
        row.version.segment.slug, row.version.number, row.sentence, row.people, "" if row.n_orders is None else row.n_orders,
        *(_money(minor, currency) for minor in (row.net_minor, row.floor_minor, row.ceiling_minor)), currency,
        *asked.months, posted.n_placements, posted.n_clicks, _money(posted.floor_minor, currency), row.version.digest,
    ]  # fmt: skip


def _pair_cells(part: Part, currency: str, asked: _Asked) -> list[object]:
    money = (part.net_minor, part.net_each_minor, part.floor_minor, part.ceiling_minor)
    return [
        part.key, part.name, part.people, "" if part.n_orders is None else part.n_orders,
        *(_money(minor, currency) for minor in money), currency, *asked.months,
    ]  # fmt: skip


def _money(minor: int | None, currency: str) -> str:
    return "" if minor is None else str(from_minor(minor, currency))
