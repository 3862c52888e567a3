"""What the ticker calls: read those anew of whom something changed, and in rounds everybody."""

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from livingroom.segments.clock import as_of
from livingroom.segments.keeping import keep, sweep
from livingroom.segments.noticing import has_changes

LOOK_EVERY = timedelta(seconds=5)
SWEEP_EVERY = timedelta(minutes=1)
_next_look_at: datetime | None = None
_next_sweep_at: datetime | None = None


def tick(now: datetime) -> None:
    global _next_look_at, _next_sweep_at
    if _next_look_at is not None and now < _next_look_at:
        return
    _next_look_at = now + LOOK_EVERY
    if DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=keep_facts.module_path).exists():
        return  # a worker will look anyway
    if has_changes(as_of(now)):
        keep_facts.enqueue()
    elif _next_sweep_at is None or now >= _next_sweep_at:
        _next_sweep_at = now + SWEEP_EVERY
        sweep_facts.enqueue()


@task(queue_name="slow")
def keep_facts() -> int:
    """Returns how many people were read."""
    return keep(timezone.now())


@task(queue_name="slow")
def sweep_facts() -> int:
    """Returns how many people were read."""
    now = timezone.now()
    return keep(now) + sweep(now)
