"""What ideas say is taken in by itself, seconds after they were proposed."""

import time
from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from livingroom.ideas.likeness.meaning import open_meaning
from livingroom.ideas.likeness.operations import BY_WORDS, read_again_with, take_in_waiting
from livingroom.ideas.models import Idea
from livingroom.shared.leases import leased

WORK_FOR = 10.0  # seconds: then the next task goes on
EVERY = timedelta(seconds=12)  # never more often than a round takes, so that rounds do not queue up
_next_at: datetime | None = None
_looked_for_others = False


def tick(now: datetime) -> None:
    """One small query on an index that holds only what waits."""
    global _next_at, _looked_for_others
    if _next_at is not None and now < _next_at:
        return
    _next_at = now + EVERY
    if not _looked_for_others:  # once for each start: a model may have been installed since
        _looked_for_others = True
        change_model.enqueue()
    elif Idea.objects.filter(vector_at=None).exists():
        take_in.enqueue()


@task(queue_name="slow")
def take_in() -> int:
    n, until = 0, time.monotonic() + WORK_FOR
    with leased("likeness", now=timezone.now(), length=timedelta(minutes=5)) as is_ours:
        while is_ours and time.monotonic() < until:
            done = take_in_waiting(timezone.now())
            if not done:
                break
            n += done
    return n


@task(queue_name="slow")
def change_model() -> int:
    meaning = open_meaning()
    return read_again_with(meaning.name if meaning else BY_WORDS)
