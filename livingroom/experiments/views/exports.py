"""The files from which anybody recomputes a reading with `livingroom measure lift`."""

import csv
import io

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from livingroom.experiments import luck
from livingroom.experiments.analysis import panel_of
from livingroom.experiments.models import Experiment, Reading
from livingroom.experiments.panels import panel_csv

PRETTY = {"indent": 2, "ensure_ascii": False}


@require_GET
def panel_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel, day by unit; of a lottery the visitors."""
    found = _started(pk)
    if found.kind == Experiment.Kind.CODES:
        text = luck.visitors_csv(luck.visitors_of(found))
    else:
        text = panel_csv(panel_of(found, timezone.now()))
    return _file(text, f"panel-{found.pk}.csv", "text/csv")


@require_GET
def assignment_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The design with its log, as the measuring room reads it."""
    found = _started(pk)
    response = JsonResponse(found.design, json_dumps_params=PRETTY)
    response["Content-Disposition"] = f'attachment; filename="assignment-{found.pk}.json"'
    return response


@require_GET
def log_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The log with what was really sent in each cell, and who overrode it."""
    found, text = _started(pk), io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(["unit", "arm", "stratum", "block", "starts_at", "ends_at"])
    for row in found.assignments.select_related("unit"):
        block = "" if row.block is None else row.block
        lines.writerow(
            [row.unit.name, row.arm, row.stratum, block, row.starts_at.isoformat(), row.ends_at.isoformat()]
        )
    return _file(text.getvalue(), f"log-{found.pk}.csv", "text/csv")


@require_GET
def reading_json(request: HttpRequest, pk: int, look: int) -> HttpResponse:
    kept = get_object_or_404(Reading, experiment=pk, look=look)
    about = {
        "experiment": kept.experiment.name,
        "look": kept.look,
        "is_final": kept.is_final,
        "made_at": kept.made_at.isoformat(),
        "rule_version": kept.rule_version,
        "panel_digest": kept.digest,
    }
    return JsonResponse({**kept.body, "about": about}, json_dumps_params=PRETTY)


def _started(pk: int) -> Experiment:
    return get_object_or_404(Experiment.objects.exclude(state=Experiment.State.DRAFT), pk=pk)


def _file(text: str, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
