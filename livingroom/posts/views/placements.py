"""What can be done to one placement: each deed is a resource of its own."""

import csv
from datetime import UTC, datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from livingroom.experiments.obeying import NoReason, NothingToOverride
from livingroom.links.models import Code
from livingroom.people.policy import require
from livingroom.posts.checks import local_time
from livingroom.posts.delivery import settle
from livingroom.posts.forms import read_wall_time
from livingroom.posts.models import Placement
from livingroom.posts.operations import NotReady, TooLate, cancel_placement, schedule_placements
from livingroom.posts.overriding import let_through
from livingroom.shared.events import record_event


@require_POST
def cancel(request: HttpRequest, placement_id: int) -> HttpResponse:
    placement = _placement(placement_id)
    try:
        cancel_placement(staff=require(request.user, "publish"), placement=placement, now=timezone.now())
        messages.success(request, f"Cancelled on {placement.branch}.")
    except TooLate as error:
        messages.error(request, str(error))
    return redirect("post", placement.post_id)


@require_POST
def reschedule(request: HttpRequest, placement_id: int) -> HttpResponse:
    """Promise it for another time on the branch's clock; without a time, now."""
    placement, now = _placement(placement_id), timezone.now()
    require(request.user, "publish")
    try:
        due_at = _due_at(request.POST.get("at", "").strip(), placement, now)
        staff = require(request.user, "publish")
        moved = schedule_placements(staff=staff, due={placement.pk: due_at}, now=now)[0]
        messages.success(request, f"{placement.branch}: {_said(due_at, placement)}.")
        if moved.state == Placement.State.WAITING:
            messages.info(request, f"{placement.branch}: {moved.problem}")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except (NotReady, TooLate) as error:
        messages.error(request, str(error))
    return redirect("post", placement.post_id)


@require_POST
def override(request: HttpRequest, placement_id: int) -> HttpResponse:
    """Send it though an experiment leaves its branch out: with a reason, which is kept."""
    placement, now = _placement(placement_id), timezone.now()
    staff = require(request.user, "override_experiment")
    try:
        due_at = _due_at(request.POST.get("at", "").strip(), placement, now)
        reason = request.POST.get("reason", "")
        let_through(staff=staff, placement=placement, due_at=due_at, reason=reason, now=now)
        messages.success(
            request,
            f"{placement.branch}: {_said(due_at, placement)}. The experiment reports it, with your reason.",
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except (NoReason, NothingToOverride, NotReady, TooLate) as error:
        messages.error(request, str(error))
    return redirect("post", placement.post_id)


@require_POST
def settle_now(request: HttpRequest, placement_id: int) -> HttpResponse:
    """Look on the network at once what became of it."""
    require(request.user, "publish")
    placement, now = _placement(placement_id), timezone.now()
    record_event(actor=request.user, verb="asked what became of", subject=placement, now=now)
    settled = settle(placement.pk, now, at_once=True) or _placement(placement_id)
    if settled.state == Placement.State.SENT:
        messages.success(request, f"It is on {placement.branch}.")
    elif settled.state == Placement.State.SCHEDULED:
        messages.success(request, f"{placement.branch} does not have it. It is sent again.")
    else:
        messages.warning(request, f"{placement.branch}: not settled yet. {settled.problem}")
    return redirect("post", placement.post_id)


@require_GET
def codes_csv(request: HttpRequest, placement_id: int) -> StreamingHttpResponse:
    """The single-use codes as a file, to be loaded into the shop."""
    require(request.user, "publish")
    placement = _placement(placement_id)
    codes = Code.objects.filter(link_id=placement.link_id or 0, stopped_at=None).order_by("pk")
    lines = csv.writer(_Echo())
    rows = codes.values_list("text", "starts_at", "ends_at", "issued_at").iterator(2000)
    body = (lines.writerow([text, *map(_iso, times)]) for text, *times in rows)
    head = lines.writerow(["code", "starts_at", "ends_at", "issued_at"])
    response = StreamingHttpResponse(
        (line for part in ([head], body) for line in part), content_type="text/csv"
    )
    response["Content-Disposition"] = f'attachment; filename="codes-{placement.pk}.csv"'
    return response


class _Echo:
    """A file that gives back what is written to it, so that csv can make one line at a time."""

    def write(self, line: str) -> str:
        return line


def _iso(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else ""


def _placement(placement_id: int) -> Placement:
    return get_object_or_404(
        Placement.objects.select_related("post__offer", "branch__connection"), pk=placement_id
    )


def _due_at(text: str, placement: Placement, now: datetime) -> datetime:
    """Read a time on the branch's clock; nothing means now. Raises ValidationError."""
    wall = read_wall_time(text)
    if wall is None:
        return now
    due_at, problems = local_time(wall, placement.branch.zone)
    if blocking := [problem.text for problem in problems if problem.blocks]:
        raise ValidationError(blocking)
    return due_at


def _said(due_at: datetime, placement: Placement) -> str:
    local = due_at.astimezone(placement.branch.zone)
    return f"scheduled for {local:%-d %B %Y, %H:%M} ({placement.branch.time_zone})"
