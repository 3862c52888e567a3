"""The verbs of approval. Whoever writes keeps versions; what is approved is one version of one placement, at one stage."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from livingroom.branches.models import Branch
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.posts.approval.content import content_of, digest_of
from livingroom.posts.approval.models import Approval, ApprovalStage, GuestLink, PlacementVersion
from livingroom.posts.approval.standing import standing_of, why_not_theirs
from livingroom.posts.models import Placement
from livingroom.shared.events import record_event, resolve_alarm

State = Placement.State
Verdict = Approval.Verdict


class CannotDecide(ValueError):
    """This word does not count: whose it is, what it is about or when it comes."""


@dataclass(frozen=True)
class StagePlan:
    """A stage as somebody wants it."""

    name: str
    by: str
    answer_within_hours: int | None = None
    holds_days: int | None = None


def keep_version(*, placement: Placement, staff: Staff, now: datetime) -> PlacementVersion:
    """Keep what a placement says now, if it says something new."""
    keep_versions(placements=[placement], staff=staff, now=now)
    return PlacementVersion.objects.filter(placement=placement).order_by("-number")[0]


def keep_versions(*, placements: Sequence[Placement], staff: Staff, now: datetime) -> None:
    """Keep what placements say now, where they say something new: two queries, however many there are."""
    known = PlacementVersion.objects.filter(placement__in=placements).order_by("number")
    last = {pk: (number, digest) for pk, number, digest in known.values_list("placement", "number", "digest")}
    fresh = []
    for placement in placements:
        if placement.n_parts_sent:
            continue
        content = content_of(placement)
        digest = digest_of(content)
        number, before = last.get(placement.pk, (0, ""))
        if digest != before:
            fresh.append(
                PlacementVersion(
                    placement=placement,
                    number=number + 1,
                    digest=digest,
                    content=content,
                    written_by=staff,
                    written_at=now,
                )
            )
    PlacementVersion.objects.bulk_create(fresh)


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
    keep_versions(placements=rows, staff=staff, now=now)
    asking = set(
        ApprovalStage.objects.filter(branch__in={row.branch_id for row in rows}).values_list(
            "branch", flat=True
        )
    )
    for placement in rows:
        is_asked_about = placement.branch_id in asking and placement.state in (State.WAITING, State.SCHEDULED)
        if is_asked_about and _wants_asking(placement, now):
            ask_approval(staff=staff, placement=placement, now=now)
        if is_asked_about or placement.state == State.WAITING:
            follow_approval(placement, now)


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
        promised = Placement.objects.filter(branch=branch, state__in=(State.SCHEDULED, State.WAITING))
        follow_all(promised.select_related("post__offer", "branch"), staff=staff, now=now)


def _stage(branch: Branch, plan: StagePlan, known: Iterable[ApprovalStage]) -> ApprovalStage:
    """The stage of that name that asks the same people keeps its approvals; any other begins anew."""
    same = (row for row in known if (row.name, row.by) == (plan.name, plan.by))
    row = next(same, None) or ApprovalStage(branch=branch, name=plan.name, by=plan.by)
    row.answer_within_hours, row.holds_days = plan.answer_within_hours, plan.holds_days
    return row


def _wants_asking(placement: Placement, now: datetime) -> bool:
    standing = standing_of(placement, now)
    is_asked = standing.version is not None and standing.version.is_asked_at(now)
    return not standing.is_complete and standing.rejection is None and not is_asked


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


def _let_go(placement: Placement, now: datetime) -> None:
    waiting = Placement.objects.filter(pk=placement.pk, state=State.WAITING)
    row = waiting.first()
    if row is None:
        return
    if row.due_at is not None and row.due_at > now:
        waiting.update(state=State.SCHEDULED, try_at=row.due_at, queued_at=None, problem="")
    else:
        text = "It was approved after its time. Send it now, or choose another time."
        waiting.update(state=State.HELD, try_at=None, problem=text)
    resolve_alarm(kind="late", subject=placement, now=now)
