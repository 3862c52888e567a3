"""Who is on duty on a branch, on its own clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from livingroom.branches.models import Branch, Shift


@dataclass(frozen=True)
class Hours:
    """The shifts of one weekday, in the order they begin."""

    weekday: int
    shifts: tuple[Shift, ...]


def hosts_on_duty(branch_ids: Sequence[int], now: datetime) -> dict[int, set[int]]:
    """Return which hosts are on duty now, by branch: one query."""
    found: dict[int, set[int]] = {}
    rows = Shift.objects.filter(branch_id__in=branch_ids).values_list(
        "branch_id", "branch__time_zone", "host_id", "weekday", "starts", "ends"
    )
    for branch_id, zone, host_id, weekday, starts, ends in rows:
        if is_inside(now.astimezone(ZoneInfo(zone)), weekday, starts, ends):
            found.setdefault(branch_id, set()).add(host_id)
    return found


def is_inside(local: datetime, weekday: int, starts: time, ends: time) -> bool:
    """Say whether a moment on the branch's clock falls into a shift; its end is no longer part of it."""
    clock = local.time().replace(tzinfo=None)
    if starts < ends:
        return local.weekday() == weekday and starts <= clock < ends
    began_today = local.weekday() == weekday and clock >= starts
    began_yesterday = local.weekday() == (weekday + 1) % 7 and clock < ends
    return began_today or began_yesterday


def week_of(branch: Branch) -> list[Hours]:
    """Return the branch's week, days without a shift left out."""
    return by_weekday(branch.shifts.select_related("host"))


def by_weekday(shifts: Iterable[Shift]) -> list[Hours]:
    days: dict[int, list[Shift]] = {}
    for shift in shifts:
        days.setdefault(shift.weekday, []).append(shift)
    return [Hours(weekday, tuple(sorted(rows, key=_beginning))) for weekday, rows in sorted(days.items())]


def _beginning(shift: Shift) -> tuple[time, str]:
    return shift.starts, shift.host.name
