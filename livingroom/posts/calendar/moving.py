"""Moving what is promised to another day, and the next free slot: on the branch's own clock, across clock changes."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from livingroom.branches.models import Branch
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.posts.calendar.models import QueueSlot
from livingroom.posts.checks import local_time
from livingroom.posts.models import Placement
from livingroom.posts.operations import NotReady, schedule_placements
from livingroom.shared.events import record_event
from livingroom.shared.problems import Problem

WEEKS_AHEAD = 26


def move_to_day(*, staff: Staff, placement: Placement, on: date, zone: ZoneInfo, now: datetime) -> Placement:
    """Move a promise to the day that a calendar on `zone`'s clock shows as `on`; the branch's time of day stays.

    Nine in the morning stays nine in the morning, also across a change of the clocks.
    Raises PermissionDenied, NotReady, TooLate.
    """
    if placement.due_at is None:
        raise NotReady({placement.branch_id: [Problem("It has no time yet: give it one first.", "at")]})
    shift = on - placement.due_at.astimezone(zone).date()
    wall = placement.due_at.astimezone(placement.branch.zone).replace(tzinfo=None) + shift
    due_at, problems = local_time(wall, placement.branch.zone)
    if blocking := [problem for problem in problems if problem.blocks]:
        raise NotReady({placement.branch_id: blocking})
    if due_at <= now:
        raise NotReady({placement.branch_id: [Problem("That time is past: it would go out at once.", "at")]})
    return schedule_placements(staff=staff, due={placement.pk: due_at}, now=now)[0]


def next_slot(branch: Branch, now: datetime, taken: Collection[datetime] = ()) -> datetime | None:
    """The branch's next time of the week that no placement has yet; None without slots, or when half a year is full."""
    slots = list(QueueSlot.objects.filter(branch=branch))
    if not slots:
        return None
    end = now + timedelta(weeks=WEEKS_AHEAD)
    promised = Placement.objects.filter(branch=branch, due_at__gt=now, due_at__lte=end)
    full = {*promised.exclude(state=Placement.State.CANCELLED).values_list("due_at", flat=True), *taken}
    today = now.astimezone(branch.zone).date()
    for n in range(7 * WEEKS_AHEAD):
        for due_at in _times_on(today + timedelta(days=n), slots, branch.zone):
            if due_at > now and due_at not in full:
                return due_at
    return None


def set_slots(*, staff: Staff, branch: Branch, slots: Sequence[tuple[int, time]], now: datetime) -> None:
    """Say when a branch likes to speak: weekdays (0 is Monday) and times on its clock. Raises PermissionDenied."""
    require(staff, "arrange", branch)
    with transaction.atomic():
        branch.queue_slots.all().delete()
        rows = [QueueSlot(branch=branch, weekday=weekday, at=at) for weekday, at in dict.fromkeys(slots)]
        QueueSlot.objects.bulk_create(rows)
        record_event(actor=staff, verb="set slots", subject=branch, now=now, slots=[str(row) for row in rows])


def _times_on(on: date, slots: Sequence[QueueSlot], zone: ZoneInfo) -> list[datetime]:
    """A slot that the clocks skip on that day is left out."""
    found = (
        local_time(datetime.combine(on, slot.at), zone) for slot in slots if slot.weekday == on.weekday()
    )
    return sorted(at for at, problems in found if not any(problem.blocks for problem in problems))
