"""What the desk tells experiments: that somebody overrode the assignment, and what really went out."""

from datetime import datetime

from django.db import transaction

from livingroom.branches.models import Branch
from livingroom.experiments.models import Exposure, Override
from livingroom.experiments.queries import LeftOut, Offered, left_out, watching
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event


class NoReason(ValueError):
    """An override without a reason explains nothing to whoever reads the result."""

    def __init__(self) -> None:
        super().__init__("Say why: the reason stands beside the result.")


class NothingToOverride(ValueError):
    """No experiment keeps this back."""

    def __init__(self) -> None:
        super().__init__("No experiment leaves this out then: schedule it as usual.")


def override_assignment(
    *, staff: Staff, found: LeftOut | None, placement_id: int, about: str, reason: str, now: datetime
) -> Override:
    """Let one placement go out against the assignment. Raises PermissionDenied, NoReason, NothingToOverride."""
    require(staff, "override_experiment")
    if found is None:
        raise NothingToOverride
    if not reason.strip():
        raise NoReason
    with transaction.atomic():
        override = Override.objects.create(
            experiment=found.experiment,
            branch=found.branch,
            placement_id=placement_id,
            about=about[:200],
            staff=staff,
            reason=reason.strip(),
            at=now,
        )
        record_event(
            actor=staff, verb="overrode", subject=found.experiment, now=now, placement=placement_id,
            why=override.reason,
        )  # fmt: skip
    return override


def note_exposure(*, offer: Offered | None, branch: Branch, placement_id: int, sent_at: datetime) -> int:
    """Write down for every experiment concerned that a placement went out. Returns for how many."""
    found = watching(offer, branch, sent_at)
    if not found:
        return 0
    kept_back = left_out(offer, branch, sent_at)
    rows = [
        Exposure(
            experiment=experiment,
            unit=unit,
            branch=branch,
            placement_id=placement_id,
            sent_at=sent_at,
            was_left_out=kept_back is not None and kept_back.experiment.pk == experiment.pk,
        )
        for experiment, unit in found
    ]
    return len(Exposure.objects.bulk_create(rows, ignore_conflicts=True))
