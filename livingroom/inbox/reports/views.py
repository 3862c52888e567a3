"""How service goes, per branch, team, subject, language, country and segment; every figure opens its cases."""

import csv
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from livingroom.inbox.models import Conversation
from livingroom.inbox.reports.asking import SPLITS, Asked, last_day, periods
from livingroom.inbox.reports.cases import FIGURES, cases_of
from livingroom.inbox.reports.choosing import Chosen, choose
from livingroom.inbox.reports.community import MOST, community_figures
from livingroom.inbox.reports.models import StaleDay
from livingroom.inbox.reports.parts import Parts, parts_of
from livingroom.inbox.reports.reading import Service, monday_of, weeks_of
from livingroom.inbox.reports.showing import (
    COLUMNS,
    TILES,
    charts,
    file_rows,
    narrowed,
    note_of,
    period_words,
    said,
    table,
    tiles,
)
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.people.policy import may, require
from livingroom.segments.models import Segment
from livingroom.shared.paging import page_words
from livingroom.shared.templatetags.words import number

SHOWN = 200


@require_GET
def service(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    now, sees_people = timezone.now(), may(request.user, "see_people")
    asked = _asked(request, now)
    chosen = choose(asked, now)
    start, end = asked.period(last_day(now.date()))
    found = Service(chosen.packed, now)
    parts = parts_of(chosen, found, asked) if chosen.is_told else Parts([])
    labels = {field: label for field, label, _, _ in TILES}
    context = {
        "asked": asked,
        "found": found,
        "is_told": chosen.is_told,
        "smallest": chosen.smallest,
        "n_words": _n_words(chosen, found.n, sees_people=sees_people),
        "cases_url": f"/service/cases/?{asked.address()}" if sees_people else "",
        "period": period_words(start, end),
        "presets": _tabs(periods(), "days", asked),
        "splits": _tabs(SPLITS, "split", asked),
        "split_label": SPLITS[asked.split],
        "tiles": tiles(found, asked, sees_people=sees_people) if chosen.is_told else [],
        "charts": charts(found, _weeks_of_few(chosen)) if chosen.is_told else [],
        "heads": [(head, labels[field]) for field, head in COLUMNS.items()],
        "parts": parts,
        "rows": table(parts, sees_people=sees_people),
        "segments": list(Segment.objects.standing()),
        "narrowed": narrowed(asked),
        "everything": f"?{asked.about(**dict.fromkeys(SPLITS, '')).address()}",
        "file": asked.address(),
        "unsearched": asked.about().address(),
        "larger_url": f"?{asked.address(segments_page=str(parts.page - 1))}" if parts.page > 1 else "",
        "smaller_url": f"?{asked.address(segments_page=str(parts.page + 1))}" if parts.page < parts.n_pages else "",
        "is_stale": StaleDay.objects.filter(on__gte=start, on__lte=end).exists(),
    }  # fmt: skip
    return render(request, "inbox/reports/service.html", context)


@require_GET
def community(request: HttpRequest) -> HttpResponse:
    """Customers among themselves."""
    require(request.user, "look")
    now = timezone.now()
    asked = _asked(request, now).about(split="")
    chosen = choose(asked, now)
    numbers, n_all = cases_of(chosen.packed, "all", now, at_most=MOST)
    start, end = asked.period(last_day(now.date()))
    context = {
        "rows": _relations(numbers.tolist(), now) if chosen.is_told else [],
        "is_told": chosen.is_told,
        "n": len(numbers),
        "n_all": n_all,
        "period": period_words(start, end),
        "presets": _tabs(periods(), "days", asked),
        "narrowed": narrowed(asked),
        "address": asked.address(),
    }
    return render(request, "inbox/reports/community.html", context)


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """The conversations behind a figure; who is in a segment is shown to those who may see people."""
    now, figure = timezone.now(), request.GET.get("figure", "all")
    asked = _asked(request, now)
    require(request.user, "see_people" if asked.segment else "look")
    if figure not in FIGURES:
        raise Http404
    page = max(int(text), 1) if (text := request.GET.get("page", "")).isdecimal() and len(text) < 7 else 1
    numbers, n = cases_of(choose(asked.about(split=""), now).packed, figure, now, at_most=page * SHOWN)
    shown = Conversation.objects.filter(pk__in=numbers[(page - 1) * SHOWN :].tolist()).select_related(
        "author", "branch", "owner"
    )
    start, end = asked.period(last_day(now.date()))
    here = f"?{asked.address()}&figure={figure}&page="
    context = {
        "title": FIGURES[figure],
        "figure": figure,
        "rows": shown.order_by("-opened_at", "-pk"),
        "n": n,
        "period": period_words(start, end),
        "narrowed": narrowed(asked),
        "address": asked.address(),
        "asked": asked.parts(),
        "figures": FIGURES,
        "newer_url": f"{here}{page - 1}" if page > 1 else "",
        "older_url": f"{here}{page + 1}" if n > page * SHOWN else "",
        "words": page_words(page, SHOWN, n) if n > SHOWN else "",
    }
    return render(request, "inbox/reports/cases.html", context)


@require_GET
def service_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The table as a file."""
    require(request.user, "look")
    now = timezone.now()
    asked = _asked(request, now).about(segments_page="")
    chosen = choose(asked, now)
    parts = parts_of(chosen, Service(chosen.packed, now), asked, is_whole=True)
    rows = file_rows(parts, asked, sees_people=may(request.user, "see_people"))
    if kind == "json":
        return JsonResponse({"definition": "docs/methods/service.md", "rows": rows})
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="service.csv"'
    writer = csv.DictWriter(response, fieldnames=list(rows[0]) if rows else [asked.split])
    writer.writeheader()
    writer.writerows(rows)
    return response


def _asked(request: HttpRequest, now: datetime) -> Asked:
    return Asked.read(request.GET.dict()).with_days(last_day(now.date()))


def _n_words(chosen: Chosen, n: int, *, sees_people: bool) -> str:
    """How many conversations, for those who may know it."""
    if chosen.is_told or sees_people:
        return f"{number(n)} conversation{'' if n == 1 else 's'}"
    return "Conversations"


def _weeks_of_few(chosen: Chosen) -> set[date]:
    if chosen.everybody is None:
        return set()
    few = chosen.values_of_few(weeks_of(chosen.everybody.packed.cases))
    return {monday_of(int(week)) for week in few}


def _relations(numbers: list[int], now: datetime) -> list[tuple[str, str, str]]:
    return [(figure.title, *_shown(figure.answer, figure.unit)) for figure in community_figures(numbers, now)]


def _tabs(names: dict[str, str], field: str, asked: Asked) -> list[dict[str, Any]]:
    return [
        {"url": f"?{asked.about(**{field: value, 'start': '', 'end': ''} if field == 'days' else {field: value}).address()}",
         "label": label, "is_current": getattr(asked, field) == value and not (field == "days" and asked.start), "n": None}
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
