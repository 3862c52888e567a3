"""The monthly audit, and the share of negatives that it corrects."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from livingroom.listening import charts
from livingroom.listening.exports import csv_file
from livingroom.listening.models import Audit
from livingroom.listening.shares import audit as audits
from livingroom.listening.shares.audit import KEYS, SIZE, draw, first_of_month, following, next_unread
from livingroom.listening.shares.parts import PartShare, chart_rows, language_shares, week_shares
from livingroom.listening.shares.share import MonthShare, month_share, months_with_shares, share_chart
from livingroom.listening.views import as_of
from livingroom.people.policy import may, require
from livingroom.shared.charts import Chart

BY = {"month": "By month", "week": "By week", "language": "By language"}


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    staff = require(request.user, "look")
    now = timezone.now()
    month = _month(request.GET.get("month", "")) or first_of_month(as_of(now).date())
    if may(staff, "write") and not Audit.objects.filter(month=month).exists():
        draw(month)
    rows = Audit.objects.filter(month=month)
    shares = months_with_shares(as_of(now).date(), now=now)
    by, parts = _parts(request, month)
    context = {
        "month": month,
        "months": sorted({month, *(one.month for one in shares)}, reverse=True),
        "row": next_unread(month, seed=staff.pk or 0, language=request.GET.get("language", "")),
        "n_done": rows.exclude(label="").count(),
        "n_all": rows.count(),
        "size": SIZE,
        "last": rows.filter(labelled_by=staff).order_by("-labelled_at").select_related("mention").first(),
        "share": month_share(month, now=now),
        "shares": shares[::-1],
        "chart": _chart(by, parts, shares),
        "by": by,
        "parts": parts,
        "tabs": [
            {
                "url": f"?month={month:%Y-%m}&by={key}#share",
                "label": words,
                "is_current": key == by,
                "n": None,
            }
            for key, words in BY.items()
        ],
        "may_write": may(staff, "write"),
    }
    return render(request, "listening/audit.html", context)


@require_POST
def label(request: HttpRequest, pk: int) -> HttpResponse:
    staff = require(request.user, "write")
    row = get_object_or_404(Audit, pk=pk)
    given = request.POST.get("label", "")
    value = "" if given == "undo" else str(KEYS.get(given, given))
    try:
        audits.label(staff=staff, audit=row, value=value, now=timezone.now())
    except ValueError as problem:
        messages.error(request, str(problem))
    return redirect(f"{request.path.rsplit('/', 2)[0]}/?month={row.month:%Y-%m}")


@require_safe
def share_csv(request: HttpRequest) -> StreamingHttpResponse:
    require(request.user, "look")
    now = timezone.now()
    month = _month(request.GET.get("month", "")) or first_of_month(as_of(now).date())
    by, parts = _parts(request, month)
    if by == "month":
        rows = [one.as_row() for one in months_with_shares(as_of(now).date(), now=now)]
    else:
        rows = [one.as_row() for one in parts]
    return csv_file(
        f"share-of-negatives-by-{by}",
        [by, "share", "low", "high", "counted", "mentions", "audited", "why not"],
        rows,
    )


def _parts(request: HttpRequest, month: date) -> tuple[str, list[PartShare]]:
    by = request.GET.get("by", "month")
    if by == "week":
        return by, week_shares(min(following(month) - timedelta(days=1), as_of(timezone.now()).date()))
    return (by, language_shares(month)) if by == "language" else ("month", [])


def _chart(by: str, parts: list[PartShare], shares: list[MonthShare]) -> Chart:
    if by == "week":
        return charts.share_by_week(chart_rows(parts))
    return charts.share_by_language(chart_rows(parts)) if by == "language" else share_chart(shares)


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
