"""What waits for a word, the word itself, the guest's page, and whom each branch asks."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from livingroom.branches.models import Branch
from livingroom.people.policy import may, require
from livingroom.posts.approval.forms import DecisionForm, GuestForm, StageFormSet, TimingForm
from livingroom.posts.approval.guests import (
    decide_as_guest,
    make_guest_link,
    read_guest_link,
    revoke_guest_link,
)
from livingroom.posts.approval.models import ApprovalStage, GuestLink, PlacementVersion
from livingroom.posts.approval.operations import CannotDecide, ask_approval, decide
from livingroom.posts.approval.queries import asked_for, branches_with_stages, compared, decided_lately
from livingroom.posts.approval.stages import set_stages, set_timing
from livingroom.posts.approval.standing import standing_of, why_not_theirs, why_written
from livingroom.posts.approval.timing import timings
from livingroom.posts.models import Placement
from livingroom.posts.previews.sketching import sketch_of
from livingroom.posts.wording import wording_of


@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    staff, now = require(request.user, "approve" if not may(request.user, "look") else "look"), timezone.now()
    rows = asked_for(staff, now)
    context = {
        "mine": [row for row in rows if row.is_mine],
        "others": [row for row in rows if not row.is_mine],
        "decided": decided_lately(staff),
        "may_look": may(staff, "look"),
    }
    return render(request, "posts/approval/list.html", context)


@require_GET
def approval(request: HttpRequest, version_id: int) -> HttpResponse:
    return _version_page(request, _version(request, version_id))


@require_POST
def approval_decide(request: HttpRequest, version_id: int) -> HttpResponse:
    version = _version(request, version_id)
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            word = decide(
                staff=require(request.user, "approve", version.placement.branch),
                version=version,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except CannotDecide as error:
            messages.error(request, str(error))
            return _version_page(request, version, form, status=422)
        messages.success(request, f"{word.stage_name}: {word.get_verdict_display().lower()}.")
    return redirect("approvals")


@require_POST
def guest_invite(request: HttpRequest, version_id: int) -> HttpResponse:
    """Make a guest's link; it is shown this once."""
    version = _version(request, version_id)
    form = GuestForm(request.POST)
    url = ""
    if form.is_valid():
        try:
            staff = require(request.user, "publish", version.placement.branch)
            _, url = make_guest_link(staff=staff, version=version, now=timezone.now(), **form.cleaned_data)
        except CannotDecide as error:
            messages.error(request, str(error))
    return _version_page(request, version, guest_form=form, guest_url=url, status=200 if url else 422)


@require_POST
def guest_revoke(request: HttpRequest, link_id: int) -> HttpResponse:
    link = get_object_or_404(GuestLink.objects.select_related("version__placement__branch"), pk=link_id)
    revoke_guest_link(staff=require(request.user, "publish"), link=link, now=timezone.now())
    messages.success(request, f"The link of {link.guest} opens nothing any more.")
    return redirect("approval", link.version_id)


@never_cache
def guest_approval(request: HttpRequest, token: str) -> HttpResponse:
    """The one page a guest's link opens: read, say yes or no."""
    now = timezone.now()
    try:
        link = read_guest_link(token, now)
        form = DecisionForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            word = decide_as_guest(link=link, now=now, browser=request.user, **form.cleaned_data)
            return _guest_page(request, {"word": word, "version": link.version})
    except CannotDecide as error:
        return _guest_page(request, {"problem": str(error)}, status=410)
    standing = standing_of(link.version.placement, now)
    if standing.version != link.version:
        return _guest_page(
            request, {"problem": "It was changed since. Ask for a link to the new version."}, 410
        )
    context = {"link": link, "version": link.version, "form": form, "standing": standing}
    context |= _shown(link.version)
    return _guest_page(request, context)


@require_POST
def ask(request: HttpRequest, placement_id: int) -> HttpResponse:
    placement = get_object_or_404(Placement.objects.select_related("post__offer", "branch"), pk=placement_id)
    try:
        ask_approval(staff=require(request.user, "write"), placement=placement, now=timezone.now())
        messages.success(request, f"Asked for approval on {placement.branch}.")
    except CannotDecide as error:
        messages.error(request, str(error))
    return redirect("post", placement.post_id)


@require_GET
def stage_list(request: HttpRequest) -> HttpResponse:
    require(request.user, "look")
    context = {"rows": branches_with_stages(request.user)}
    return render(request, "posts/approval/stages.html", context)


def stage_edit(request: HttpRequest, slug: str) -> HttpResponse:
    branch = get_object_or_404(Branch, slug=slug)
    staff = require(request.user, "arrange", branch)
    names = ("name", "by", "answer_within_hours", "holds_days")
    initial = [
        {name: getattr(row, name) for name in names} for row in ApprovalStage.objects.filter(branch=branch)
    ]
    forms = StageFormSet(request.POST or None, initial=initial)
    timing = TimingForm(request.POST or None, initial={"may_move": timings([branch.pk])[branch.pk]})
    if request.method == "POST" and forms.is_valid() & timing.is_valid():
        plans, now = [form.plan() for form in forms if form.cleaned_data.get("name")], timezone.now()
        with transaction.atomic():
            if may_move := timing.cleaned_data["may_move"]:
                set_timing(staff=staff, branch=branch, may_move=may_move, now=now)
            set_stages(staff=staff, branch=branch, stages=plans, now=now)
        asked = ", then ".join(plan.name for plan in plans)
        messages.success(request, f"{branch} asks {asked}." if plans else f"{branch} asks nobody.")
        return redirect("approval_stages")
    context = {"branch": branch, "forms": forms, "timing": timing}
    status = 422 if request.method == "POST" else 200
    return render(request, "posts/approval/stage_edit.html", context, status=status)


def _version_page(
    request: HttpRequest,
    version: PlacementVersion,
    form: DecisionForm | None = None,
    *,
    guest_form: GuestForm | None = None,
    guest_url: str = "",
    status: int = 200,
) -> HttpResponse:
    now, staff = timezone.now(), require(request.user, "approve" if not may(request.user, "look") else "look")
    standing = standing_of(version.placement, now)
    stage = standing.next_stage
    is_current = standing.version is not None and standing.version.pk == version.pk
    can = may(staff, "publish", version.placement.branch) and not why_written(staff, version)
    is_for_guest = bool(stage) and stage.by == ApprovalStage.By.GUEST if stage else False
    against = request.GET.get("against", "")
    context = {
        "version": version,
        "standing": standing,
        "stage": stage if is_current and version.is_asked_at(now) else None,
        "is_current": is_current,
        "why_not": why_not_theirs(staff, version, stage) if stage and is_current else "",
        "form": form or DecisionForm(),
        "may_invite": is_for_guest and can and is_current,
        "guest_form": guest_form or GuestForm(),
        "guest_url": guest_url,
        "guest_links": [link for link in version.guest_links.all() if link.is_live_at(now)],
        "words": version.approvals.all(),
        "may_look": may(staff, "look"),
        **_shown(version, int(against) if against.isdigit() else None),
    }
    return render(request, "posts/approval/version.html", context, status=status)


def _shown(version: PlacementVersion, against: int | None = None) -> dict[str, Any]:
    base, changed = compared(version, against)
    placement = version.placement
    return {
        "placement": placement,
        "sketch": sketch_of(wording_of(placement)),
        "base": base,
        "changes": changed,
        "versions": placement.versions.select_related("written_by"),
    }


def _version(request: HttpRequest, version_id: int) -> PlacementVersion:
    rows = PlacementVersion.objects.select_related(
        "placement__post__offer", "placement__branch", "placement__link", "asked_by", "written_by"
    )
    version = get_object_or_404(rows, pk=version_id)
    if not may(request.user, "look"):
        require(request.user, "approve", version.placement.branch)
    return version


def _guest_page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, "posts/approval/guest.html", context, status=status)
    response["Referrer-Policy"] = "no-referrer"  # the address is the key
    response["X-Robots-Tag"] = "noindex"
    return response
