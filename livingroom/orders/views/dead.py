import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from livingroom.orders import queries
from livingroom.orders.facts import Outcome
from livingroom.orders.models import Intake
from livingroom.orders.operations import NothingToReplay, dismiss_intake, replay_intake
from livingroom.orders.views import staff_of
from livingroom.people.policy import may

TABS = {"dead": "Need a person", "waiting": "Wait for their order", "dismissed": "Dismissed"}
AT_ONCE = 500


@require_safe
def dead_letters(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "dead")
    state = state if state in TABS else "dead"
    chosen = {name: request.GET.get(name, "") for name in ("shop", "file_import")}
    file_import = int(chosen["file_import"]) if chosen["file_import"].isdecimal() else None
    part = queries.deliveries(
        state=state, shop=chosen["shop"], file_import=file_import, before=request.GET.get("before", "")
    )
    counts = queries.n_deliveries()
    here = urlencode({"state": state, **{name: value for name, value in chosen.items() if value}})
    tabs = [
        {"url": f"?state={name}", "label": label, "n": counts[name], "is_current": name == state}
        for name, label in TABS.items()
    ]
    return render(
        request,
        "orders/dead_letters.html",
        {
            "tabs": tabs,
            "state": state,
            "deliveries": part.rows,
            "older_url": f"?{here}&before={part.older}" if part.older else "",
            "newer_url": f"?{here}" if request.GET.get("before") else "",
            "file_import": file_import,
            "may_record": may(staff_of(request), "record_orders"),
        },
    )


@require_safe
def dead_letter(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _delivery(pk))


@require_POST
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply a delivery again, with what the person corrected."""
    delivery = _delivery(pk)
    body = _corrected(delivery, request.POST)
    try:
        outcome = replay_intake(actor=staff_of(request), delivery=delivery, now=timezone.now(), body=body)
    except NothingToReplay as problem:
        messages.warning(request, str(problem))
        return redirect("dead_letter", pk)
    if outcome.problem:
        return _page(request, delivery, status=422)
    _say(request, outcome)
    return redirect("dead_letters")


@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = _delivery(pk)
    try:
        dismiss_intake(
            actor=staff_of(request),
            delivery=delivery,
            now=timezone.now(),
            why=request.POST.get("why", "")[:200],
        )
    except NothingToReplay as problem:
        messages.warning(request, str(problem))
    else:
        messages.success(request, "Dismissed. It stays on the list of dismissed deliveries.")
    return redirect("dead_letters")


@require_POST
def replay_all(request: HttpRequest) -> HttpResponse:
    """Apply all dead deliveries again, as after newer exchange rates or a mended mapping."""
    now = timezone.now()
    dead = Intake.objects.filter(state=Intake.State.DEAD).select_related("shop").order_by("id")
    if request.POST.get("file_import", "").isdecimal():
        dead = dead.filter(file_import=int(request.POST["file_import"]))
    outcomes = [replay_intake(actor=staff_of(request), delivery=each, now=now) for each in dead[:AT_ONCE]]
    n_left = sum(outcome.problem is not None for outcome in outcomes)
    messages.success(request, f"{len(outcomes) - n_left:,} went in, {n_left:,} still need a person.")
    return redirect("dead_letters")


def _delivery(pk: int) -> Intake:
    return get_object_or_404(Intake.objects.select_related("shop", "file_import", "order"), pk=pk)


def _page(request: HttpRequest, delivery: Intake, status: int = 200) -> HttpResponse:
    rows = _rows_of(delivery)
    context = {
        "delivery": delivery,
        "rows": rows,
        "body": "" if rows else _pretty(delivery.body),
        "is_open": delivery.state in (Intake.State.DEAD, Intake.State.WAITING),
        "may_record": may(staff_of(request), "record_orders"),
    }
    return render(request, "orders/dead_letter.html", context, status=status)


def _rows_of(delivery: Intake) -> list[list[dict[str, Any]]]:
    """A row of a file as one field a column, so that a person corrects a cell and not a text."""
    if delivery.source != "file" or not delivery.body:
        return []
    held = json.loads(delivery.body)
    return [
        [
            {
                "name": f"cell-{number}-{column}",
                "label": column,
                "value": value,
                "is_wrong": column == delivery.problem_field,
            }
            for column, value in row.items()
        ]
        for number, row in enumerate(held["rows"])
    ]


def _corrected(delivery: Intake, sent: Mapping[str, str]) -> str | None:
    rows = _rows_of(delivery)
    if not rows:
        return sent.get("body")
    held = json.loads(delivery.body)
    held["rows"] = [{cell["label"]: sent.get(cell["name"], cell["value"]) for cell in row} for row in rows]
    return json.dumps(held, ensure_ascii=False)


def _pretty(body: str) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body


def _say(request: HttpRequest, outcome: Outcome) -> None:
    said = {
        "new": "It went in.",
        "changed": "It went in and changed its order.",
        "same": "It was in already; nothing changed.",
        "older": "A newer telling of this order is in already; nothing changed.",
        "skipped": "It moves no money; nothing changed.",
        "waiting": f"It waits for order {outcome.waits_for}.",
    }
    messages.success(request, said[outcome.state])
