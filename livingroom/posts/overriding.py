"""Sending what an experiment leaves out, with a reason that stands beside its result."""

from datetime import datetime

from django.db import transaction

from livingroom.experiments.obeying import override_assignment
from livingroom.experiments.queries import left_out
from livingroom.people.models import Staff
from livingroom.posts.models import Placement
from livingroom.posts.operations import schedule_placements


def let_through(
    *, staff: Staff, placement: Placement, due_at: datetime, reason: str, now: datetime
) -> Placement:
    """Schedule a placement though an experiment leaves its branch out then; it is logged and reported.

    Raises PermissionDenied, NotReady, TooLate, NoReason, and NothingToOverride when nothing keeps it back.
    """
    at = max(due_at, now)
    with transaction.atomic():
        found = left_out(placement.post.offer, placement.branch, at, placement_id=placement.pk)
        override_assignment(
            staff=staff,
            found=found,
            placement_id=placement.pk,
            about=f"“{placement.post.title}” on {placement.branch}",
            reason=reason,
            now=now,
        )
        return schedule_placements(staff=staff, due={placement.pk: due_at}, now=now)[0]
