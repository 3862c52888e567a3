"""What must hold before a placement is written to its network, asked when it is claimed and again right before the write."""

from datetime import datetime

from django.db.models import F

from livingroom.experiments.queries import LeftOut, left_out
from livingroom.posts.approval.standing import why_not_approved
from livingroom.posts.models import Placement
from livingroom.posts.outcomes import ACTOR
from livingroom.posts.pausing.models import Pause
from livingroom.posts.pausing.operations import hold
from livingroom.posts.pausing.queries import stopped_by
from livingroom.posts.threads.parts import CannotSend
from livingroom.shared.events import record_event

State = Placement.State


def is_kept_back(placement: Placement, now: datetime) -> bool:
    """Stopped, or not approved as it stands in this very transaction: then it is not even begun."""
    mine = Placement.objects.filter(pk=placement.pk)
    if pause := stopped_by(placement, now):
        mine.update(n_attempts=F("n_attempts") - 1)
        return hold(placement, pause, State.SENDING, now=now)
    if missing := why_not_approved(placement, now):
        mine.update(state=State.WAITING, try_at=None, n_attempts=F("n_attempts") - 1, problem=missing)
        record_event(actor=ACTOR, verb="did not send unapproved", subject=placement, now=now, why=missing)
    return bool(missing)


def require_still_meant(placement: Placement, now: datetime) -> None:
    """Raises CannotSend when the world has moved on since it was scheduled."""
    offer = placement.post.offer
    if offer is not None and offer.is_over_at(now):
        raise CannotSend("The offer ended before this could be sent.")
    if placement.branch.closed_on is not None:
        raise CannotSend(f"{placement.branch} was closed.")


class HeldBack(Exception):
    """An experiment leaves the branch out of this, now."""

    def __init__(self, found: LeftOut) -> None:
        super().__init__(found.reason)
        self.found = found


def require_not_left_out(placement: Placement, now: datetime) -> None:
    """Raises HeldBack. Asked last, right before the writing: what a person scheduled may have become left out."""
    found = left_out(placement.post.offer, placement.branch, now, placement_id=placement.pk)
    if found is not None:
        raise HeldBack(found)


class NotApproved(Exception):
    """What was approved at the claim is not any more."""


def require_approved(placement: Placement, now: datetime) -> None:
    """Raises NotApproved. The claim asked the same of the same words; a yes may have been taken back or have ended."""
    fresh = Placement.objects.select_related("post__offer", "branch").get(pk=placement.pk)
    if missing := why_not_approved(fresh, now):
        raise NotApproved(missing)


class Stopped(Exception):
    """Somebody pulled the switch after the claim."""

    def __init__(self, pause: Pause) -> None:
        super().__init__(pause.said)
        self.pause = pause


def require_not_stopped(placement: Placement, now: datetime) -> None:
    """Raises Stopped."""
    if pause := stopped_by(placement, now):
        raise Stopped(pause)
