"""Who answers whom: figures that open their threads, the graph, and everything as files."""

import csv
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from livingroom.community.relations.acts import Acts, acts_since, last_act, since_of
from livingroom.community.relations.drawing import graph_chart
from livingroom.community.relations.figures import (
    DEFINED,
    among_customers,
    relation_figures,
    threads,
    ties,
)
from livingroom.community.relations.graph import Drawn, draw, names_of
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.people.policy import may, require
from livingroom.shared.templatetags.words import number, percent

PERIODS = {"0": "All of it", "365": "A year", "91": "A quarter", "28": "Four weeks"}
WHO = {"everybody": "Customers and us", "customers": "Customers among themselves"}
SHOWN = 200
NAMES = {
    "customer_answer_share": "First answered by a customer",
    "peer_accepted_share": "With an accepted answer",
    "own_accepted": "With an accepted answer",
    "absence_factor": "In which customers answered",
    "reciprocity": "In which customers answered",
    "newcomer_conversion": "Everything customers did",
}


@require_GET
def relations(request: HttpRequest) -> HttpResponse:
    staff, now = require(request.user, "look"), timezone.now()
    days, acts, last = _asked(request)
    who, counted = request.GET.get("who", "everybody"), ties(acts)
    if who not in WHO:
        raise Http404
    shown = among_customers(counted) if who == "customers" else counted
    found = draw(shown, names_people=may(staff, "see_people"))
    context: dict[str, Any] = {
        "whose": [
            {"url": f"?days={days}&who={value}", "label": label, "is_current": value == who, "n": None}
            for value, label in WHO.items()
        ],
        "figures": [
            {"label": figure.title, "name": figure.name, **_said(figure.answer, figure.unit)}
            for figure in relation_figures(acts, last or now)
        ],
        "chart": graph_chart(found),
        "ties": found.ties[:50],
        "periods": [
            {"url": f"?days={value}&who={who}", "label": label, "is_current": value == days, "n": None}
            for value, label in PERIODS.items()
        ],
        "days": days,
        "last": last,
        "defined": DEFINED,
        "sees_people": may(staff, "see_people"),
    }
    return render(request, "community/relations/relations.html", context)


@require_GET
def behind(request: HttpRequest) -> HttpResponse:
    """The threads behind a figure."""
    staff, figure = require(request.user, "look"), request.GET.get("figure", "")
    if figure not in NAMES:
        raise Http404
    days, acts, _ = _asked(request)
    rows = threads(acts, figure)
    shown = rows[:SHOWN]
    keys = {key for row in shown for key in (row.asker, row.first) if key and key != "gone"}
    names = names_of(keys, names_people=may(staff, "see_people"))
    context = {
        "title": NAMES[figure],
        "rows": [(row, names.get(row.asker, "–"), names.get(row.first, "–")) for row in shown],
        "n": len(rows),
        "days": days,
    }
    return render(request, "community/relations/behind.html", context)


@require_GET
def relations_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Figures and ties, for other tools; names as on the page."""
    staff, now = require(request.user, "look"), timezone.now()
    _, acts, last = _asked(request)
    found = draw(ties(acts), names_people=may(staff, "see_people"))
    if kind == "json":
        figures = {figure.name: _plain(figure.answer) for figure in relation_figures(acts, last or now)}
        return JsonResponse({"definition": DEFINED, "figures": figures, "ties": _rows(found)})
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="relations.csv"'
    writer = csv.DictWriter(response, fieldnames=["from", "from_kind", "to", "to_kind", "n_answers"])
    writer.writeheader()
    writer.writerows(_rows(found))
    return response


def _asked(request: HttpRequest) -> tuple[str, Acts, Any]:
    days, last = request.GET.get("days", "0"), last_act()
    if days not in PERIODS:
        raise Http404
    return days, acts_since(since_of(int(days), last)), last


def _rows(found: Drawn) -> list[dict[str, Any]]:
    return [
        {"from": tie.giver.name, "from_kind": tie.giver.kind, "to": tie.taker.name, "to_kind": tie.taker.kind,
         "n_answers": tie.n}
        for tie in found.ties
    ]  # fmt: skip


def _said(answer: object, unit: str) -> dict[str, str]:
    if isinstance(answer, Estimate):
        note = f"{percent(answer.low)} to {percent(answer.high)} ({answer.level:.0%}), n = {answer.n}"
        return {"value": percent(answer.value), "note": note}
    if isinstance(answer, NotEnoughData):
        return {"value": "–", "note": f"Not enough data: {answer.reason}."}
    if isinstance(answer, float):
        return {"value": percent(answer), "note": "counted"}
    return {"value": number(answer) if isinstance(answer, int) else str(answer), "note": f"{unit}; counted"}


def _plain(answer: object) -> object:
    if isinstance(answer, Estimate):
        return {
            "value": answer.value,
            "low": answer.low,
            "high": answer.high,
            "level": answer.level,
            "n": answer.n,
        }
    if isinstance(answer, NotEnoughData):
        return {"not_enough_data": answer.reason}
    return answer
