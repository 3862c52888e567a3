"""What Corner PC promises to those who write, by whose hours, and which rules send them where."""

from __future__ import annotations

from datetime import date, datetime, time

from livingroom.branches.models import Branch
from livingroom.inbox.models import Conversation, Team
from livingroom.inbox.promises.models import BusinessCalendar, Escalation, Holiday, OpeningHours, ServiceLevel
from livingroom.inbox.routing.models import RoutingRule
from livingroom.world.generate import World

Stretch = tuple[time, time]
# Name, zone, countries, the stretches of a working day, and a holiday that everybody there keeps.
OFFICES: tuple[tuple[str, str, tuple[str, ...], tuple[Stretch, ...], tuple[date, str]], ...] = (
    ("Austin", "America/Chicago", ("US", "CA", ""), ((time(7), time(19)),), (date(2026, 11, 26), "Thanksgiving")),
    ("São Paulo", "America/Sao_Paulo", ("BR", "MX", "AR"), ((time(9), time(12)), (time(13), time(18))),
     (date(2026, 11, 20), "Consciência Negra")),
    ("Dublin", "Europe/Dublin", ("GB", "IE", "DE", "FR", "ES", "PT"), ((time(9), time(17, 30)),),
     (date(2026, 12, 25), "Christmas")),
)  # fmt: skip


def load_promises(world: World, now: datetime) -> int:
    """Set the offices' hours, three promises and two rules. Returns how many promises there are."""
    for name, zone, countries, stretches, holiday in OFFICES:
        calendar = BusinessCalendar.objects.create(name=f"Office in {name}", time_zone=zone)
        calendar.branches.set(Branch.objects.filter(country__in=countries))
        Holiday.objects.create(calendar=calendar, on=holiday[0], name=holiday[1])
        OpeningHours.objects.bulk_create(
            OpeningHours(calendar=calendar, weekday=weekday, starts=starts, ends=ends)
            for weekday in range(5)
            for starts, ends in stretches
        )
    urgent = ServiceLevel.objects.create(
        name="Urgent, day and night", position=1, at_least=Conversation.Priority.URGENT, first_minutes=30, next_minutes=60,
        in_business_hours=False,
    )  # fmt: skip
    complaints = ServiceLevel.objects.create(
        name="Complaints", position=2, kind=Conversation.Kind.COMPLAINT, first_minutes=60, next_minutes=120,
        resolve_minutes=2 * 24 * 60,
    )  # fmt: skip
    ServiceLevel.objects.create(name="Everybody", position=3, first_minutes=4 * 60, next_minutes=8 * 60)
    Escalation.objects.create(level=urgent, minutes=-10)
    Escalation.objects.create(level=complaints, minutes=-15)
    Escalation.objects.create(level=complaints, minutes=30, priority=Conversation.Priority.URGENT)
    _write_rules()
    return ServiceLevel.objects.count()


def _write_rules() -> None:
    brazil = Branch.objects.filter(country="BR", purpose=Branch.Purpose.SERVICE).first()
    if brazil is not None:
        RoutingRule.objects.create(
            name="Portuguese goes to Brazil", position=2, languages=["pt"], branch=brazil
        )
    RoutingRule.objects.create(
        name="Heat and smoke are urgent", position=1, terms=["overheating", "smoke", "burning", "esquenta", "überhitzt"],
        team=Team.objects.filter(name="Customer care").first(), priority=Conversation.Priority.URGENT,
        kind=Conversation.Kind.COMPLAINT,
    )  # fmt: skip
