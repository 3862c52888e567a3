"""The list, with the conversation beside it where there is room."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from livingroom.branches.models import Branch
from livingroom.inbox.filters import SORTS, Filters
from livingroom.inbox.listing import page_of, tabs
from livingroom.inbox.models import Conversation, Team
from livingroom.inbox.queries import snooze_presets
from livingroom.inbox.search.finding import find
from livingroom.people.models import Staff
from livingroom.people.policy import may, require
from livingroom.segments.models import Segment


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The list; alone on a phone."""
    staff = require(request.user, "look")
    context = list_context(request, staff)
    is_part = request.headers.get("HX-Target") == "inbox-list"
    return render(request, "inbox/_list.html" if is_part else "inbox/inbox.html", context)


def list_context(request: HttpRequest, staff: Staff) -> dict[str, Any]:
    """What the list needs, on its own page and beside a conversation."""
    now, filters = timezone.now(), Filters.read(request.GET)
    after = request.GET.get("after", "")
    show = (
        find(filters, staff, now, before=after) if filters.text else page_of(filters, staff, now, after=after)
    )
    own = filters.address()
    return {
        "filters": filters,
        "address": own,
        "part": show,
        "tabs": tabs(filters, staff, now),
        "older_url": f"/inbox/?{own}&after={show.older}" if show.older else "",
        "newer_url": f"/inbox/?{own}" if after else "",
        "is_first": not after,
        "may_answer": may(staff, "answer"),
        "presets": snooze_presets(None, now),
        "segments": list(Segment.objects.standing()) if may(staff, "see_people") else [],
        **choices(),
    }


def choices() -> dict[str, Any]:
    """What the filters offer."""
    branches = list(Branch.objects.open())
    return {
        "branches": branches,
        "networks": sorted({branch.network for branch in branches} | {"mail", "form"}),
        "languages": sorted({branch.language for branch in branches if branch.language}),
        "countries": sorted({branch.country for branch in branches if branch.country}),
        "kinds": Conversation.Kind.choices,
        "priorities": Conversation.Priority.choices,
        "teams": Team.objects.all(),
        "people": Staff.objects.filter(is_active=True).exclude(role="guest").order_by("name"),
        "sorts": SORTS.items(),
    }
