"""Sending, exactly once.

    scheduled ──claim──> sending ──────────────> sent
        ^                   │  │
        │   surely not sent │  ├── refused ────> failed
        │                   │  └── left out ───> held
        ├───────────────────┘
        │                answer lost, or the worker died
        └── not there <── unknown ── found ────> sent

A claim is one UPDATE that only one worker wins. It is not even made for what is stopped (`held`) or lacks an approval
(`waiting`), and both are asked again right before the write. Nothing is written to a network twice in ignorance: after the first
attempt every further one looks there before it writes, and what is unknown is settled by looking, never by sending.
Whoever dies in the middle leaves `sending` behind; when the lease is over that becomes `unknown`.
"""

import logging
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from livingroom.networks.errors import (
    AuthExpired,
    Forbidden,
    NetworkError,
    OutcomeUnknown,
    RateLimited,
    SpecDrift,
    Unavailable,
)
from livingroom.networks.interface import Cost, Network, Published
from livingroom.networks.operations import check_connection, open_connection
from livingroom.posts.gates import (
    HeldBack,
    NotApproved,
    Stopped,
    is_kept_back,
    require_approved,
    require_not_left_out,
    require_not_stopped,
    require_still_meant,
)
from livingroom.posts.models import DeliveryAttempt, Placement
from livingroom.posts.outcomes import (
    mark_failed,
    mark_held,
    mark_sent,
    mark_stopped,
    mark_unknown,
    mark_waiting,
    try_again,
)
from livingroom.posts.threads.parts import (
    CannotSend,
    Part,
    cost_of,
    note_part,
    parts_of,
    parts_out,
    write_part,
)
from livingroom.posts.wording import freeze

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
        if is_kept_back(placement, now):
            return None
        if not placement.n_parts_sent:  # a thread that is out in part goes on as it began
            freeze(placement)
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
        parts, out = parts_of(placement), parts_out(placement)
        network = open_branch(placement)
        is_all_there = _look_for(network, placement, parts, out)
        fee = cost_of(network, parts)
    except (NetworkError, CannotSend) as error:
        _look_again(placement, str(error), clock())
    else:
        if is_all_there:
            mark_sent(placement, out[1], fee, now=clock())
        elif due is None or due <= now:  # a look before the network had its time proves nothing
            _not_found(placement, own_key=network.capabilities.own_key, now=clock())
    placement.refresh_from_db()
    return placement


def _look_for(
    network: Network, placement: Placement, parts: Sequence[Part], out: dict[int, Published]
) -> bool:
    """Note the parts that are there, in their order, up to the first that is not. Returns whether all are."""
    since = first_try_at(placement)
    for part in parts:
        if part.number not in out:
            found = network.find_published(part.rendered, part.key, since)
            if found is None:
                return False
            note_part(placement, part, found, len(parts))
            out[part.number] = found
    return True


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


def first_try_at(placement: Placement) -> datetime:
    """Return since when it can be on the network, with room for clocks that differ."""
    first = placement.attempts.order_by("number").values_list("started_at", flat=True).first()
    return (first or placement.due_at or timezone.now()) - CLOCKS_DIFFER


def _send(claim: Claim, clock: Clock) -> None:
    placement, progress = claim.placement, _Progress()
    try:
        published, fee = _publish(claim, progress, clock)
    except HeldBack as held:
        mark_held(placement, claim.token, held.found, now=clock())
    except NotApproved as error:
        mark_waiting(placement, claim.token, str(error), now=clock())
    except Stopped as stopped:
        mark_stopped(placement, claim.token, stopped.pause, now=clock())
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
    require_still_meant(placement, clock())
    parts, out = parts_of(placement), parts_out(placement)
    network = open_branch(placement)
    for part in parts:
        if part.number in out:
            continue
        published = None
        if placement.n_attempts > 1:
            published = network.find_published(part.rendered, part.key, first_try_at(placement))
        if published is None:
            _require_may_write(claim, clock)
            progress.writing = True
            published = write_part(network, part, out)
        note_part(placement, part, published, len(parts))
        out[part.number] = published
        if len(parts) > 1:
            progress.writing = False
            _hold_on(claim, clock())
    return out[1], cost_of(network, parts)


def _require_may_write(claim: Claim, clock: Clock) -> None:
    """Ask once more, right before a write, whether it is still meant, allowed and ours."""
    require_not_left_out(claim.placement, clock())
    require_approved(claim.placement, clock())
    require_not_stopped(claim.placement, clock())
    _require_still_mine(claim, clock())


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


def _hold_on(claim: Claim, now: datetime) -> None:
    """A thread takes as long as it has parts: each one that is out renews the lease."""
    mine = Placement.objects.filter(pk=claim.placement.pk, state=State.SENDING, claimed_by=claim.token)
    mine.update(claimed_at=now)


def _rest(n_attempts: int) -> timedelta:
    return min(FIRST_REST * (1 << min(n_attempts - 1, 8)), LONGEST_REST)
