"""How an attempt ends: the placement, its attempt, the alarm and the event change together or not at all."""

import logging
from datetime import datetime
from decimal import ROUND_HALF_UP

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from livingroom.experiments.obeying import note_exposure
from livingroom.experiments.queries import LeftOut
from livingroom.networks.errors import AuthExpired, Forbidden, Invalid, NetworkError, OutOfCredit
from livingroom.networks.interface import Cost, Published
from livingroom.orders.actors import HOUSE
from livingroom.orders.costs import record_cost
from livingroom.orders.models import Cost as CostRow
from livingroom.posts.models import DeliveryAttempt, Placement
from livingroom.posts.pausing.models import Pause
from livingroom.posts.pausing.operations import hold
from livingroom.shared.events import raise_alarm, record_event, resolve_alarm
from livingroom.shared.money import to_minor

log = logging.getLogger("livingroom.posts")

State = Placement.State
Outcome = DeliveryAttempt.Outcome
ACTOR = "delivery"
RINGING = (
    "late",
    "failed",
    "held",
)  # the alarms of a placement that end when it is out, promised anew or cancelled


def mark_sent(placement: Placement, published: Published, fee: Cost, now: datetime) -> bool:
    """Write down that it is out. Proof settles every other state; only a second proof is none of its business."""
    with transaction.atomic():
        if (
            not Placement.objects.filter(pk=placement.pk)
            .exclude(state=State.SENT)
            .update(
                state=State.SENT,
                sent_at=published.at,
                remote_id=published.ref.id,
                remote_url=published.ref.url,
                fee_usd=fee.amount,
                try_at=None,
                settle_at=None,
                problem="",
            )
        ):
            return False
        _end_attempt(placement.pk, Outcome.SENT, published.ref.url, now)
        for kind in RINGING:
            resolve_alarm(kind=kind, subject=placement, now=now)
        note_exposure(
            offer=placement.post.offer,
            branch=placement.branch,
            placement_id=placement.pk,
            sent_at=published.at,
        )
        _record_fee(placement, fee, now)
        record_event(actor=ACTOR, verb="sent", subject=placement, now=now, url=published.ref.url)
    return True


def mark_unknown(placement_id: int, token: str, text: str, *, settle_at: datetime, now: datetime) -> bool:
    with transaction.atomic():
        if not _mine(placement_id, token, State.SENDING).update(
            state=State.UNKNOWN, settle_at=settle_at, n_looks=0, queued_at=None, problem=text
        ):
            return False
        _end_attempt(placement_id, Outcome.UNKNOWN, text, now)
        record_event(
            actor=ACTOR, verb="lost the answer of", subject=f"placement {placement_id}", now=now, why=text
        )
    return True


def try_again(placement_id: int, token: str, text: str, *, retry_at: datetime, now: datetime) -> bool:
    """Nothing was sent, surely: schedule it again."""
    with transaction.atomic():
        if not _mine(placement_id, token, State.SENDING, State.UNKNOWN).update(
            state=State.SCHEDULED, try_at=retry_at, queued_at=None, settle_at=None, problem=text
        ):
            return False
        _end_attempt(placement_id, Outcome.NOT_SENT, text, now)
    return True


def mark_failed(placement: Placement, token: str, error: Exception, *, now: datetime) -> bool:
    """A person must do something first: say what, and ring."""
    text = advice(placement, error)
    if n_out := placement.parts.count():
        text = f"{n_out} of its parts {'is' if n_out == 1 else 'are'} out already. {text}"
    with transaction.atomic():
        if not _mine(placement.pk, token, State.SENDING).update(
            state=State.FAILED, try_at=None, settle_at=None, problem=text
        ):
            return False
        _end_attempt(placement.pk, Outcome.FAILED, str(error), now)
        resolve_alarm(kind="late", subject=placement, now=now)
        raise_alarm(
            kind="failed",
            subject=placement,
            text=f"“{placement.post.title}” was not sent on {placement.branch}: {text}",
            url=reverse("post", args=[placement.post_id]),
            now=now,
        )
        record_event(actor=ACTOR, verb="could not send", subject=placement, now=now, why=text)
    return True


def mark_held(placement: Placement, token: str, found: LeftOut, *, now: datetime) -> bool:
    """An experiment leaves the branch out since it was scheduled: it is kept back, and a person is told."""
    with transaction.atomic():
        if not _mine(placement.pk, token, State.SENDING).update(
            state=State.HELD, try_at=None, settle_at=None, problem=found.reason
        ):
            return False
        _end_attempt(placement.pk, Outcome.HELD, found.reason, now)
        resolve_alarm(kind="late", subject=placement, now=now)
        raise_alarm(
            kind="held",
            subject=placement,
            text=f"“{placement.post.title}” was held back on {placement.branch}. {found.reason}",
            url=reverse("post", args=[placement.post_id]),
            now=now,
        )
        record_event(
            actor=ACTOR, verb="held back", subject=placement, now=now, experiment=found.experiment.pk
        )
    return True


def mark_waiting(placement: Placement, token: str, text: str, *, now: datetime) -> bool:
    """Its approval is not there, or not any more: it waits, and nothing was sent."""
    with transaction.atomic():
        if not _mine(placement.pk, token, State.SENDING).update(
            state=State.WAITING, try_at=None, settle_at=None, problem=text
        ):
            return False
        _end_attempt(placement.pk, Outcome.HELD, text, now)
        record_event(actor=ACTOR, verb="did not send unapproved", subject=placement, now=now, why=text)
    return True


def mark_stopped(placement: Placement, token: str, pause: Pause, *, now: datetime) -> bool:
    """A stop came between the claim and the write: nothing was sent."""
    with transaction.atomic():
        if not _mine(placement.pk, token, State.SENDING).exists():
            return False
        _end_attempt(placement.pk, Outcome.HELD, pause.said, now)
        return hold(placement, pause, State.SENDING, now=now)


def advice(placement: Placement, error: Exception) -> str:
    """Say what happened and what to do about it."""
    branch, said = placement.branch, (str(error) or type(error).__name__).rstrip(".")
    if isinstance(error, AuthExpired):
        return f"{branch} must be connected again ({said}). Do so on its page, then send this again."
    if isinstance(error, Forbidden):
        missing = f" It lacks the right “{error.scope}”." if error.scope else ""
        return f"The account of {branch} may not do this ({said}).{missing} Connect it with that right, then send this again."
    if isinstance(error, OutOfCredit):
        return f"{branch.network} wants to be paid first ({said}). Top up the account there, then send this again."
    if isinstance(error, Invalid):
        return f"{branch.network} refuses it: {said}. Change the text, then send it again."
    if isinstance(error, NetworkError):
        return f"{said}. We tried {placement.n_attempts} times: send it again when {branch.network} is well."
    return f"{said}."


def _mine(placement_id: int, token: str, *states: str) -> QuerySet[Placement]:
    return Placement.objects.filter(pk=placement_id, claimed_by=token, state__in=states)


def _end_attempt(placement_id: int, outcome: str, text: str, now: datetime) -> None:
    last = DeliveryAttempt.objects.filter(placement_id=placement_id).order_by("-number").values("pk")[:1]
    DeliveryAttempt.objects.filter(pk__in=list(last.values_list("pk", flat=True))).update(
        outcome=outcome, text=text, ended_at=now
    )


def _record_fee(placement: Placement, fee: Cost, now: datetime) -> None:
    """Book what the network charges. That it cannot be booked is no reason to forget that the post is out."""
    if not fee.amount:
        return
    try:
        with transaction.atomic():
            record_cost(
                actor=HOUSE,
                now=now,
                kind=CostRow.Kind.NETWORK_FEE,
                branch=placement.branch,
                on=now.date(),
                amount_minor=to_minor(fee.amount, fee.currency, rounding=ROUND_HALF_UP),
                currency=fee.currency,
                text=f"{placement.branch.network}: {fee.why}"[:200],
                source_key=f"placement {placement.pk}",
            )
    except Exception as error:
        log.exception("%s: the network's fee was not booked", placement)
        text = f"The fee of {placement} ({fee.amount} {fee.currency}) was not booked: {error}"
        raise_alarm(
            kind="fee", subject=placement, text=text, url=reverse("post", args=[placement.post_id]), now=now
        )
