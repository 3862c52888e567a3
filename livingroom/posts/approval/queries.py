"""Reads for the pages of approval."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from livingroom.branches.models import Branch
from livingroom.people.models import Staff
from livingroom.people.policy import may
from livingroom.posts.approval.content import Change, changes
from livingroom.posts.approval.models import Approval, PlacementVersion
from livingroom.posts.approval.standing import Standing, standing_of, why_not_theirs
from livingroom.posts.models import Placement

AT_ONCE = 200


@dataclass(frozen=True)
class Asked:
    """Something that waits for a word."""

    version: PlacementVersion
    standing: Standing
    is_mine: bool
    why_not: str


def asked_for(staff: Staff, now: datetime) -> list[Asked]:
    """What waits for approval, what this person can decide first, then by its time."""
    states = (Placement.State.DRAFT, Placement.State.WAITING)
    rows = PlacementVersion.objects.exclude(asked_at=None).filter(placement__state__in=states)
    newest: dict[int, PlacementVersion] = {}
    for version in rows.select_related("placement__post__offer", "placement__branch", "asked_by").order_by(
        "number"
    )[: 10 * AT_ONCE]:
        newest[version.placement_id] = version
    found = [
        _asked(staff, version, now)
        for version in newest.values()
        if may(staff, "look") or may(staff, "approve", version.placement.branch)
    ]
    open_ones = [row for row in found if row.standing.missing and row.standing.rejection is None]
    open_ones.sort(key=lambda row: (not row.is_mine, row.version.placement.due_at or now, row.version.pk))
    return open_ones[:AT_ONCE]


def decided_lately(staff: Staff, limit: int = 20) -> list[Approval]:
    """The last words, as far as this person may see their branches."""
    rows = Approval.objects.select_related("version__placement__post", "version__placement__branch").order_by(
        "-at", "-pk"
    )
    return [
        row
        for row in rows[: 5 * limit]
        if may(staff, "look") or may(staff, "approve", row.version.placement.branch)
    ][:limit]


def compared(
    version: PlacementVersion, against: int | None = None
) -> tuple[PlacementVersion | None, list[Change]]:
    """What a version changes: against the last one that was approved, else the one before it, or one by its number."""
    earlier = version.placement.versions.filter(number__lt=version.number).order_by("-number")
    approved = earlier.filter(approvals__verdict=Approval.Verdict.APPROVED).first()
    base = earlier.filter(number=against).first() if against else (approved or earlier.first())
    return base, changes(_with_time(base) if base else None, _with_time(version))


def _with_time(version: PlacementVersion) -> dict[str, Any]:
    """What a version says and when it was to go out, on its branch's clock."""
    branch = version.placement.branch
    local = version.due_at.astimezone(branch.zone) if version.due_at else None
    return {**version.content, "goes_out": f"{local:%-d %B %Y, %H:%M} ({branch.time_zone})" if local else ""}


def branches_with_stages(staff: object) -> list[tuple[Branch, list[str], bool]]:
    """Every open branch with whom it asks, and whether this person may change that."""
    rows = Branch.objects.open().prefetch_related("approval_stages")
    return [
        (row, [stage.name for stage in row.approval_stages.all()], may(staff, "arrange", row)) for row in rows
    ]


def _asked(staff: Staff, version: PlacementVersion, now: datetime) -> Asked:
    standing = standing_of(version.placement, now)
    stage = standing.next_stage
    is_current = standing.version is not None and standing.version.pk == version.pk
    why_not = why_not_theirs(staff, version, stage) if stage else standing.missing
    is_open = is_current and version.is_asked_at(now)
    return Asked(version, standing, is_mine=is_open and not why_not, why_not=why_not)
