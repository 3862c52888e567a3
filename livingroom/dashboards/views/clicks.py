from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from livingroom.branches.models import Branch
from livingroom.dashboards.clicks import ClickFilter, clicks_by_class, count_reasons, read_page
from livingroom.dashboards.overview import whole_programme
from livingroom.dashboards.period import read_period
from livingroom.dashboards.switches import Switch
from livingroom.links.models import ClickClass
from livingroom.people.policy import require


@require_safe
def clicks(request: HttpRequest) -> HttpResponse:
    """The clicks behind a figure: by class with the reasons, and one by one."""
    require(request.user, "look")
    branches = list(Branch.objects.values_list("pk", "name"))
    asked = request.GET.get("branch", "")
    branch = next(((pk, name) for pk, name in branches if str(pk) == asked), None)
    click_class = request.GET.get("class", "") if request.GET.get("class", "") in ClickClass.values else ""
    whole = whole_programme(timezone.now().date())
    period = read_period(request.GET, whole) if whole and "from" in request.GET else None
    chosen = ClickFilter(branch[0] if branch else None, click_class, period)
    by_class = clicks_by_class(chosen)
    context = {
        "branch": branch,
        "branches": branches,
        "click_class": click_class,
        "period": period,
        "page": read_page(chosen, after=request.GET.get("after", "")),
        "by_class": by_class,
        "tabs": _tabs(request, by_class, click_class),
        "reasons": count_reasons(chosen) if "reasons" in request.GET else None,
    }
    return render(request, "dashboards/clicks.html", context)


def _tabs(request: HttpRequest, by_class: dict[str, int], click_class: str) -> list[Switch]:
    kept = {name: value for name, value in request.GET.items() if name not in {"class", "after"}}
    classes = {"": "Every class", **dict(ClickClass.choices)}
    return [
        Switch(
            label,
            "?" + urlencode({**kept, "class": value} if value else kept),
            value == click_class,
            f"{by_class.get(value, 0) if value else sum(by_class.values()):,}",
        )
        for value, label in classes.items()
        if not value or value in by_class or value == click_class
    ]
