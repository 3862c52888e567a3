"""Background work. Task rows carry a placement's id and no more; due times, attempts and results are on our own rows."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from livingroom.posts.calendar.imports import run_import
from livingroom.posts.calendar.models import PostImport
from livingroom.posts.calendar.recurring import make_recurring
from livingroom.posts.delivery import deliver, release_lost_claims, settle
from livingroom.posts.lateness import raise_late_alarms
from livingroom.posts.models import Placement
from livingroom.posts.pausing.operations import end_pauses_by_time, hold_due
from livingroom.posts.pausing.queries import pauses_to_come
from livingroom.posts.risk.models import LinkCheck
from livingroom.posts.risk.reaching import check_urls, urls_to_check

BATCH = 200
# A task that was lost with its worker is handed out again; the claim keeps a second copy from doing harm.
HAND_OUT_AGAIN_AFTER = timedelta(minutes=2)


@task()
def deliver_placement(placement_id: int) -> None:
    deliver(placement_id, timezone.now())


@task()
def settle_placement(placement_id: int) -> None:
    settle(placement_id, timezone.now())


@task(queue_name="slow")
def import_posts(import_id: int) -> None:
    made = PostImport.objects.select_related("by").filter(pk=import_id).first()
    if made is not None:
        run_import(made, timezone.now())


@task(queue_name="slow")
def check_page(url: str) -> None:
    check_urls([url], timezone.now())


def tick(now: datetime) -> None:
    """Do what is due this second. One process calls it, once a second."""
    release_lost_claims(now)
    end_pauses_by_time(now)
    hold_due(pauses_to_come(now), now)
    deliver_due(now)
    settle_unknown(now)
    raise_late_alarms(now)
    make_recurring(now)
    look_at_pages(now)


def look_at_pages(now: datetime) -> int:
    """Let a worker look at the pages that links of the next day lead to. Returns how many."""
    urls = urls_to_check(now)
    for url in urls:
        # Noted before it is looked at, so that the next second does not ask for it again.
        LinkCheck.objects.update_or_create(url=url, defaults={"checked_at": now})
        check_page.enqueue(url)
    return len(urls)


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
