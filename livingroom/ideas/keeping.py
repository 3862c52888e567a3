"""What the ideas' room keeps for a time only."""

from datetime import datetime

from django.db.models import QuerySet

from livingroom.ideas.models import ApiCall
from livingroom.people.retention.kinds import Kind, add_kind


def add_all() -> None:
    """Called once, when the house starts."""
    add_kind(
        Kind(
            "calls of programs",
            "ideas",
            "What was answered to apps that propose, vote or decide, so that the same call again does nothing",
            frozenset({"erase"}),
            lambda before, then: _calls(before).count(),
            lambda before, then, now: _calls(before).delete()[0],
            least_days=1,
        )
    )


def _calls(before: datetime) -> QuerySet[ApiCall]:
    return ApiCall.objects.filter(at__lt=before)
