"""What this room itself puts into its own registries."""

from datetime import datetime

from django.db.models import QuerySet

from livingroom.people import of_members
from livingroom.people.consents.models import Consent
from livingroom.people.erasure.own import erase_in_events, erase_in_people
from livingroom.people.erasure.registry import add_eraser
from livingroom.people.export.own import sheets_of
from livingroom.people.export.registry import add_exporter
from livingroom.people.identities import add_mover
from livingroom.people.importing.models import BadRow
from livingroom.people.models import Member
from livingroom.people.policy import may
from livingroom.people.retention.kinds import Kind, add_kind
from livingroom.shared.menu import show_only
from livingroom.shared.models import Event


def take_part() -> None:
    """Called once, when the house starts."""
    of_members.take_part()
    show_only("customers", lambda staff: may(staff, "see_people"))
    add_mover(Consent)
    add_mover(Member)
    add_exporter("people", "Who you are to us", sheets_of)
    add_eraser("people", erase_in_people, position=90)
    add_eraser("event log", erase_in_events, position=95)
    add_kind(
        Kind(
            "event log",
            "shared",
            "Who of us did what and when, with what it was before",
            frozenset({"blank", "erase"}),
            lambda before, then: _events(before, then).count(),
            lambda before, then, now: (
                _events(before, then).update(change={})
                if then == "blank"
                else _events(before, then).delete()[0]
            ),
            least_days=365,
        )
    )
    add_kind(
        Kind(
            "bad rows of imports",
            "people",
            "Lines of customer files that could not be read: their number and the reason",
            frozenset({"erase"}),
            lambda before, then: _bad_rows(before).count(),
            lambda before, then, now: _bad_rows(before).delete()[0],
        )
    )


def _events(before: datetime, then: str) -> QuerySet[Event]:
    rows = Event.objects.filter(at__lt=before)
    return rows.exclude(change={}) if then == "blank" else rows


def _bad_rows(before: datetime) -> QuerySet[BadRow]:
    return BadRow.objects.filter(file_import__started_at__lt=before)
