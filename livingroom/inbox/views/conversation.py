"""One conversation: what was said, who says it, and what can be done."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from livingroom.inbox.models import Conversation, Team
from livingroom.inbox.parts import shown_parts
from livingroom.inbox.queries import context_of, people_for, side_of, snooze_presets, thread_of
from livingroom.inbox.views.listing import list_context
from livingroom.people.models import Staff
from livingroom.people.policy import may, require


@require_safe
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """The case beside its list; only the case, where only that was asked for."""
    staff = require(request.user, "look")
    row = get_object_or_404(
        Conversation.objects.select_related("author__customer", "branch", "owner", "team", "connection"),
        pk=pk,
    )
    if row.merged_into_id:
        return redirect("conversation", row.merged_into_id)
    context = case_context(request, row, staff)
    if request.headers.get("HX-Target") == "case":
        return render(request, "inbox/_case.html", context)
    return render(request, "inbox/conversation.html", list_context(request, staff) | context)


def case_context(request: HttpRequest, row: Conversation, staff: Staff) -> dict[str, Any]:
    """What the case's part of the page needs."""
    now = timezone.now()
    may_answer = may(staff, "answer", row.branch)
    places = {
        f"parts_{place}": shown_parts(place, request, row, staff, now, may_answer=may_answer)
        for place in ("head", "composer", "side")
    }
    return {
        "conversation": row,
        "staff": staff,
        "now": now,
        "thread": thread_of(row, everything="everything" in request.GET),
        "side": side_of(row),
        "under": context_of(row),
        "zone": row.branch.time_zone if row.branch else "UTC",
        "may_answer": may_answer,
        "may_moderate": may(staff, "moderate", row.branch),
        "case_presets": snooze_presets(row.branch, now),
        "case_people": people_for(row.branch),
        "case_teams": Team.objects.all(),
        "case_kinds": Conversation.Kind.choices,
        "case_priorities": Conversation.Priority.choices,
        **places,
    }
