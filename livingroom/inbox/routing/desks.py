"""Who is on duty and has room, in turn."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from django.db.models import Count

from livingroom.branches.models import Branch, Shift
from livingroom.branches.roster import hosts_on_duty
from livingroom.inbox.models import Conversation
from livingroom.inbox.routing.models import Desk
from livingroom.people.models import Staff
from livingroom.people.policy import may

LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Desks:
    """The desks of some branches at one moment. Ask inside a transaction: the rows are locked until its end."""

    def __init__(self, branch_ids: Iterable[int], now: datetime) -> None:
        ids = sorted(set(branch_ids))
        self.now = now
        self.staff_of = _staff_on_duty(ids, now)
        everybody = {staff for found in self.staff_of.values() for staff in found}
        self.desks = _locked_desks(everybody)
        self.n_open = Counter(open_by_owner(everybody))

    def give(self, branch_id: int | None) -> int | None:
        """Return who gets the next conversation of a branch: whoever has waited longest among those with room."""
        free = [self.desks[pk] for pk in self.staff_of.get(branch_id or 0, ()) if self._has_room(pk)]
        if not free:
            return None
        desk = min(
            free, key=lambda found: (found.given_at or LONG_AGO, self.n_open[found.staff_id], found.staff_id)
        )
        desk.given_at = self.now
        self.n_open[desk.staff_id] += 1
        # Those given at the same moment take turns by how much they have.
        return desk.staff_id

    def save(self) -> None:
        Desk.objects.bulk_update(
            [desk for desk in self.desks.values() if desk.given_at == self.now], ["given_at"]
        )

    def _has_room(self, staff_id: int) -> bool:
        desk = self.desks[staff_id]
        return not desk.is_away and self.n_open[staff_id] < desk.room


def open_by_owner(staff_ids: Iterable[int]) -> dict[int, int]:
    """Count what each has open; what is snoozed or waits for the customer takes no room."""
    rows = Conversation.objects.filter(owner__in=staff_ids, state=Conversation.State.OPEN)
    return dict(rows.order_by().values("owner").annotate(n=Count("pk")).values_list("owner", "n"))


def _staff_on_duty(branch_ids: list[int], now: datetime) -> dict[int, list[int]]:
    """A branch without any shift has all its hosts on duty; one with shifts only those of the hour."""
    on_duty = hosts_on_duty(branch_ids, now)
    rostered = set(Shift.objects.filter(branch__in=branch_ids).values_list("branch", flat=True))
    found: dict[int, list[int]] = {}
    for branch in Branch.objects.filter(pk__in=branch_ids).prefetch_related("hosts__staff__scopes"):
        for host in branch.hosts.all():
            is_there = host.pk in on_duty.get(branch.pk, ()) if branch.pk in rostered else True
            if is_there and host.staff is not None and may(host.staff, "answer", branch):
                found.setdefault(branch.pk, []).append(host.staff.pk)
    return found


def _locked_desks(staff_ids: set[int]) -> dict[int, Desk]:
    known = set(Desk.objects.filter(staff__in=staff_ids).values_list("staff", flat=True))
    missing = Staff.objects.filter(pk__in=staff_ids - known)
    Desk.objects.bulk_create([Desk(staff=staff) for staff in missing], ignore_conflicts=True)
    rows = Desk.objects.select_for_update().filter(staff__in=staff_ids).order_by("pk")
    return {desk.staff_id: desk for desk in rows}
