"""Sending an answer, exactly once.

    due ──claim──> sending ──────────────> sent
     ^               │  │
     │  surely not   │  └── refused ─────> failed
     │  sent         │
     ├───────────────┘
     │               answer lost, or the worker died
     └── not there <── unknown ── found ─> sent

A claim is one UPDATE that only one worker wins. After the first attempt every further one looks before it writes, and what
is unknown is settled by looking, never by sending. Mail cannot be looked up: there the unknown waits for a person.
"""

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from livingroom.inbox.answering.models import AnswerAttempt
from livingroom.inbox.answering.outcomes import (
    look_again,
    mark_failed,
    mark_lost,
    mark_sent,
    mark_unknown,
    try_again,
)
from livingroom.inbox.answering.roads import Road, road_for
from livingroom.inbox.answering.standing import account_of, why_not
from livingroom.inbox.models import Message
from livingroom.networks.errors import AuthExpired, Forbidden, NetworkError
from livingroom.networks.interface import Published
from livingroom.networks.operations import check_connection
from livingroom.networks.registry import UnknownNetwork
from livingroom.networks.writing import (
    CLOCKS_DIFFER,
    LEASE,
    LOOKS_APART,
    NEEDED_FOR_A_WRITE,
    SETTLE_AFTER,
    CannotSend,
    Next,
    looks_to_be_sure,
    try_again_at,
    what_next,
)

log = logging.getLogger("livingroom.inbox")

State = Message.State
Clock = Callable[[], datetime]
AT_ONCE = 200
_WITH = ("conversation__connection", "conversation__branch__connection", "conversation__author", "staff")


class ClaimLost(Exception):
    """We were asleep for longer than the lease, and others have taken over."""


@dataclass(frozen=True)
class Due:
    """An answer and the time at which it is to be tried: another time is another try."""

    message_id: int
    at: datetime


@dataclass
class Claim:
    """One worker's right to send one answer, until its lease is over."""

    message: Message
    token: str
    writing: bool = False


def due_answers(now: datetime) -> list[Due]:
    """What is to be sent by now."""
    return _due(State.DUE, now)


def unknown_answers(now: datetime) -> list[Due]:
    """What is to be looked up by now."""
    return _due(State.UNKNOWN, now)


def _due(state: str, now: datetime) -> list[Due]:
    rows = Message.objects.filter(state=state, try_at__lte=now).order_by("try_at")
    return [Due(pk, at) for pk, at in rows.values_list("pk", "try_at")[:AT_ONCE] if at is not None]


def send_answer(message_id: int, now: datetime, clock: Clock = timezone.now) -> Message | None:
    """Send an answer that is due, unless another worker has it or had it. Returns it as it then is."""
    claim = claim_answer(message_id, now)
    if claim is None:
        return None
    try:
        published = _write(claim, clock)
    except ClaimLost:
        log.warning("message %s: the claim was lost before anything was sent", message_id)
    except Exception as error:
        _not_sent(claim, error, clock())
        if not isinstance(error, NetworkError | CannotSend | UnknownNetwork):
            raise
    else:
        mark_sent(claim.message, published, now=clock())
    claim.message.refresh_from_db()
    return claim.message


def claim_answer(message_id: int, now: datetime) -> Claim | None:
    """Win the right to send, or not: of many workers one does."""
    token = secrets.token_hex(8)
    with transaction.atomic():
        won = Message.objects.filter(pk=message_id, state=State.DUE, try_at__lte=now)
        if not won.update(
            state=State.SENDING, claimed_at=now, claimed_by=token, n_attempts=F("n_attempts") + 1
        ):
            return None
        message = Message.objects.select_related(*_WITH).get(pk=message_id)
        AnswerAttempt.objects.create(message=message, number=message.n_attempts, started_at=now)
    return Claim(message, token)


def release_lost_claims(now: datetime) -> int:
    """Turn what a dead worker left behind into something that is looked up. Returns how many."""
    lost = Message.objects.filter(state=State.SENDING, claimed_at__lte=now - LEASE)
    rows = list(lost.values_list("pk", "claimed_by"))
    for pk, token in rows:
        mark_unknown(pk, token, "The worker that was sending it is gone.", look_at=now, now=now)
    return len(rows)


def settle_answer(message_id: int, now: datetime, clock: Clock = timezone.now) -> Message | None:
    """Look on the network what became of an answer whose outcome is unknown."""
    mine = Message.objects.filter(pk=message_id, state=State.UNKNOWN, try_at__lte=now)
    if not mine.update(try_at=now + LOOKS_APART):  # others look a minute later, should we die
        return None
    message = Message.objects.select_related(*_WITH).get(pk=message_id)
    try:
        road = road_for(message)
        found = road.find(first_try_at(message)) if road.can_look else None
    except (NetworkError, CannotSend, UnknownNetwork) as error:
        look_again(message, str(error), look_at=clock() + LOOKS_APART)
    else:
        _settle(message, road, found, clock())
    message.refresh_from_db()
    return message


def first_try_at(message: Message) -> datetime:
    """Since when it can be there, with room for clocks that differ."""
    first = message.attempts.order_by("number").values_list("started_at", flat=True).first()
    return (first or message.at) - CLOCKS_DIFFER


def _write(claim: Claim, clock: Clock) -> Published:
    message = claim.message
    road = road_for(message)
    if message.n_attempts > 1 and road.can_look and (found := road.find(first_try_at(message))):
        return found
    if why := why_not(message.conversation, clock(), is_automatic=message.is_automatic, may_be_closed=True):
        raise CannotSend(why)
    _require_still_mine(claim, clock())
    claim.writing = True
    return road.write()


def _require_still_mine(claim: Claim, now: datetime) -> None:
    mine = Message.objects.filter(pk=claim.message.pk, state=State.SENDING, claimed_by=claim.token)
    if not mine.filter(claimed_at__gt=now + NEEDED_FOR_A_WRITE - LEASE).exists():
        raise ClaimLost


def _not_sent(claim: Claim, error: Exception, now: datetime) -> None:
    message, text = claim.message, str(error) or type(error).__name__
    following = what_next(error, writing=claim.writing, n_attempts=message.n_attempts)
    if following == Next.UNKNOWN:
        mark_unknown(message.pk, claim.token, text, look_at=now + SETTLE_AFTER, now=now)
    elif following == Next.AGAIN:
        try_again(message.pk, claim.token, text, at=try_again_at(error, message.n_attempts, now))
    else:
        mark_failed(message, claim.token, text, now=now)
        account = account_of(message.conversation)
        if isinstance(error, AuthExpired | Forbidden) and account is not None:
            with suppress(NetworkError):  # the connection itself finds out and says what is wrong
                check_connection(connection=account, now=now)


def _settle(message: Message, road: Road, found: Published | None, now: datetime) -> None:
    if found is not None:
        mark_sent(message, found, now=now)
    elif not road.can_look:
        mark_lost(message, now=now)
    elif message.n_looks + 1 < looks_to_be_sure(own_key=road.own_key):
        look_again(message, "We looked and it is not there yet.", look_at=now + LOOKS_APART, n_looks=1)
    else:
        text = "The network does not have it: it is sent again."
        try_again(message.pk, message.claimed_by, text, at=now)
