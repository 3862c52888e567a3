from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from livingroom.attribution.models import Leak, WholeRun
from livingroom.dashboards.exports import csv_file, json_file
from livingroom.dashboards.leaks import (
    REDEMPTIONS_SHOWN,
    is_live,
    leak_chart,
    read_leaks,
    redemptions_of,
    sum_leaks,
)
from livingroom.dashboards.switches import switch
from livingroom.links.models import Code
from livingroom.people.models import Staff
from livingroom.people.policy import may, require
from livingroom.posts.codes import CodeOver, NotShared, rotate_code, stop_code
from livingroom.shared.models import Brand
from livingroom.shared.money import from_minor

EXPORT_COLUMNS = (
    "code", "post", "branch", "leaks", "leaks_from_on", "found_on", "redeemed", "with_a_touch", "expected_without", "leaked",
    "leaked_low", "leaked_high", "revenue", "leaked_revenue", "remaining", "remaining_low", "remaining_high", "currency",
    "proposal", "reasons",
)  # fmt: skip


@require_safe
def leaks(request: HttpRequest) -> HttpResponse:
    """Every code with redemptions: which got out, since when, and what revenue remains."""
    require(request.user, "look")
    show = "all" if request.GET.get("show") == "all" else "leaking"
    asked = request.GET.get("page", "")
    sums = sum_leaks()
    context = {
        "sums": sums,
        "page": read_leaks(
            only_leaking=show == "leaking", number=max(1, int(asked)) if asked.isdecimal() else 1
        ),
        "tabs": switch(
            request, "show", show, {"leaking": "Leaking", "all": "Every redeemed code"}, anchor="codes"
        ),
        "measured": WholeRun.objects.filter(problem="").exclude(ended_at=None).first(),
        "brand": Brand.current(),
    }
    return render(request, "dashboards/leaks.html", context)


@require_safe
def leak(request: HttpRequest, code: str) -> HttpResponse:
    """One code: its days, the reasons, and what to do about it."""
    require(request.user, "look")
    row = get_object_or_404(
        Leak.objects.select_related("code__link", "placement__post", "placement__branch"), code__text=code
    )
    redemptions = redemptions_of(row)
    context = {
        "leak": row,
        "is_live": is_live(row, timezone.now()),
        "may_act": may(request.user, "publish"),
        "is_shared": row.code.kind == Code.Kind.SHARED,
        "chart": leak_chart(row, redemptions),
        "redemptions": redemptions[:REDEMPTIONS_SHOWN],
        "n_hidden": max(0, len(redemptions) - REDEMPTIONS_SHOWN),
        "brand": Brand.current(),
    }
    return render(request, "dashboards/leak.html", context)


@require_POST
def leak_stop(request: HttpRequest, code: str) -> HttpResponse:
    def stop(staff: Staff, row: Code) -> str:
        stop_code(staff=staff, code=row, now=timezone.now())
        return f"{row} is stopped. Tell the shop to refuse it, if it keeps codes of its own."

    return _act(request, code, stop)


@require_POST
def leak_rotate(request: HttpRequest, code: str) -> HttpResponse:
    def rotate(staff: Staff, row: Code) -> str:
        done = rotate_code(staff=staff, code=row, now=timezone.now())
        old = (
            f" The post on {done.shows_old.branch} still shows {row}: edit it there, or post it anew."
            if done.shows_old
            else ""
        )
        return f"{done.code} is the placement’s new code, {row} is stopped.{old}"

    return _act(request, code, rotate)


@require_safe
def leaks_export(request: HttpRequest, kind: str) -> HttpResponse:
    """Every redeemed code, as CSV or JSON."""
    require(request.user, "look")
    currency = Brand.current().reporting_currency
    rows = Leak.objects.select_related("code", "placement__post", "placement__branch")
    cells = [_cells(row, currency) for row in rows.order_by("-leaked_minor", "pk")]
    if kind == "csv":
        return csv_file("leaks", EXPORT_COLUMNS, cells)
    return json_file("leaks", {"codes": [dict(zip(EXPORT_COLUMNS, row, strict=True)) for row in cells]})


def _act(request: HttpRequest, code: str, deed: Callable[[Staff, Code], str]) -> HttpResponse:
    staff = require(request.user, "publish")
    row = get_object_or_404(Code.objects.select_related("link"), text=code)
    try:
        messages.success(request, deed(staff, row))
    except (CodeOver, NotShared) as error:
        messages.error(request, str(error))
    return redirect("leak", code)


def _cells(row: Leak, currency: str) -> list[object]:
    placement = row.placement
    money = (
        row.revenue_minor, row.leaked_minor, row.remaining_minor, row.remaining_low_minor, row.remaining_high_minor
    )  # fmt: skip
    return [
        row.code.text, placement.post.title if placement else "", placement.branch.slug if placement else "",
        row.is_leaking, row.leaks_from_on or "", row.found_on or "", row.n_redeemed, row.n_touched, row.n_expected_untouched,
        row.n_leaked, row.n_leaked_low, row.n_leaked_high, *(str(from_minor(minor, currency)) for minor in money), currency,
        row.proposal, "; ".join(str(reason["sentence"]) for reason in row.reasons),
    ]  # fmt: skip
