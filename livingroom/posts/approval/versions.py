"""What a placement said, kept whenever it says something new: a version is the thing that is approved."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from livingroom.people.models import Staff
from livingroom.posts.approval.content import content_of, digest_of
from livingroom.posts.approval.models import ApprovalStage, PlacementVersion
from livingroom.posts.approval.timing import MayMove, has_moved, newest_versions, timings
from livingroom.posts.models import Placement


def keep_version(*, placement: Placement, staff: Staff, now: datetime) -> PlacementVersion:
    """Keep what a placement says now, if it says something new."""
    keep_versions(placements=[placement], asking=asking_among([placement]), staff=staff, now=now)
    return PlacementVersion.objects.filter(placement=placement).order_by("-number")[0]


def keep_versions(
    *, placements: Sequence[Placement], asking: Collection[int], staff: Staff, now: datetime
) -> None:
    """Keep what placements say now, where they say something new.

    On branches that ask for approval (`asking`) a time that moved too far is something new.
    """
    last, may_move = newest_versions(placements), timings(asking) if asking else {}
    fresh, timed = [], []
    for placement in placements:
        if placement.n_parts_sent:
            continue
        content, before = content_of(placement), last.get(placement.pk)
        if before is not None and _waits_for_time(placement, content, before):
            before.due_at = placement.due_at
            timed.append(before)
        elif before is None or _is_new(placement, content, before, may_move.get(placement.branch_id)):
            fresh.append(
                PlacementVersion(
                    placement=placement,
                    number=before.number + 1 if before else 1,
                    digest=digest_of(content),
                    content=content,
                    due_at=placement.due_at,
                    written_by=staff,
                    written_at=now,
                )
            )
    PlacementVersion.objects.bulk_create(fresh)
    if timed:
        PlacementVersion.objects.bulk_update(timed, ["due_at"])


def _waits_for_time(placement: Placement, content: dict[str, Any], before: PlacementVersion) -> bool:
    """Nobody was asked about these words and they have no time: the first one becomes theirs."""
    is_untouched = before.due_at is None and before.asked_at is None and not before.approvals.all()
    return is_untouched and placement.due_at is not None and digest_of(content) == before.digest


def asking_among(placements: Sequence[Placement]) -> set[int]:
    """The branches of these placements that ask for approval."""
    rows = ApprovalStage.objects.filter(branch__in={row.branch_id for row in placements})
    return set(rows.values_list("branch", flat=True))


def _is_new(
    placement: Placement, content: dict[str, Any], before: PlacementVersion, may_move: MayMove | None
) -> bool:
    if digest_of(content) != before.digest:
        return True
    return may_move is not None and has_moved(before, list(before.approvals.all()), placement, may_move)
