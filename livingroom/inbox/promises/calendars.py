"""Whose business hours hold for which branch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from livingroom.inbox.promises.models import BusinessCalendar, ServiceLevel
from livingroom.measure.service.calendars import Calendar, add_business_time, business_seconds


@dataclass
class Hours:
    """The business hours of each branch; a branch without a calendar is always open."""

    by_branch: Mapping[int, Calendar] = field(default_factory=dict)

    def of(self, branch_id: int | None, level: ServiceLevel) -> Calendar | None:
        return self.by_branch.get(branch_id or 0) if level.in_business_hours else None

    def seconds(self, branch_id: int | None, start: datetime, end: datetime, level: ServiceLevel) -> int:
        """How much of the promised time passed."""
        found, end = self.of(branch_id, level), max(start, end)
        return int(business_seconds(start, end, found) if found else (end - start).total_seconds())

    def later(self, branch_id: int | None, start: datetime, seconds: int, level: ServiceLevel) -> datetime:
        """When so much of it will have passed."""
        found = self.of(branch_id, level)
        try:
            return add_business_time(start, seconds, found) if found else start + timedelta(seconds=seconds)
        except ValueError:  # nothing but holidays for years: the promise holds by the wall clock
            return start + timedelta(seconds=seconds)

    def is_open(self, branch_id: int | None, now: datetime) -> bool:
        """Whether a branch's people are there; always, where nobody said when."""
        found = self.by_branch.get(branch_id or 0)
        return found is None or business_seconds(now, now + timedelta(seconds=1), found) > 0


def hours_by_branch() -> Hours:
    """Read all calendars. One without any hours is as good as none: a promise must be able to be kept."""
    found: dict[int, Calendar] = {}
    for calendar in BusinessCalendar.objects.prefetch_related("hours", "holidays", "branches"):
        week: list[list[tuple[int, int]]] = [[] for _ in range(7)]
        for stretch in calendar.hours.all():
            week[stretch.weekday].append((_minute(stretch.starts), _minute(stretch.ends)))
        if not any(week):
            continue
        days = frozenset(holiday.on for holiday in calendar.holidays.all())
        ready = Calendar(calendar.time_zone, tuple(tuple(day) for day in week), days)
        for branch in calendar.branches.all():
            found.setdefault(branch.pk, ready)
    return Hours(found)


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute
