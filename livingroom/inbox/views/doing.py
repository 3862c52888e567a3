"""What is done to one conversation or to all that are selected: small forms, each by its own address."""

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from livingroom.inbox import operations
from livingroom.inbox.changing import CannotChange, ChangedMeanwhile
from livingroom.inbox.models import Conversation, Team
from livingroom.inbox.queries import snooze_presets
from livingroom.people.models import Staff
from livingroom.people.policy import require

MOST_AT_ONCE = 500
Rows = Sequence[Conversation]
Done = Callable[[HttpRequest, Staff, Rows, datetime], list[Conversation]]


def _assign(request: HttpRequest, staff: Staff, rows: Rows, now: datetime) -> list[Conversation]:
    asked = request.POST.get("take") or request.POST.get("owner", "")
    if asked == "me":
        owner: Staff | None = staff
    else:
        owner = get_object_or_404(Staff, pk=asked, is_active=True) if asked.isdecimal() else None
    return operations.assign(rows, owner=owner, staff=staff, now=now)


def _team(request: HttpRequest, staff: Staff, rows: Rows, now: datetime) -> list[Conversation]:
    asked = request.POST.get("team", "")
    team = get_object_or_404(Team, pk=asked) if asked.isdecimal() else None
    return operations.set_team(rows, team=team, staff=staff, now=now)


def _kind(request: HttpRequest, staff: Staff, rows: Rows, now: datetime) -> list[Conversation]:
    return operations.set_kind(rows, kind=request.POST.get("kind", ""), staff=staff, now=now)


def _priority(request: HttpRequest, staff: Staff, rows: Rows, now: datetime) -> list[Conversation]:
    return operations.set_priority(rows, priority=int(request.POST.get("priority", "")), staff=staff, now=now)


def _tag(request: HttpRequest, staff: Staff, rows: Rows, now: datetime) -> list[Conversation]:
    add, remove = request.POST.get("add", "").replace(",", " ").split(), request.POST.getlist("remove")
    return operations.tag(rows, add=add, remove=remove, staff=staff, now=now)


def _snooze(request: HttpRequest, staff: Staff, rows: Rows, now: datetime) -> list[Conversation]:
    return operations.snooze(rows, until=_until(request, rows, now), staff=staff, now=now)


def _until(request: HttpRequest, rows: Rows, now: datetime) -> datetime:
    """A preset or a time, on the clock of the branch."""
    branch = rows[0].branch if rows else None
    asked = request.POST.get("until", "")
    for preset in snooze_presets(branch, now):
        if preset.key == asked:
            return preset.until
    try:
        zone = branch.zone if branch else ZoneInfo("UTC")
        return datetime.fromisoformat(request.POST.get("at", "")).replace(tzinfo=zone)
    except ValueError:
        raise CannotChange("Choose until when.") from None


def _close(request: HttpRequest, staff: Staff, rows: Rows, now: datetime) -> list[Conversation]:
    return operations.close(rows, staff=staff, now=now)


def _reopen(request: HttpRequest, staff: Staff, rows: Rows, now: datetime) -> list[Conversation]:
    return operations.reopen(rows, staff=staff, now=now)


def _wait(request: HttpRequest, staff: Staff, rows: Rows, now: datetime) -> list[Conversation]:
    return operations.wait_for_customer(rows, staff=staff, now=now)


def _spam(request: HttpRequest, staff: Staff, rows: Rows, now: datetime) -> list[Conversation]:
    return operations.mark_spam(rows, staff=staff, now=now)


def _not_spam(request: HttpRequest, staff: Staff, rows: Rows, now: datetime) -> list[Conversation]:
    return operations.not_spam(rows, staff=staff, now=now)


def _hand_over(request: HttpRequest, staff: Staff, rows: Rows, now: datetime) -> list[Conversation]:
    told = {name: request.POST.get(name, "") for name in ("channel", "number", "note")}
    return operations.hand_over(rows[0], staff=staff, now=now, **told)


DEEDS: dict[str, tuple[Done, str]] = {
    "assign": (_assign, "Assigned"),
    "team": (_team, "Given to the team"),
    "kind": (_kind, "Kind noted"),
    "priority": (_priority, "Priority noted"),
    "tag": (_tag, "Tags noted"),
    "snooze": (_snooze, "Put away"),
    "close": (_close, "Closed"),
    "reopen": (_reopen, "Opened again"),
    "wait": (_wait, "Waiting for the customer"),
    "spam": (_spam, "Marked as spam"),
    "not-spam": (_not_spam, "Open again, no spam"),
    "hand-over": (_hand_over, "Handed over"),
}


@require_POST
def do(request: HttpRequest, deed: str) -> HttpResponse:
    """Do it to every conversation named in the form, and go back to where it came from."""
    staff = require(request.user, "look")
    if deed not in DEEDS:
        raise Http404
    function, said = DEEDS[deed]
    rows = _named(request)
    if not rows:
        messages.warning(request, "Select at least one conversation first.")
        return _back(request)
    try:
        done = function(request, staff, rows, timezone.now())
    except CannotChange as error:
        messages.error(request, str(error))
    except ChangedMeanwhile:
        messages.error(request, "It changed meanwhile. Look at it again.")
    except ValueError:
        messages.error(request, "Choose one of what is offered.")
    else:
        what = f"#{done[0].pk}" if len(done) == 1 else f"{len(done)} conversations"
        messages.success(request, f"{said}: {what}." if done else "Nothing to change.")
    return _back(request)


def _named(request: HttpRequest) -> list[Conversation]:
    numbers = [int(one) for one in request.POST.getlist("conversation")[:MOST_AT_ONCE] if one.isdecimal()]
    return list(Conversation.objects.filter(pk__in=numbers).select_related("branch"))


def _back(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next", "")
    safe = wanted.startswith("/inbox/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return HttpResponseRedirect(wanted if safe else "/inbox/")
