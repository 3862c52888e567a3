"""Pages of branches for staff: list, detail, form and connection."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_POST

from livingroom.branches import operations, queries
from livingroom.branches.charts import reach_chart
from livingroom.branches.forms import BranchForm, FilterForm
from livingroom.branches.health import health_of
from livingroom.branches.models import Branch
from livingroom.branches.reach import reach_range
from livingroom.networks.connect_views import guide_url
from livingroom.networks.registry import find_network, has_connector
from livingroom.people.policy import may, require
from livingroom.shared.events import subject_of
from livingroom.shared.models import Event


@require_GET
def branch_list(request: HttpRequest) -> HttpResponse:
    branches = queries.staff_branches({})
    form = FilterForm(queries.choices_among(branches), request.GET)
    found = queries.narrow(branches, form.chosen())
    rows = [(branch, *queries.connection_state(branch)) for branch in found]
    context = {
        "rows": rows,
        "form": form,
        "n_all": len(branches),
        "together": reach_range({branch.slug: branch.followers for branch in found}),
        "may_set_up": may(request.user, "set_up"),
    }
    return render(request, "branches/list.html", context)


@require_GET
def branch_detail(request: HttpRequest, slug: str) -> HttpResponse:
    branch = get_object_or_404(
        Branch.objects.select_related("connection").prefetch_related("hosts"), slug=slug
    )
    tone, words = queries.connection_state(branch)
    context = {
        "branch": branch,
        "tone": tone,
        "state": words,
        "network": queries.network_title(branch.network),
        "is_postable": has_connector(branch.network) and branch.closed_on is None,
        "chart": reach_chart(queries.reach_history(branch, until=timezone.now().date())),
        "placements": _latest_placements(branch),
        "health": health_of([branch], timezone.now())[0],
        "link_checks": branch.link_checks.all(),
        "events": Event.objects.filter(subject=f"branch {branch.pk}")[:8],
        "may_set_up": may(request.user, "set_up"),
        "may_publish": may(request.user, "publish"),
    }
    return render(request, "branches/detail.html", context)


def branch_edit(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Write a new branch, or change one."""
    require(request.user, "set_up")
    branch = get_object_or_404(Branch, slug=slug) if slug else Branch(opened_on=timezone.now().date())
    form = (
        BranchForm(_with_slug(request.POST), instance=branch)
        if request.method == "POST"
        else BranchForm(instance=branch)
    )
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        new = form.cleaned_data["new_hosts"]
        fresh = [
            operations.save_host(staff=require(request.user, "set_up"), name=name, initials=sign, now=now)
            for name, sign in new
        ]
        hosts = [*form.cleaned_data["hosts"], *fresh]
        branch = operations.save_branch(
            staff=require(request.user, "set_up"), branch=form.save(commit=False), hosts=hosts, now=now
        )
        messages.success(request, f"{branch} is saved.")
        return redirect("branch", branch.slug)
    status = 422 if form.errors else 200
    return render(
        request, "branches/edit.html", {"form": form, "branch": branch if slug else None}, status=status
    )


@require_GET
def branch_connect(request: HttpRequest, slug: str) -> HttpResponse:
    """Connect a branch to its account: on the network's guided page, which comes back here."""
    require(request.user, "set_up")
    branch = get_object_or_404(Branch.objects.select_related("connection"), slug=slug)
    server = branch.connection.server_url if branch.connection else ""
    initial = {"handle": branch.handle, "name": branch.name, "server_url": server}
    page = guide_url(
        find_network(branch.network).name,
        subject=subject_of(branch),
        then=reverse("branch", args=[branch.slug]),
        title=branch.name,
        initial={name: value for name, value in initial.items() if value},
    )
    return redirect(page)


@require_POST
def branch_check(request: HttpRequest, slug: str) -> HttpResponse:
    branch = get_object_or_404(Branch.objects.select_related("connection"), slug=slug)
    connection = operations.check_branch(
        staff=require(request.user, "publish"), branch=branch, now=timezone.now()
    )
    if connection is None:
        messages.warning(request, f"{branch} is not connected yet.")
    elif connection.problem:
        messages.error(request, f"{branch}: {connection.problem}")
    else:
        messages.success(request, f"The network knows us as {connection.handle}.")
    return redirect("branch", branch.slug)


@require_POST
def branch_close(request: HttpRequest, slug: str) -> HttpResponse:
    branch = get_object_or_404(Branch, slug=slug)
    now = timezone.now()
    operations.close_branch(staff=require(request.user, "set_up"), branch=branch, on=now.date(), now=now)
    messages.success(request, f"{branch} is closed: it left the front door, and nothing more is sent there.")
    return redirect("branch", branch.slug)


def _with_slug(posted: Any) -> Any:
    """A short name that was left empty is made from the name."""
    answers = posted.copy()
    if not answers.get("slug"):
        answers["slug"] = slugify(answers.get("name", ""))[:60]
    return answers


def _latest_placements(branch: Branch) -> list[Any]:
    # The room above owns placements; the reverse relation is all that is used of it here.
    return list(branch.placements.select_related("post").order_by("-due_at", "-pk")[:10])
