"""Growth of all branches, what may be said of them together, and histories from files."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from livingroom.branches import reach
from livingroom.branches.audience import queries as audience
from livingroom.branches.charts import growth_chart
from livingroom.branches.exports import table_file
from livingroom.branches.models import Audience, Branch
from livingroom.branches.reach_import import LARGEST, Report, Unreadable, import_reach
from livingroom.measure.estimate import Estimate
from livingroom.people.policy import may, require

CHART_DAYS = 365
SHOWN_PROBLEMS = 200
DEFINITION = (
    "Followers as the network counted them on counted_on. People on a network are counted once where it tells who "
    "follows (theta sketch, 95 % interval); elsewhere they are between the largest branch's followers and the sum, because "
    "one account may follow several. Over all networks: between the largest network and the sum of all. Version 2."
)


@require_GET
def reach_page(request: HttpRequest) -> HttpResponse:
    """Followers of every open branch, then and now."""
    require(request.user, "look")
    branches = list(Branch.objects.open())
    until = reach.counted_until(branches, timezone.now().date())
    rows = reach.growth_of(branches, until=until)
    known = audience.fresh_audiences(branches, timezone.now())
    networks, shared = audience.reach_by_network(branches, known), audience.overlaps(branches, known)
    together = audience.over_all(networks)
    if (kind := request.GET.get("format", "")) in {"csv", "json"}:
        told = {"at_least": together.low, "at_most": together.high, "definition": DEFINITION}
        tables = {
            "reach": [_as_row(row) for row in rows],
            "networks": [_as_network(row) for row in networks],
            "overlaps": [_as_overlap(row) for row in shared],
        }
        table = request.GET.get("table", "reach")
        name = table if table in tables else "reach"
        others = {other: tables[other] for other in tables if other != name} if kind == "json" else {}
        return table_file(name, kind, tables[name], **told, **others)
    lines = reach.lines(rows, until=until, since=until - timedelta(days=CHART_DAYS))
    context = {
        "rows": rows,
        "together": together,
        "networks": networks,
        "overlaps": shared,
        "under_way": Audience.objects.under_way().filter(branch__in=branches).select_related("branch"),
        "until": until,
        "days": reach.DAYS,
        "chart": growth_chart(lines),
        "may_import": may(request.user, "publish"),
    }
    return render(request, "branches/reach.html", context)


def reach_upload(request: HttpRequest) -> HttpResponse:
    """Take in a history of reach; say what became of every row."""
    staff = require(request.user, "publish")
    report: Report | None = None
    problem = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            problem = "Choose a file."
        elif (file.size or 0) > LARGEST:
            problem = "The file is larger than 10 MB: split it."
        else:
            try:
                report = import_reach(staff=staff, content=file.read(), now=timezone.now())
                messages.success(
                    request,
                    f"{report.n_new} days are new, {report.n_changed} changed, {report.n_same} were known.",
                )
            except Unreadable as error:
                problem = str(error)
    context = {
        "report": report,
        "problem": problem,
        "refused": report.refused[:SHOWN_PROBLEMS] if report else [],
    }
    return render(request, "branches/reach_import.html", context, status=422 if problem else 200)


def _as_network(row: audience.NetworkReach) -> dict[str, object]:
    return {
        "network": row.network,
        "branches": len(row.branches),
        "branches_told_apart": row.n_known,
        "people": round(row.people.value) if row.people else "",
        "at_least": row.low,
        "at_most": row.high,
        "followers_added_up": row.sum,
        "as_of": row.as_of.isoformat() if row.as_of else "",
        "method": row.people.method if row.people else "bounds",
    }


def _as_overlap(row: audience.Overlap) -> dict[str, object]:
    known = row.people if isinstance(row.people, Estimate) else None
    return {
        "branch": row.first.slug,
        "other_branch": row.second.slug,
        "people_in_both": round(known.value) if known else "",
        "at_least": round(known.low) if known else "",
        "at_most": round(known.high) if known else "",
        "note": "" if known else str(row.people),
    }


def _as_row(row: reach.Growth) -> dict[str, object]:
    return {
        "branch": row.branch.slug,
        "network": row.branch.network,
        "followers": row.followers,
        "counted_on": row.counted_on.isoformat() if row.counted_on else "",
        f"gained_{reach.DAYS}_days": row.gained,
        f"posts_{reach.DAYS}_days": row.n_posts,
        "source": row.source,
    }
