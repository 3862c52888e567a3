"""The verbs of approval. Whoever writes keeps versions; what is approved is one version of one placement, at one stage."""

from datetime import datetime, timedelta

from django.db import transaction

from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.posts.approval.following import CannotDecide as CannotDecide
from livingroom.posts.approval.following import ask_approval as ask_approval
from livingroom.posts.approval.following import follow_all as follow_all
from livingroom.posts.approval.following import follow_approval as follow_approval
from livingroom.posts.approval.models import Approval, ApprovalStage, GuestLink, PlacementVersion
from livingroom.posts.approval.stages import StagePlan as StagePlan
from livingroom.posts.approval.stages import set_stages as set_stages
from livingroom.posts.approval.stages import set_timing as set_timing
from livingroom.posts.approval.standing import standing_of, why_not_theirs
from livingroom.posts.approval.versions import keep_versions as keep_versions
from livingroom.posts.models import Placement
from livingroom.shared.events import record_event

Verdict = Approval.Verdict


def decide(*, staff: Staff, version: PlacementVersion, verdict: str, reason: str, now: datetime) -> Approval:
    """Say yes or no at the stage that is next. Raises PermissionDenied, CannotDecide."""
    require(staff, "approve", version.placement.branch)
    with transaction.atomic():
        stage = stage_to_decide(version, now)
        if why := why_not_theirs(staff, version, stage):
            raise CannotDecide(why)
        return write_approval(version, stage, verdict, reason, now, who=str(staff), staff=staff)


def write_approval(
    version: PlacementVersion,
    stage: ApprovalStage,
    verdict: str,
    reason: str,
    now: datetime,
    *,
    who: str,
    staff: Staff | None = None,
    guest_link: GuestLink | None = None,
) -> Approval:
    """Write the word down and let the placement follow it; the callers have checked whose word it is."""
    reason = reason.strip()
    if verdict not in Verdict.values:
        raise CannotDecide("Say yes or no.")
    if verdict == Verdict.REJECTED and not reason:
        raise CannotDecide("Say why it goes back: the writer has to know what to change.")
    approval = Approval.objects.create(
        version=version,
        stage=stage,
        stage_name=stage.name,
        verdict=verdict,
        staff=staff,
        guest_link=guest_link,
        who=who[:120],
        reason=reason,
        at=now,
        holds_until=now + timedelta(days=stage.holds_days) if stage.holds_days else None,
    )
    placement = version.placement
    verb = "approved" if verdict == Verdict.APPROVED else "sent back"
    record_event(
        actor=who, verb=verb, subject=placement, now=now, version=version.number, stage=stage.name, why=reason
    )
    follow_approval(placement, now)
    return approval


def stage_to_decide(version: PlacementVersion, now: datetime) -> ApprovalStage:
    """The stage whose turn it is, locked so that two words never count for one stage. Raises CannotDecide."""
    placement = (
        Placement.objects.select_for_update(of=("self",))
        .select_related("post__offer", "branch")
        .get(pk=version.placement_id)
    )
    standing = standing_of(placement, now)
    if standing.version is None or standing.version.pk != version.pk:
        raise CannotDecide("It was changed since: look at the newest version.")
    if standing.rejection is not None:
        raise CannotDecide(f"{standing.rejection.who} sent it back already.")
    stage = standing.next_stage
    if stage is None:
        raise CannotDecide("Everybody has approved it already.")
    if not version.is_asked_at(now):
        raise CannotDecide(standing.missing)
    return stage
