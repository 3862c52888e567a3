"""What the ticker calls: measure when there is news, but leave the machine most of its time for other things."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from livingroom.attribution.models import Run
from livingroom.attribution.operations import LEASE, has_news, run_attribution
from livingroom.attribution.whole import LEASE as WHOLE_LEASE
from livingroom.attribution.whole import is_due, measure_whole

PAUSE = timedelta(seconds=3)
PAUSE_AFTER_PROBLEM = timedelta(minutes=1)
REST_PER_WORK = 4  # after a run of ten seconds, forty of rest: at most a fifth of one core
_next_look_at: datetime | None = None


def tick(now: datetime) -> None:
    """Ask a worker to measure; the ticker itself never waits for it."""
    global _next_look_at
    if _next_look_at and now < _next_look_at:
        return
    _next_look_at = now + PAUSE
    if not is_resting(now) and has_news():
        if not _is_asked(measure_news.module_path, LEASE, now):
            measure_news.enqueue()
    elif is_due(now) and not _is_asked(measure_house.module_path, WHOLE_LEASE, now):
        measure_house.enqueue()


@task(queue_name="slow")
def measure_news() -> bool:
    """Returns whether there was anything to measure. A failure is on the run, rings, and is tried again in a minute."""
    return run_attribution(timezone.now()) is not None


@task(queue_name="slow")
def measure_house() -> bool:
    """Credit by channel, overlap and leaks, once the figures have come to rest. A failure is on its run, rings, and waits."""
    return measure_whole(timezone.now()) is not None


def is_resting(now: datetime) -> bool:
    """After work comes rest, longer after longer work and after a failure."""
    last = Run.objects.exclude(ended_at=None).first()
    if last is None or last.ended_at is None:
        return False
    rest = PAUSE_AFTER_PROBLEM if last.problem else (last.ended_at - last.started_at) * REST_PER_WORK
    return last.ended_at <= now < last.ended_at + rest


def _is_asked(path: str, lease: timedelta, now: datetime) -> bool:
    """Whether a worker has it already. One that died in the middle leaves its row running for ever: that counts no more."""
    alive = Q(status=TaskResultStatus.READY) | Q(status=TaskResultStatus.RUNNING, started_at__gt=now - lease)
    return DBTaskResult.objects.filter(alive, task_path=path).exists()
