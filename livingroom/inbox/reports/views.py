"""How service goes, per branch, team, subject, language and country; every figure opens its cases."""

import csv
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from livingroom.inbox.models import Conversation
from livingroom.inbox.reports.asking import DAYS, SPLITS, Asked, last_day
from livingroom.inbox.reports.cases import FIGURES, cases_of
from livingroom.inbox.reports.community import MOST, community_figures
from livingroom.inbox.reports.models import StaleDay
from livingroom.inbox.reports.reading import Service
from livingroom.inbox.reports.showing import (
    COLUMNS,
    TILES,
    charts,
    file_rows,
    note_of,
    period_words,
    said,
    table,
    tiles,
)
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.people.policy import require

SHOWN = 200


@require_GET
def service(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    asked, now = Asked.read(request.GET.dict()), timezone.now()
    start, end = asked.period(last_day(now.date()))
    packed = asked.packed(last_day(now.date()))
    found = Service(packed, now)
    labels = {field: label for field, label, _, _ in TILES}
    context = {
        "asked": asked,
        "found": found,
        "period": period_words(start, end),
        "presets": _tabs(DAYS, "days", asked),
        "splits": _tabs(SPLITS, "split", asked),
        "split_label": SPLITS[asked.split],
        "tiles": tiles(found, asked),
        "charts": charts(packed, now),
        "heads": [(head, labels[field]) for field, head in COLUMNS.items()],
        "rows": table(packed, asked, now),
        "narrowed": [(name, getattr(asked, name)) for name in SPLITS if getattr(asked, name)],
        "everything": f"?{asked.address(**dict.fromkeys(SPLITS, ''))}",
        "file": asked.address(),
        "is_stale": StaleDay.objects.filter(on__gte=start, on__lte=end).exists(),
    }
    return render(request, "inbox/reports/service.html", context)


@require_GET
def community(request: HttpRequest) -> HttpResponse:
    """Customers among themselves."""
    require(request.user, "look")
    asked, now = Asked.read(request.GET.dict()), timezone.now()
    numbers = cases_of(asked.packed(last_day(now.date())), "all", now)
    rows = [
        (figure.title, *_shown(figure.answer, figure.unit))
        for figure in community_figures(numbers.tolist(), now)
    ]
    start, end = asked.period(last_day(now.date()))
    context = {
        "rows": rows,
        "n": min(len(numbers), MOST),
        "n_all": len(numbers),
        "period": period_words(start, end),
        "presets": _tabs(DAYS, "days", asked),
    }
    return render(request, "inbox/reports/community.html", context)


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """The conversations behind a figure."""
    require(request.user, "look")
    asked, now, figure = Asked.read(request.GET.dict()), timezone.now(), request.GET.get("figure", "all")
    if figure not in FIGURES:
        raise Http404
    numbers = cases_of(asked.packed(last_day(now.date())), figure, now)
    shown = Conversation.objects.filter(pk__in=numbers[:SHOWN].tolist()).select_related(
        "author", "branch", "owner"
    )
    start, end = asked.period(last_day(now.date()))
    context = {
        "title": FIGURES[figure],
        "figure": figure,
        "rows": shown.order_by("-opened_at", "-pk"),
        "n": len(numbers),
        "n_shown": min(len(numbers), SHOWN),
        "period": period_words(start, end),
        "address": asked.address(),
        "figures": FIGURES,
    }
    return render(request, "inbox/reports/cases.html", context)


@require_GET
def service_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The table as a file."""
    require(request.user, "look")
    asked, now = Asked.read(request.GET.dict()), timezone.now()
    rows = file_rows(asked.packed(last_day(now.date())), asked, now)
    if kind == "json":
        return JsonResponse({"definition": "docs/methods/service.md", "rows": rows})
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="service.csv"'
    writer = csv.DictWriter(response, fieldnames=list(rows[0]) if rows else [asked.split])
    writer.writeheader()
    writer.writerows(rows)
    return response


def _tabs(names: dict[str, str], field: str, asked: Asked) -> list[dict[str, Any]]:
    return [
        {"url": f"?{asked.address(**{field: value, 'start': '', 'end': ''} if field == 'days' else {field: value})}",
         "label": label, "is_current": getattr(asked, field) == value, "n": None}
        for value, label in names.items()
    ]  # fmt: skip


def _shown(answer: object, unit: str) -> tuple[str, str]:
    if isinstance(answer, Estimate):
        points = unit not in ("share", "minutes", "hours")
        return (f"{answer.value:+.2f}", f"{answer.low:+.2f} to {answer.high:+.2f}, n = {answer.n}") if points else (
            said(answer, unit), note_of(answer, unit)
        )  # fmt: skip
    if isinstance(answer, NotEnoughData):
        return "–", f"Not enough data: {answer.reason}."
    return f"{answer:.2f}" if isinstance(answer, float) else str(answer), f"{unit}; counted"
