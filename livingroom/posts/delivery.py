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
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from livingroom.networks.errors import (
    AuthExpired,
    Forbidden,
    NetworkError,
)
from livingroom.networks.interface import Cost, Published
from livingroom.networks.operations import check_connection
from livingroom.networks.writing import SETTLE_AFTER as SETTLE_AFTER
from livingroom.networks.writing import Next, try_again_at, what_next
from livingroom.posts.claiming import Claim, ClaimLost, first_try_at, hold_on, open_branch, require_still_mine
from livingroom.posts.claiming import claim_placement as claim_placement
from livingroom.posts.claiming import release_lost_claims as release_lost_claims
from livingroom.posts.gates import (
    HeldBack,
    NotApproved,
    Stopped,
    require_approved,
    require_not_left_out,
    require_not_stopped,
    require_still_meant,
)
from livingroom.posts.models import Placement
from livingroom.posts.outcomes import (
    mark_failed,
    mark_held,
    mark_sent,
    mark_stopped,
    mark_unknown,
    mark_waiting,
    try_again,
)
from livingroom.posts.settling import LOOKS_APART as LOOKS_APART
from livingroom.posts.settling import settle as settle
from livingroom.posts.threads.parts import CannotSend, cost_of, note_part, parts_of, parts_out, write_part

log = logging.getLogger("livingroom.posts")

Clock = Callable[[], datetime]


def deliver(placement_id: int, now: datetime, clock: Clock = timezone.now) -> Placement | None:
    """Send a placement that is due, unless another worker has it or had it. Returns it as it then is."""
    claim = claim_placement(placement_id, now)
    if claim is None:
        return None
    _send(claim, clock)
    claim.placement.refresh_from_db()
    return claim.placement


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
    except ClaimLost:
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
            hold_on(claim, clock())
    return out[1], cost_of(network, parts)


def _require_may_write(claim: Claim, clock: Clock) -> None:
    """Ask once more, right before a write, whether it is still meant, allowed and ours."""
    require_not_left_out(claim.placement, clock())
    require_approved(claim.placement, clock())
    require_not_stopped(claim.placement, clock())
    require_still_mine(claim, clock())


def _not_sent(claim: Claim, error: Exception, *, writing: bool, now: datetime) -> None:
    """Decide what a failure means for the placement."""
    placement, token, text = claim.placement, claim.token, str(error) or type(error).__name__
    following = what_next(error, writing=writing, n_attempts=placement.n_attempts)
    if following == Next.UNKNOWN:
        mark_unknown(placement.pk, token, text, settle_at=now + SETTLE_AFTER, now=now)
    elif following == Next.AGAIN:
        retry_at = try_again_at(error, placement.n_attempts, now)
        try_again(placement.pk, token, text, retry_at=retry_at, now=now)
    else:
        mark_failed(placement, token, error, now=now)
        if isinstance(error, AuthExpired | Forbidden):
            _look_at_connection(placement, now)


def _look_at_connection(placement: Placement, now: datetime) -> None:
    """Let the connection itself find out and say what is wrong, so that the next post is stopped before it is sent."""
    if placement.branch.connection is not None:
        with suppress(NetworkError):
            check_connection(connection=placement.branch.connection, now=now)


@dataclass
class _Progress:
    """How far a delivery came: from the moment the network is written to, a failure is an outcome unknown."""

    writing: bool = False
