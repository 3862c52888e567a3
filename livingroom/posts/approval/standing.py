"""Where a placement stands: which stages its branch wants, which of them said yes to exactly what it says now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from livingroom.people.models import Staff
from livingroom.people.policy import may
from livingroom.posts.approval.content import content_of, digest_of
from livingroom.posts.approval.models import Approval, ApprovalStage, PlacementVersion
from livingroom.posts.approval.timing import SAID, MayMove, has_moved, newest_versions, timings
from livingroom.posts.models import Placement

RANKS = {"community_manager": 1, "manager": 2, "admin": 3}
Verdict = Approval.Verdict


@dataclass(frozen=True)
class StageStanding:
    stage: ApprovalStage
    approval: Approval | None
    is_next: bool


@dataclass(frozen=True)
class Standing:
    """`missing` is why it may not go out, empty when nothing keeps it back; `timing` how far its time may move."""

    version: PlacementVersion | None
    stages: list[StageStanding]
    rejection: Approval | None
    missing: str
    timing: str = ""

    @property
    def is_wanted(self) -> bool:
        return bool(self.stages)

    @property
    def is_complete(self) -> bool:
        return not self.missing

    @property
    def next_stage(self) -> ApprovalStage | None:
        return next((row.stage for row in self.stages if row.is_next), None)


NOT_WANTED = Standing(None, [], None, "")


def standing_of(placement: Placement, now: datetime) -> Standing:
    """Say where a placement stands with what it says at this moment."""
    return standings_of([placement], now)[placement.pk]


def standings_of(placements: Sequence[Placement], now: datetime) -> dict[int, Standing]:
    """The same for many: one query where nobody is asked, five and the words of each at most."""
    asked: dict[int, list[ApprovalStage]] = {}
    stages = ApprovalStage.objects.filter(branch__in={row.branch_id for row in placements})
    for stage in stages.order_by("branch", "place"):
        asked.setdefault(stage.branch_id, []).append(stage)
    last = newest_versions([row for row in placements if row.branch_id in asked])
    may_move = timings(asked) if last else {}
    return {
        row.pk: _stands(row, asked[row.branch_id], last.get(row.pk), may_move, now)
        if row.branch_id in asked
        else NOT_WANTED
        for row in placements
    }


def _stands(
    placement: Placement,
    stages: list[ApprovalStage],
    version: PlacementVersion | None,
    may_move: Mapping[int, MayMove],
    now: datetime,
) -> Standing:
    # A thread that is out in part goes on in the words that were approved.
    digest = placement.sent_digest if placement.n_parts_sent else digest_of(content_of(placement))
    if version is None or version.digest != digest:
        rows = [StageStanding(stage, None, stage is stages[0]) for stage in stages]
        return Standing(None, rows, None, f"Nobody approved it yet: {stages[0].name} is asked first.")
    approvals = list(version.approvals.all())
    rule = may_move[placement.branch_id]
    if not placement.n_parts_sent and has_moved(version, approvals, placement, rule):
        rows = [StageStanding(stage, None, stage is stages[0]) for stage in stages]
        return Standing(None, rows, None, f"Its time moved: {stages[0].name} is asked again. {SAID[rule]}")
    found = _standing(version, stages, approvals, now)
    return replace(found, timing=SAID[rule] if version.due_at else "")


def why_not_approved(placement: Placement, now: datetime) -> str:
    """Say why a placement may not be sent; empty when its branch asks nobody, or everybody said yes to these words."""
    return standing_of(placement, now).missing


def why_not_theirs(staff: object, version: PlacementVersion, stage: ApprovalStage) -> str:
    """Say why `staff` may not decide here; empty when they may. Nobody approves their own, nor twice."""
    branch = version.placement.branch
    if not isinstance(staff, Staff) or not may(staff, "approve", branch):
        return f"Your role does not approve on {branch}."
    if not _is_high_enough(staff, stage):
        return f"“{stage}” is for {stage.get_by_display().lower()}."
    return why_own(staff, version)


def why_written(staff: Staff, version: PlacementVersion) -> str:
    """Four eyes: who wrote it or asked for it is not the second pair."""
    mine = {version.written_by_id, version.asked_by_id, version.placement.post.created_by_id}
    return "You wrote it or asked for it: somebody else approves it." if staff.pk in mine else ""


def why_own(staff: Staff, version: PlacementVersion) -> str:
    """Neither is who decided on it already: each stage is another person."""
    if why := why_written(staff, version):
        return why
    if version.approvals.filter(staff=staff, verdict=Verdict.APPROVED).exists():
        return "You approved an earlier stage: this one is for somebody else."
    return ""


def _standing(
    version: PlacementVersion, stages: list[ApprovalStage], approvals: Iterable[Approval], now: datetime
) -> Standing:
    said = list(approvals)
    rejection = next((each for each in reversed(said) if each.verdict == Verdict.REJECTED), None)
    rows: list[StageStanding] = []
    missing = f"{rejection.who} sent it back: {rejection.reason}" if rejection else ""
    for stage in stages:
        found = next((each for each in reversed(said) if _counts(each, stage)), None)
        holds = found is not None and (found.holds_until is None or found.holds_until > now)
        is_next = not holds and not missing
        if is_next:
            missing = _why_missing(version, stage, found, now)
        rows.append(StageStanding(stage, found if holds else None, is_next))
    return Standing(version, rows, rejection, missing)


def _counts(approval: Approval, stage: ApprovalStage) -> bool:
    return approval.stage_id == stage.pk and approval.verdict == Verdict.APPROVED


def _why_missing(
    version: PlacementVersion, stage: ApprovalStage, lapsed: Approval | None, now: datetime
) -> str:
    if lapsed is not None and lapsed.holds_until is not None:
        return f"The approval of “{stage}” held until {lapsed.holds_until:%-d %B %Y, %H:%M} UTC. Ask again."
    if version.asked_at is None:
        return f"Nobody was asked yet: “{stage}” must approve it."
    if not version.is_asked_at(now):
        return f"“{stage}” did not answer in time. Ask again."
    return f"Waiting for “{stage}”: {stage.get_by_display().lower()}."


def _is_high_enough(staff: Staff, stage: ApprovalStage) -> bool:
    if stage.by == ApprovalStage.By.GUEST:
        return staff.role == Staff.Role.GUEST
    return RANKS.get(staff.role, 0) >= RANKS[stage.by]
