"""Bringing placements in line with what is approved: keeping versions, asking, letting go, calling back."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.posts.approval.models import ApprovalStage, PlacementVersion
from livingroom.posts.approval.standing import standing_of
from livingroom.posts.approval.versions import asking_among, keep_version, keep_versions
from livingroom.posts.models import Placement
from livingroom.shared.events import record_event, resolve_alarm

State = Placement.State


class CannotDecide(ValueError):
    """This word does not count: whose it is, what it is about or when it comes."""


def ask_approval(*, staff: Staff, placement: Placement, now: datetime) -> PlacementVersion:
    """Ask the branch's stages for their word on what the placement says now. Raises PermissionDenied, CannotDecide."""
    require(staff, "write", placement.branch)
    stages = list(ApprovalStage.objects.filter(branch=placement.branch).order_by("place"))
    if not stages:
        raise CannotDecide(f"{placement.branch} asks nobody: it can be scheduled at once.")
    with transaction.atomic():
        version = keep_version(placement=placement, staff=staff, now=now)
        if version.is_asked_at(now):
            return version
        hours = [stage.answer_within_hours for stage in stages if stage.answer_within_hours]
        version.asked_by, version.asked_at = staff, now
        version.answer_by_at = now + timedelta(hours=sum(hours)) if hours else None
        version.save(update_fields=["asked_by", "asked_at", "answer_by_at"])
        record_event(
            actor=staff, verb="asked for approval", subject=placement, now=now, version=version.number
        )
    return version


def follow_approval(placement: Placement, now: datetime) -> str:
    """Bring a placement's state in line with its approvals. Returns the state."""
    standing = standing_of(placement, now)
    rows = Placement.objects.filter(pk=placement.pk)
    if standing.rejection is not None:
        rows.filter(state__in=(State.WAITING, State.SCHEDULED)).update(
            state=State.DRAFT, try_at=None, problem=standing.missing
        )
        resolve_alarm(kind="late", subject=placement, now=now)
    elif standing.missing:
        rows.filter(state=State.SCHEDULED).update(state=State.WAITING, try_at=None, problem=standing.missing)
        rows.filter(state=State.WAITING).update(problem=standing.missing)
    else:
        _let_go(placement, now)
    placement.refresh_from_db()
    return placement.state


def follow_all(placements: Iterable[Placement], *, staff: Staff, now: datetime) -> None:
    """After something changed under promised placements: keep what they say now, and ask again where a yes is gone."""
    rows = list(placements)
    asking = asking_among(rows)
    keep_versions(placements=rows, asking=asking, staff=staff, now=now)
    for placement in rows:
        is_asked_about = placement.branch_id in asking and placement.state in (State.WAITING, State.SCHEDULED)
        if is_asked_about and _wants_asking(placement, now):
            ask_approval(staff=staff, placement=placement, now=now)
        if is_asked_about or placement.state == State.WAITING:
            follow_approval(placement, now)


def _wants_asking(placement: Placement, now: datetime) -> bool:
    standing = standing_of(placement, now)
    is_asked = standing.version is not None and standing.version.is_asked_at(now)
    return not standing.is_complete and standing.rejection is None and not is_asked


def _let_go(placement: Placement, now: datetime) -> None:
    waiting = Placement.objects.filter(pk=placement.pk, state=State.WAITING)
    row = waiting.first()
    if row is None:
        return
    if row.due_at is not None and row.due_at > now:
        waiting.update(state=State.SCHEDULED, try_at=row.due_at, queued_at=None, problem="")
    elif _was_due_when_asked(row):
        # It was to go out as soon as it is ready, and the last yes makes it so.
        waiting.update(state=State.SCHEDULED, try_at=now, queued_at=None, problem="")
    else:
        text = "It was approved after its time. Send it now, or choose another time."
        waiting.update(state=State.HELD, try_at=None, problem=text)
    resolve_alarm(kind="late", subject=placement, now=now)


def _was_due_when_asked(placement: Placement) -> bool:
    """Nobody chose a time that approval could miss."""
    asked = PlacementVersion.objects.filter(placement=placement).exclude(asked_at=None).order_by("asked_at")
    first = asked.values_list("asked_at", flat=True).first()
    return first is not None and placement.due_at is not None and placement.due_at <= first
