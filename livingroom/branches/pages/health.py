"""How well all branches are, on one page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from livingroom.branches.exports import table_file
from livingroom.branches.health import Health, health_of
from livingroom.branches.models import Branch
from livingroom.people.policy import require

COLUMNS = [
    ("token", "Key"),
    ("word", "Last word"),
    ("waiting", "Waiting"),
    ("addresses", "Addresses"),
    ("duty", "On duty"),
]
ORDER = {"bad": 0, "warn": 1, "neutral": 2, "good": 3}


@require_GET
def branches_health(request: HttpRequest) -> HttpResponse:
    """Every open branch with what was found about it, the worst first."""
    require(request.user, "look")
    branches = list(Branch.objects.open().select_related("connection").prefetch_related("hosts"))
    rows = sorted(
        health_of(branches, timezone.now()), key=lambda row: (ORDER[row.tone], row.branch.name.casefold())
    )
    shown = (
        [row for row in rows if row.tone in {"bad", "warn"}] if request.GET.get("show") == "unwell" else rows
    )
    if (kind := request.GET.get("format", "")) in {"csv", "json"}:
        return table_file("branch-health", kind, [_as_row(row) for row in shown])
    context = {
        "rows": [(row, [row.finding(name) for name, _ in COLUMNS]) for row in shown],
        "columns": [label for _, label in COLUMNS],
        "n_all": len(rows),
        "n_unwell": sum(row.tone in {"bad", "warn"} for row in rows),
        "show": request.GET.get("show", ""),
    }
    return render(request, "branches/health.html", context)


def _as_row(row: Health) -> dict[str, Any]:
    told = {
        label.lower().replace(" ", "_"): finding.text
        for name, label in COLUMNS
        if (finding := row.finding(name))
    }
    last = row.last_post_at.isoformat() if row.last_post_at else ""
    return {"branch": row.branch.slug, "state": row.tone, "last_post_at": last, **told}
