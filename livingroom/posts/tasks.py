"""Background work. Task rows carry a placement's id and no more; due times, attempts and results are on our own rows."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from livingroom.posts.delivery import deliver, release_lost_claims, settle
from livingroom.posts.lateness import raise_late_alarms
from livingroom.posts.models import Placement

BATCH = 200
# A task that was lost with its worker is handed out again; the claim keeps a second copy from doing harm.
HAND_OUT_AGAIN_AFTER = timedelta(minutes=2)


@task()
def deliver_placement(placement_id: int) -> None:
    deliver(placement_id, timezone.now())


@task()
def settle_placement(placement_id: int) -> None:
    settle(placement_id, timezone.now())


def tick(now: datetime) -> None:
    """Do what is due this second. One process calls it, once a second."""
    release_lost_claims(now)
    deliver_due(now)
    settle_unknown(now)
    raise_late_alarms(now)


def deliver_due(now: datetime) -> int:
    """Hand every due placement to the workers, once. Returns how many."""
    return _hand_out(Q(state=Placement.State.SCHEDULED, try_at__lte=now), deliver_placement.enqueue, now)


def settle_unknown(now: datetime) -> int:
    """Hand what must be looked up to the workers. Returns how many."""
    return _hand_out(Q(state=Placement.State.UNKNOWN, settle_at__lte=now), settle_placement.enqueue, now)


def _hand_out(which: Q, enqueue: Callable[[int], object], now: datetime) -> int:
    free = Q(queued_at=None) | Q(queued_at__lte=now - HAND_OUT_AGAIN_AFTER)
    with transaction.atomic():
        ids = list(
            Placement.objects.filter(which, free).order_by("due_at").values_list("pk", flat=True)[:BATCH]
        )
        Placement.objects.filter(pk__in=ids).update(queued_at=now)
        for placement_id in ids:
            enqueue(placement_id)
    return len(ids)
