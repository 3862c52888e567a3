"""The staff's pages of groups: which there are, and one being arranged."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from livingroom.community.groups.forms import GroupForm
from livingroom.community.groups.hearing import hearers_of
from livingroom.community.groups.models import Group
from livingroom.community.groups.operations import SlugTaken, save_group
from livingroom.community.groups.segments import version_of
from livingroom.people.policy import may, require


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    found = (
        Group.objects.prefetch_related("branches", "hosts")
        .annotate(n_events=Count("events", distinct=True), n_questions=Count("questions", distinct=True))
        .order_by("position", "name")
    )
    now = timezone.now()
    rows = [(row, version_of(row), hearers_of(row, now).count()) for row in found]
    context = {"rows": rows, "may_arrange": may(request.user, "arrange_ideas")}
    return render(request, "community/groups/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    staff = require(request.user, "arrange_ideas")
    row = get_object_or_404(Group, pk=pk) if pk else None
    form = GroupForm(request.POST or None, group=row)
    if request.method == "POST" and form.is_valid():
        try:
            save_group(staff=staff, draft=form.draft(), now=timezone.now(), group=row)
        except SlugTaken as problem:
            form.add_error("slug", str(problem))
        else:
            messages.success(request, "Saved.")
            return redirect("community_groups")
    context = {"form": form, "row": row}
    return render(request, "community/groups/edit.html", context, status=422 if form.errors else 200)
