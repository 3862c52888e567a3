"""How far the time of a placement may move before a yes to it is over: the branch says, on its own clock."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from livingroom.posts.approval.models import Approval, ApprovalTiming, PlacementVersion
from livingroom.posts.models import Placement

MayMove = ApprovalTiming.MayMove
HOUR = timedelta(hours=1)
SAID = {
    MayMove.HOUR: "A yes holds while the time moves by an hour at most.",
    MayMove.DAY: "A yes holds for the day; on another day it is asked anew.",
    MayMove.WEEK: "A yes holds for the week; in another week it is asked anew.",
    MayMove.ANY: "A yes holds whenever it goes out.",
}


def timings(branch_ids: Collection[int]) -> dict[int, MayMove]:
    """What each of these branches says; a branch without a word keeps to the day."""
    rows = ApprovalTiming.objects.filter(branch__in=branch_ids).values_list("branch", "may_move")
    return dict.fromkeys(branch_ids, MayMove.DAY) | {pk: MayMove(value) for pk, value in rows}


def approved_time(version: PlacementVersion, approvals: Iterable[Approval]) -> datetime | None:
    """The time that a yes is about: the version's, or the moment of the yes where that came later.

    None where it had no time yet: then a yes holds for any.
    """
    if version.due_at is None:
        return None
    said = [each.at for each in approvals if each.verdict == Approval.Verdict.APPROVED]
    return max([version.due_at, *said])


def has_moved(
    version: PlacementVersion, approvals: Collection[Approval], placement: Placement, may_move: MayMove
) -> bool:
    """Say whether the placement's time is so far from the approved one that it must be approved again."""
    due_at, zone = placement.due_at, placement.branch.zone
    if due_at is None:
        return False
    if version.due_at is None:  # nobody has seen a time yet; a yes that was given then holds for any
        return not approvals
    return not any(
        holds(may_move, at, due_at, zone) for at in {version.due_at, approved_time(version, approvals)} if at
    )


def holds(may_move: MayMove, approved_at: datetime, due_at: datetime, zone: ZoneInfo) -> bool:
    """Say whether a yes to one time is a yes to another."""
    if may_move == MayMove.ANY:
        return True
    if may_move == MayMove.HOUR:
        return abs(due_at - approved_at) <= HOUR
    first, last = _span(may_move, approved_at.astimezone(zone).date())
    return first <= due_at.astimezone(zone).date() <= last


def held_days(placements: Iterable[Placement], zone: ZoneInfo) -> dict[int, tuple[date, date]]:
    """The days of a calendar on `zone`'s clock to which each placement can be moved without being approved again.

    They are on branches that ask; those that nobody approved, or that may go anywhere, are left out.
    """
    states = (Placement.State.SCHEDULED, Placement.State.WAITING, Placement.State.HELD)
    rows = [row for row in placements if row.state in states and row.due_at]
    if not rows:
        return {}
    may_move, newest = timings({row.branch_id for row in rows}), newest_versions(rows)
    found = {}
    for row in rows:
        version, rule = newest.get(row.pk), may_move[row.branch_id]
        approvals = list(version.approvals.all()) if version else []
        at = approved_time(version, approvals) if version and approvals else None
        if at is not None and rule != MayMove.ANY:
            found[row.pk] = _shown_span(row, rule, at, zone)
    return found


def newest_versions(placements: Collection[Placement]) -> dict[int, PlacementVersion]:
    """The newest version of each with its approvals: two queries."""
    if not placements:
        return {}
    rows = PlacementVersion.objects.filter(placement__in=placements).order_by("number")
    rows = rows.select_related("written_by", "asked_by").prefetch_related("approvals")
    return {row.placement_id: row for row in rows}


def _shown_span(placement: Placement, rule: MayMove, at: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """A calendar elsewhere may show another day than the branch has; a move shifts both by the same."""
    assert placement.due_at is not None  # the caller left those out
    here = placement.due_at.astimezone(placement.branch.zone).date()
    shift = placement.due_at.astimezone(zone).date() - here
    first, last = _span(rule, at.astimezone(placement.branch.zone).date())
    return first + shift, last + shift


def _span(rule: MayMove, on: date) -> tuple[date, date]:
    if rule == MayMove.WEEK:
        monday = on - timedelta(days=on.weekday())
        return monday, monday + timedelta(days=6)
    return on, on
