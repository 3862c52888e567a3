"""Experiments: the list, one as it runs and what it found, and the deeds of looking and cancelling."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from livingroom.experiments.calendar import grid_of
from livingroom.experiments.charts import actual_and_expected
from livingroom.experiments.models import Experiment, Reading
from livingroom.experiments.operations import Frozen, cancel_experiment
from livingroom.experiments.readings import TooEarly, take_reading
from livingroom.experiments.results import experiment_rows
from livingroom.experiments.running import progress_of
from livingroom.experiments.steps import next_step
from livingroom.experiments.verdicts import line_of, money_of, share, verdict_of
from livingroom.measure.design.assignment import Design
from livingroom.measure.estimate import Estimate
from livingroom.measure.lift.stored import from_json
from livingroom.people.policy import may, require
from livingroom.shared.models import Brand

OVERRIDES_SHOWN = 50


@require_GET
def experiment_list(request: HttpRequest) -> HttpResponse:
    rows = experiment_rows(Brand.current().reporting_currency)
    context = {
        "rows": rows,
        "n_together": sum(bool(row.together) for row in rows),
        "may_experiment": may(request.user, "experiment"),
    }
    return render(request, "experiments/list.html", context)


@require_GET
def experiment(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Experiment, pk=pk)
    if found.state == Experiment.State.DRAFT:
        return redirect(next_step(found)) if may(request.user, "experiment") else redirect("experiments")
    return _page(request, found, found.readings.order_by("-look").first())


@require_GET
def reading(request: HttpRequest, pk: int, look: int) -> HttpResponse:
    """An earlier look, as it was."""
    kept = get_object_or_404(Reading.objects.select_related("experiment"), experiment=pk, look=look)
    return _page(request, kept.experiment, kept)


@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    staff, found = require(request.user, "experiment"), get_object_or_404(Experiment, pk=pk)
    try:
        take_reading(staff=staff, experiment=found, now=timezone.now())
    except TooEarly as error:
        messages.error(request, str(error))
    return redirect("experiment", pk)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    staff, found = require(request.user, "experiment"), get_object_or_404(Experiment, pk=pk)
    try:
        reason = request.POST.get("reason", "")
        cancel_experiment(staff=staff, experiment=found, reason=reason, now=timezone.now())
        messages.success(request, f"“{found}” is cancelled. Every branch may speak again.")
    except Frozen as error:
        messages.error(request, str(error))
    return redirect("experiments")


def _page(request: HttpRequest, found: Experiment, kept: Reading | None) -> HttpResponse:
    now, currency = timezone.now(), Brand.current().reporting_currency
    design = Design.from_json(found.design) if found.design else None
    context: dict[str, Any] = {
        "experiment": found,
        "progress": progress_of(found, now),
        "design": design,
        "grid": grid_of(design) if design and design.assignments else None,
        "overrides": found.overrides.select_related("branch", "staff")[:OVERRIDES_SHOWN],
        "units": found.units.prefetch_related("branches", "markets"),
        "silent": found.silent_branches.all(),
        "kept": kept,
        "readings": found.readings.defer("body"),
        "may_experiment": may(request.user, "experiment"),
        "may_cancel": may(request.user, "experiment") and found.state in Experiment.OBEYED,
        "may_look": may(request.user, "experiment")
        and found.state in (Experiment.State.RUNNING, *Experiment.OVER),
        **(_result(kept, found, currency) if kept else {}),
    }
    return render(request, "experiments/experiment.html", context)


def _result(kept: Reading, found: Experiment, currency: str) -> dict[str, Any]:
    said = from_json(kept.body)
    relative = said.relative if isinstance(said.relative, Estimate) else None
    return {
        "said": said,
        "verdict": verdict_of(said, found, currency),
        "lift": share(relative.value) if relative else "",
        "low": share(relative.low) if relative else "",
        "high": share(relative.high) if relative else "",
        "total": tuple(money_of(end, currency) for end in (said.total.value, said.total.low, said.total.high))
        if said.total and relative
        else None,
        "lines": [line_of(each) for each in ((relative,) if relative else ()) + said.others],
        "cannibalised": line_of(said.cannibalised) if said.cannibalised else None,
        "chart": actual_and_expected(said, currency),
    }
