"""Growth of all branches, what may be said of them together, and histories from files."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from livingroom.branches import reach
from livingroom.branches.charts import growth_chart
from livingroom.branches.exports import table_file
from livingroom.branches.models import Branch
from livingroom.branches.reach_import import LARGEST, Report, Unreadable, import_reach
from livingroom.people.policy import may, require

CHART_DAYS = 365
SHOWN_PROBLEMS = 200
DEFINITION = (
    "Followers as the network counted them on counted_on. Together they are between the largest branch's and the sum: "
    "one account may follow several branches. Version 1."
)


@require_GET
def reach_page(request: HttpRequest) -> HttpResponse:
    """Followers of every open branch, then and now."""
    require(request.user, "look")
    branches = list(Branch.objects.open())
    until = reach.counted_until(branches, timezone.now().date())
    rows = reach.growth_of(branches, until=until)
    together = reach.reach_range({row.branch.name: row.followers for row in rows})
    if (kind := request.GET.get("format", "")) in {"csv", "json"}:
        told = {"at_least": together.largest, "at_most": together.total, "definition": DEFINITION}
        return table_file("reach", kind, [_as_row(row) for row in rows], **told)
    lines = reach.lines(rows, until=until, since=until - timedelta(days=CHART_DAYS))
    context = {
        "rows": rows,
        "together": together,
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
