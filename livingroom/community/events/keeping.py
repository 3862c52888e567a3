"""How long it is kept who was at an event, and which deliveries a venue sent."""

from datetime import datetime

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat

from livingroom.community.events.models import Attendance, VenueDelivery
from livingroom.people.retention.kinds import Kind, Then, add_kind


def add_all() -> None:
    """Called once, when the house starts."""
    add_kind(
        Kind(
            "venue deliveries",
            "community",
            "Which deliveries of a virtual world were taken in, so that none is taken twice",
            frozenset({"erase"}),
            lambda before, then: _deliveries(before).count(),
            lambda before, then, now: _deliveries(before).delete()[0],
            least_days=8,  # a venue may send what happened up to a week ago
        )
    )
    add_kind(
        Kind(
            "attendance",
            "community",
            "Who was at an event",
            frozenset({"erase", "blank"}),
            lambda before, then: _attended(before, then).count(),
            _let_go,
            least_days=30,
        )
    )


def _deliveries(before: datetime) -> QuerySet[VenueDelivery]:
    return VenueDelivery.objects.filter(received_at__lt=before)


def _attended(before: datetime, then: Then) -> QuerySet[Attendance]:
    """Of events that are over for so long; blanked ones are done with."""
    rows = Attendance.objects.filter(event__ends_at__lt=before, came_at__lt=before)
    return rows if then == "erase" else rows.annotate(gone=_gone()).exclude(avatar_id=F("gone"))


def _let_go(before: datetime, then: Then, now: datetime) -> int:
    rows = _attended(before, then)
    if then == "erase":
        return rows.delete()[0]
    # That somebody came and for how long stays; each keeps a name of its own, for there is one row for each.
    numbers = list(rows.values_list("pk", flat=True))
    return Attendance.objects.filter(pk__in=numbers).update(
        avatar_id=_gone(), avatar_name="", member=None, customer=None, linked_by=""
    )


def _gone() -> Concat:
    return Concat(Value("gone "), Cast("pk", CharField()))
