"""The right to send one placement: of many workers one wins it, for as long as its lease."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from livingroom.networks.interface import Network
from livingroom.networks.operations import open_connection
from livingroom.networks.writing import CLOCKS_DIFFER, NEEDED_FOR_A_WRITE
from livingroom.posts.audience import seal_segment
from livingroom.posts.gates import is_kept_back
from livingroom.posts.models import DeliveryAttempt, Placement
from livingroom.posts.outcomes import mark_unknown
from livingroom.posts.threads.parts import CannotSend
from livingroom.posts.wording import freeze

State = Placement.State


class ClaimLost(Exception):
    """We were asleep for longer than the lease, and others have taken over."""


@dataclass(frozen=True)
class Claim:
    """One worker's right to send one placement, until its lease is over."""

    placement: Placement
    token: str
    attempt: DeliveryAttempt


def claim_placement(placement_id: int, now: datetime) -> Claim | None:
    """Win the right to send, or not: of many workers one does."""
    token = secrets.token_hex(8)
    with transaction.atomic():
        won = Placement.objects.due_at(now).filter(pk=placement_id)
        if not won.update(
            state=State.SENDING, claimed_at=now, claimed_by=token, n_attempts=F("n_attempts") + 1
        ):
            return None
        placement = Placement.objects.select_related("post__offer", "branch__connection", "link").get(
            pk=placement_id
        )
        if is_kept_back(placement, now):
            return None
        if not placement.n_parts_sent:  # a thread that is out in part goes on as it began
            freeze(placement)
        seal_segment(placement, now)
        attempt = DeliveryAttempt.objects.create(
            placement=placement, number=placement.n_attempts, started_at=now
        )
    return Claim(placement, token, attempt)


def release_lost_claims(now: datetime) -> int:
    """Turn what a dead worker left behind into something that is looked up. Returns how many."""
    lost = list(Placement.objects.lost_at(now).values_list("pk", "claimed_by"))
    for pk, token in lost:
        mark_unknown(pk, token, "The worker that was sending it is gone.", settle_at=now, now=now)
    return len(lost)


def require_still_mine(claim: Claim, now: datetime) -> None:
    mine = Placement.objects.filter(pk=claim.placement.pk, state=State.SENDING, claimed_by=claim.token)
    if not mine.exclude(pk__in=Placement.objects.lost_at(now + NEEDED_FOR_A_WRITE).values("pk")).exists():
        raise ClaimLost


def hold_on(claim: Claim, now: datetime) -> None:
    """A thread takes as long as it has parts: each one that is out renews the lease."""
    mine = Placement.objects.filter(pk=claim.placement.pk, state=State.SENDING, claimed_by=claim.token)
    mine.update(claimed_at=now)


def open_branch(placement: Placement) -> Network:
    """Return the branch's account, ready to be used. Raises CannotSend, NetworkError."""
    branch = placement.branch
    if branch.connection is None:
        raise CannotSend(f"{branch} is not connected. Connect it on its page, then send this again.")
    return open_connection(branch.connection)


def first_try_at(placement: Placement) -> datetime:
    """Return since when it can be on the network, with room for clocks that differ."""
    first = placement.attempts.order_by("number").values_list("started_at", flat=True).first()
    return (first or placement.due_at or timezone.now()) - CLOCKS_DIFFER
