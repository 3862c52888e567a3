"""Within how many days a customer's new words open a closed conversation again, branch by branch."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from livingroom.branches.models import Branch
from livingroom.inbox.customs import BranchCustom, HouseCustom
from livingroom.people.models import Staff
from livingroom.people.policy import may, require
from livingroom.shared.events import record_event
from livingroom.shared.problems import Problem

MOST_DAYS = 365


@dataclass(frozen=True)
class BranchRow:
    """A branch with its own days, None where the house's hold; `typed` is what was sent and is wrong."""

    branch: Branch
    days: int | None
    may_change: bool
    typed: str = ""
    problem: str = ""

    @property
    def field(self) -> str:
        return f"days-{self.branch.pk}"

    @property
    def shown(self) -> str:
        return self.typed or ("" if self.days is None else str(self.days))


class BadDays(ValueError):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


def rows_for(staff: Staff) -> list[BranchRow]:
    """Every branch that is open, with what holds there."""
    own = dict(BranchCustom.objects.values_list("branch_id", "reopen_days"))
    return [
        BranchRow(branch, own.get(branch.pk), may(staff, "arrange", branch))
        for branch in Branch.objects.filter(closed_on=None).order_by("name")
    ]


def house_days() -> int:
    return HouseCustom.current().reopen_days


def read_days(text: str) -> int | None:
    """Return days from 0 to 365, None for an empty text. Raises BadDays."""
    typed = text.strip()
    if not typed:
        return None
    if not typed.isascii() or not typed.isdigit() or int(typed) > MOST_DAYS:
        raise BadDays(Problem(f"Write whole days from 0 to {MOST_DAYS}, or nothing for the house’s."))
    return int(typed)


def set_reopening(*, staff: Staff, branch: Branch, days: int | None, now: datetime) -> bool:
    """Let a branch do it its own way, or (with None) as the house does. Returns whether anything changed.

    0 days: closed stays closed, new words begin another conversation. Raises PermissionDenied.
    """
    require(staff, "arrange", branch)
    with transaction.atomic():
        before = BranchCustom.objects.filter(branch=branch).values_list("reopen_days", flat=True).first()
        if before == days:
            return False
        if days is None:
            BranchCustom.objects.filter(branch=branch).delete()
        else:
            BranchCustom.objects.update_or_create(branch=branch, defaults={"reopen_days": days})
        record_event(
            actor=staff,
            verb="set when closed conversations open again",
            subject=branch,
            now=now,
            was=before,
            days=days,
        )
    return True
