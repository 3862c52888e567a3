"""Sending, exactly once.

    scheduled ──claim──> sending ──────────────> sent
        ^                   │  │
        │   surely not sent │  ├── refused ────> failed
        │                   │  └── left out ───> held
        ├───────────────────┘
        │                answer lost, or the worker died
        └── not there <── unknown ── found ────> sent

A claim is one UPDATE that only one worker wins. Nothing is written to a network twice in ignorance: after the first
attempt every further one looks there before it writes, and what is unknown is settled by looking, never by sending.
Whoever dies in the middle leaves `sending` behind; when the lease is over that becomes `unknown`.
"""

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from livingroom.experiments.queries import LeftOut, left_out
from livingroom.networks.errors import (
    AuthExpired,
    Forbidden,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    SpecDrift,
    Unavailable,
)
from livingroom.networks.interface import Cost, Network, Published, Rendered
from livingroom.networks.operations import check_connection, open_connection
from livingroom.posts.models import DeliveryAttempt, Placement
from livingroom.posts.outcomes import mark_failed, mark_held, mark_sent, mark_unknown, try_again
from livingroom.posts.wording import frozen_wording, wording_of

log = logging.getLogger("livingroom.posts")

State = Placement.State
ATTEMPTS_AT_MOST = 30
# When the answer was lost the network may still be writing; it is given this long before we look.
SETTLE_AFTER = timedelta(seconds=60)
LOOKS_APART = timedelta(seconds=60)
# A network that finds a post by our own key knows at once; elsewhere a timeline may lag, so we look twice.
LOOKS_TO_BE_SURE = {True: 1, False: 2}
CLOCKS_DIFFER = timedelta(
    hours=1
)  # ours and the network's; looking back too far only costs a page of reading
FIRST_REST, LONGEST_REST = timedelta(seconds=10), timedelta(minutes=10)

Clock = Callable[[], datetime]


class CannotSend(Exception):
    """Nothing was sent, and nothing will be until a person does something."""


@dataclass(frozen=True)
class Claim:
    """One worker's right to send one placement, until its lease is over."""

    placement: Placement
    token: str
    attempt: DeliveryAttempt


def deliver(placement_id: int, now: datetime, clock: Clock = timezone.now) -> Placement | None:
    """Send a placement that is due, unless another worker has it or had it. Returns it as it then is."""
    claim = claim_placement(placement_id, now)
    if claim is None:
        return None
    _send(claim, clock)
    claim.placement.refresh_from_db()
    return claim.placement


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
        placement.sent_text = wording_of(placement).filled_text
        placement.save(update_fields=["sent_text"])
        attempt = DeliveryAttempt.objects.create(
            placement=placement, number=placement.n_attempts, started_at=now
        )
    return Claim(placement, token, attempt)


def settle(
    placement_id: int, now: datetime, clock: Clock = timezone.now, *, at_once: bool = False
) -> Placement | None:
    """Look on the network what became of a placement whose outcome is unknown. `at_once`: a person asks."""
    mine = Placement.objects.filter(pk=placement_id, state=State.UNKNOWN)
    if not at_once:
        mine = mine.to_settle_at(now)
    due = mine.values_list("settle_at", flat=True).first()
    if not mine.update(settle_at=now + LOOKS_APART):  # others look a minute later, should we die
        return None
    placement = Placement.objects.select_related("post__offer", "branch__connection", "link").get(
        pk=placement_id
    )
    try:
        rendered = rendered_of(placement)
        network = open_branch(placement)
        published = network.find_published(rendered, placement.delivery_key, first_try_at(placement))
        fee = network.estimate(rendered)
    except (NetworkError, CannotSend) as error:
        _look_again(placement, str(error), clock())
    else:
        if published is not None:
            mark_sent(placement, published, fee, now=clock())
        elif due is None or due <= now:  # a look before the network had its time proves nothing
            _not_found(placement, own_key=network.capabilities.own_key, now=clock())
    placement.refresh_from_db()
    return placement


def release_lost_claims(now: datetime) -> int:
    """Turn what a dead worker left behind into something that is looked up. Returns how many."""
    lost = list(Placement.objects.lost_at(now).values_list("pk", "claimed_by"))
    for pk, token in lost:
        mark_unknown(pk, token, "The worker that was sending it is gone.", settle_at=now, now=now)
    return len(lost)


def open_branch(placement: Placement) -> Network:
    """Return the branch's account, ready to be used. Raises CannotSend, NetworkError."""
    branch = placement.branch
    if branch.connection is None:
        raise CannotSend(f"{branch} is not connected. Connect it on its page, then send this again.")
    return open_connection(branch.connection)


def rendered_of(placement: Placement) -> Rendered:
    """Return the one post this placement is. Raises CannotSend."""
    parts = frozen_wording(placement).render()
    blocking = [problem.text for part in parts for problem in part.problems if problem.blocks]
    if blocking or len(parts) != 1:
        raise CannotSend(" ".join(blocking) or f"It would become {len(parts)} posts.")
    return parts[0]


def first_try_at(placement: Placement) -> datetime:
    """Return since when it can be on the network, with room for clocks that differ."""
    first = placement.attempts.order_by("number").values_list("started_at", flat=True).first()
    return (first or placement.due_at or timezone.now()) - CLOCKS_DIFFER


def _send(claim: Claim, clock: Clock) -> None:
    placement, progress = claim.placement, _Progress()
    try:
        published, fee = _publish(claim, progress, clock)
    except _HeldBack as held:
        mark_held(placement, claim.token, held.found, now=clock())
    except _ClaimLost:
        log.warning("%s: the claim was lost before anything was sent", placement)
    except Exception as error:
        _not_sent(claim, error, writing=progress.writing, now=clock())
        if not isinstance(error, NetworkError | CannotSend):
            raise
    else:
        mark_sent(placement, published, fee, now=clock())


def _publish(claim: Claim, progress: "_Progress", clock: Clock) -> tuple[Published, Cost]:
    placement = claim.placement
    _require_still_meant(placement, clock())
    rendered = rendered_of(placement)
    network = open_branch(placement)
    published = None
    if placement.n_attempts > 1:
        published = network.find_published(rendered, placement.delivery_key, first_try_at(placement))
    if published is None:
        _require_not_left_out(placement, clock())
        _require_still_mine(claim, clock())
        progress.writing = True
        published = network.publish(rendered, placement.delivery_key)
    return published, network.estimate(rendered)


def _not_sent(claim: Claim, error: Exception, *, writing: bool, now: datetime) -> None:
    """Decide what a failure means for the placement."""
    placement, token, text = claim.placement, claim.token, str(error) or type(error).__name__
    is_lost = not isinstance(error, NetworkError | CannotSend)
    if writing and (is_lost or isinstance(error, OutcomeUnknown | SpecDrift)):
        # After a write, an answer we cannot read and a mistake of our own are answers that were lost, too.
        mark_unknown(placement.pk, token, text, settle_at=now + SETTLE_AFTER, now=now)
    elif (
        isinstance(error, RateLimited | Unavailable | OutcomeUnknown)
        and placement.n_attempts < ATTEMPTS_AT_MOST
    ):
        retry_at = getattr(error, "retry_at", None) or now + _rest(placement.n_attempts)
        try_again(placement.pk, token, text, retry_at=max(retry_at, now), now=now)
    else:
        mark_failed(placement, token, error, now=now)
        if isinstance(error, AuthExpired | Forbidden):
            _look_at_connection(placement, now)


def _look_at_connection(placement: Placement, now: datetime) -> None:
    """Let the connection itself find out and say what is wrong, so that the next post is stopped before it is sent."""
    if placement.branch.connection is not None:
        with suppress(NetworkError):
            check_connection(connection=placement.branch.connection, now=now)


def _not_found(placement: Placement, *, own_key: bool, now: datetime) -> None:
    if placement.n_looks + 1 < LOOKS_TO_BE_SURE[own_key]:
        _look_again(placement, "We looked and it is not there yet.", now, n_looks=1)
    else:  # the token tells if it has moved on while we looked
        text = "The network does not have it: it is sent again."
        try_again(placement.pk, placement.claimed_by, text, retry_at=now, now=now)


def _look_again(placement: Placement, text: str, now: datetime, n_looks: int = 0) -> None:
    Placement.objects.filter(pk=placement.pk, state=State.UNKNOWN).update(
        settle_at=now + LOOKS_APART, n_looks=F("n_looks") + n_looks, queued_at=None, problem=text
    )


def _require_still_meant(placement: Placement, now: datetime) -> None:
    """Raises CannotSend when the world has moved on since it was scheduled."""
    offer = placement.post.offer
    if offer is not None and offer.is_over_at(now):
        raise CannotSend("The offer ended before this could be sent.")
    if placement.branch.closed_on is not None:
        raise CannotSend(f"{placement.branch} was closed.")


class _HeldBack(Exception):
    """An experiment leaves the branch out of this, now."""

    def __init__(self, found: LeftOut) -> None:
        super().__init__(found.reason)
        self.found = found


def _require_not_left_out(placement: Placement, now: datetime) -> None:
    """Raises _HeldBack. Asked last, right before the writing: what a person scheduled may have become left out."""
    found = left_out(placement.post.offer, placement.branch, now, placement_id=placement.pk)
    if found is not None:
        raise _HeldBack(found)


@dataclass
class _Progress:
    """How far a delivery came: from the moment the network is written to, a failure is an outcome unknown."""

    writing: bool = False


class _ClaimLost(Exception):
    """We were asleep for longer than the lease, and others have taken over."""


def _require_still_mine(claim: Claim, now: datetime) -> None:
    mine = Placement.objects.filter(pk=claim.placement.pk, state=State.SENDING, claimed_by=claim.token)
    # The write may take as long as half a lease; begun any later, others could look before it ends.
    if not mine.exclude(pk__in=Placement.objects.lost_at(now + timedelta(seconds=90)).values("pk")).exists():
        raise _ClaimLost


def _rest(n_attempts: int) -> timedelta:
    return min(FIRST_REST * (1 << min(n_attempts - 1, 8)), LONGEST_REST)
