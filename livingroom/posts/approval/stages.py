"""Whom a branch asks before anything goes out there, in which order, and how far a time may move afterwards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from livingroom.branches.models import Branch
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.posts.approval.following import follow_all
from livingroom.posts.approval.models import ApprovalStage, ApprovalTiming
from livingroom.posts.models import Placement
from livingroom.shared.events import record_event

State = Placement.State


@dataclass(frozen=True)
class StagePlan:
    """A stage as somebody wants it."""

    name: str
    by: str
    answer_within_hours: int | None = None
    holds_days: int | None = None


def set_stages(*, staff: Staff, branch: Branch, stages: Sequence[StagePlan], now: datetime) -> None:
    """Say whom a branch asks, in which order. A stage that is asked of others than before starts without approvals.

    Raises PermissionDenied, ValueError when two stages have one name.
    """
    require(staff, "arrange", branch)
    if len({plan.name for plan in stages}) < len(stages):
        raise ValueError("Two stages have the same name: people could not tell them apart.")
    with transaction.atomic():
        before = list(branch.approval_stages.all())
        after = [_stage(branch, plan, before) for plan in stages]
        branch.approval_stages.exclude(pk__in=[row.pk for row in after if row.pk]).delete()
        # Out of the way first: places are unique.
        branch.approval_stages.update(place=F("place") + 10_000)
        for place, row in enumerate(after, 1):
            row.place = place
            row.save()
        record_event(
            actor=staff,
            verb="set approval stages",
            subject=branch,
            now=now,
            before=[row.name for row in before],
            after=[plan.name for plan in stages],
        )
        _follow(branch, staff, now)


def set_timing(*, staff: Staff, branch: Branch, may_move: str, now: datetime) -> None:
    """Say how far a time may move that was approved. Raises PermissionDenied, ValueError."""
    require(staff, "arrange", branch)
    chosen = ApprovalTiming.MayMove(may_move)
    with transaction.atomic():
        ApprovalTiming.objects.update_or_create(branch=branch, defaults={"may_move": chosen})
        record_event(actor=staff, verb="set how far a time may move", subject=branch, now=now, by=str(chosen))
        _follow(branch, staff, now)


def _follow(branch: Branch, staff: Staff, now: datetime) -> None:
    promised = Placement.objects.filter(branch=branch, state__in=(State.SCHEDULED, State.WAITING))
    follow_all(promised.select_related("post__offer", "branch"), staff=staff, now=now)


def _stage(branch: Branch, plan: StagePlan, known: Iterable[ApprovalStage]) -> ApprovalStage:
    """The stage of that name that asks the same people keeps its approvals; any other begins anew."""
    same = (row for row in known if (row.name, row.by) == (plan.name, plan.by))
    row = next(same, None) or ApprovalStage(branch=branch, name=plan.name, by=plan.by)
    row.answer_within_hours, row.holds_days = plan.answer_within_hours, plan.holds_days
    return row
