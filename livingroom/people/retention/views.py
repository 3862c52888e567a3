"""The retention policy as a page: what it says, what each rule did last, and what it would do now."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from livingroom.people.policy import require
from livingroom.people.retention.obeying import Due, last_runs, what_is_due
from livingroom.people.retention.policy import BadPolicy, own_file, read_policy


@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    """Everybody of the staff may read it; counting what is due reads whole tables, so it is done when asked for."""
    require(request.user, "look")
    is_counting = "count" in request.GET
    try:
        rules = read_policy()
    except BadPolicy as problem:
        return render(request, "people/retention.html", {"problems": problem.sentences}, status=500)
    runs = last_runs()
    now = timezone.now()
    due = what_is_due(rules, now) if is_counting else [Due(rule, None, 0) for rule in rules]
    context = {
        "rows": [(one, runs.get(one.rule.what)) for one in due],
        "is_counting": is_counting,
        "own_file": own_file(),
        "is_demo": settings.DEMO,
    }
    return render(request, "people/retention.html", context)
