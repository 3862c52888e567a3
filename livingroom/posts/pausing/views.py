"""The stop switch: pull it, end it, and choose what is still sent of what came due meanwhile."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from livingroom.branches.models import Branch
from livingroom.people.policy import may, places_for, require
from livingroom.posts.models import Placement
from livingroom.posts.operations import NotReady, TooLate, cancel_placement, schedule_placements
from livingroom.posts.pausing.forms import PauseForm
from livingroom.posts.pausing.models import Pause
from livingroom.posts.pausing.operations import CannotStop, end_pause, start_pause
from livingroom.posts.pausing.queries import kept_back, pauses_with_counts
from livingroom.shared.places import country_name

AT_ONCE = 500


def pauses(request: HttpRequest) -> HttpResponse:
    """List the stops; on POST start one."""
    now, may_pause = timezone.now(), may(request.user, "pause")
    form = PauseForm(request.POST or None, places=_places(request.user))
    if request.method == "POST":
        staff = require(request.user, "pause")
        if form.is_valid():
            covers, value = form.chosen
            ends = form.cleaned_data["ends_at"]
            try:
                pause = start_pause(
                    staff=staff,
                    covers=covers,
                    value=value,
                    reason=form.cleaned_data["reason"],
                    ends_at=ends.replace(tzinfo=UTC) if ends else None,
                    now=now,
                )
            except CannotStop as error:
                form.add_error(None, str(error))
            else:
                messages.warning(request, f"{pause.said}. Nothing of it goes out.")
                return redirect("pause", pause.pk)
    rows = pauses_with_counts()
    context = {
        "form": form,
        "may_pause": may_pause,
        "running": [row for row in rows if row.holds_at(now)],
        "over": [row for row in rows if not row.holds_at(now)],
    }
    return render(request, "posts/pausing/list.html", context, status=422 if form.errors else 200)


@require_GET
def pause(request: HttpRequest, pause_id: int) -> HttpResponse:
    row = get_object_or_404(Pause.objects.select_related("started_by", "ended_by"), pk=pause_id)
    waiting = kept_back(row)
    context = {
        "pause": row,
        "holds": row.holds_at(timezone.now()),
        "rows": list(waiting[:AT_ONCE]),
        "n": waiting.count(),
        "may_publish": may(request.user, "publish"),
    }
    return render(request, "posts/pausing/pause.html", context)


@require_POST
def pause_end(request: HttpRequest, pause_id: int) -> HttpResponse:
    row = get_object_or_404(Pause, pk=pause_id)
    end_pause(staff=require(request.user, "publish"), pause=row, now=timezone.now())
    messages.success(request, f"The {row} is over. What came due meanwhile waits for your choice.")
    return redirect("pause", row.pk)


@require_POST
def pause_choose(request: HttpRequest, pause_id: int) -> HttpResponse:
    """Send the chosen placements now, or cancel them; the others go on waiting."""
    row, now = get_object_or_404(Pause, pk=pause_id), timezone.now()
    require(request.user, "publish")
    chosen = [int(pk) for pk in request.POST.getlist("placement") if pk.isdigit()]
    rows = list(kept_back(row).filter(pk__in=chosen))
    if not rows:
        messages.error(request, "Nothing was chosen.")
    is_send = request.POST.get("do") == "send"
    n_done = sum(_choose(request, placement, now, is_send=is_send) for placement in rows)
    if n_done:
        messages.success(request, f"{n_done} {'promised for now' if is_send else 'cancelled'}.")
    return redirect("pause", row.pk)


def _choose(request: HttpRequest, placement: Placement, now: datetime, *, is_send: bool) -> bool:
    staff = require(request.user, "publish")
    try:
        if is_send:
            schedule_placements(staff=staff, due={placement.pk: now}, now=now)
        else:
            cancel_placement(staff=staff, placement=placement, now=now)
    except (NotReady, TooLate) as error:
        messages.error(request, f"“{placement.post.title}” on {placement.branch}: {error}")
        return False
    return True


def _places(staff: object) -> list[tuple[str, str]]:
    branches = places_for(staff, "pause", Branch.objects.open().order_by("name"))
    codes = sorted({row.country for row in branches if row.country})
    return [
        ("all", "Everything"),
        *((f"country:{code}", f"Country: {country_name(code)}") for code in codes),
        *((f"branch:{row.slug}", f"Branch: {row.name}") for row in branches),
    ]
