"""Promises and calendars are made, changed and taken back; what runs follows."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from django.db import transaction

from livingroom.inbox.models import Conversation
from livingroom.inbox.promises.clocks import reckon
from livingroom.inbox.promises.models import BusinessCalendar, Clock, Holiday, OpeningHours, ServiceLevel
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event

RECKONED_AT_MOST = 5000


def save_level(*, staff: Staff, level: ServiceLevel, now: datetime) -> ServiceLevel:
    """Make or change a promise; clocks that run are set anew. Raises PermissionDenied."""
    require(staff, "arrange")
    with transaction.atomic():
        level.save()
        record_event(
            actor=staff,
            verb="promised",
            subject=level,
            now=now,
            name=level.name,
            is_on=level.is_on,
            first=level.first_minutes,
            next=level.next_minutes,
            resolve=level.resolve_minutes,
        )
        reckon_all(now)
    return level


def save_calendar(
    *,
    staff: Staff,
    calendar: BusinessCalendar,
    week: Mapping[int, Sequence[tuple[time, time]]],
    holidays: Mapping[date, str],
    branches: Sequence[int],
    now: datetime,
) -> BusinessCalendar:
    """Keep a calendar with its hours and holidays. What began by the old hours and runs keeps its moment.

    Raises PermissionDenied.
    """
    require(staff, "arrange")
    with transaction.atomic():
        calendar.save()
        calendar.branches.set(branches)
        calendar.hours.all().delete()
        calendar.holidays.all().delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(calendar=calendar, weekday=weekday, starts=starts, ends=ends)
            for weekday, stretches in week.items()
            for starts, ends in dict(stretches).items()
        )
        Holiday.objects.bulk_create(
            Holiday(calendar=calendar, on=on, name=name) for on, name in holidays.items()
        )
        record_event(actor=staff, verb="set business hours", subject=calendar, now=now, name=calendar.name)
    return calendar


def reckon_all(now: datetime) -> None:
    """Set the clocks of everything in work, what moved last first."""
    rows = Conversation.objects.in_work().order_by("-last_message_at").values_list("pk", flat=True)
    reckon(list(rows[:RECKONED_AT_MOST]), now)


def late_first(limit: int) -> list[Clock]:
    """What is late, what broke first on top."""
    rows = Clock.objects.filter(ended_at=None, broken_at__isnull=False)
    return list(
        rows.select_related("conversation__branch", "conversation__owner", "level").order_by("broken_at")[
            :limit
        ]
    )
