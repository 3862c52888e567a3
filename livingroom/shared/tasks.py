"""Housekeeping of the queue itself: a task's row says nothing that our own rows do not, so it need not stay."""

from datetime import datetime, timedelta

from django.core.management import call_command
from django_tasks import task

TIDY_EVERY = timedelta(hours=6)
KEEP_DAYS = 3
_next_tidying_at: datetime | None = None


def tick(now: datetime) -> None:
    global _next_tidying_at
    if _next_tidying_at is None or now >= _next_tidying_at:
        _next_tidying_at = now + TIDY_EVERY
        forget_done_tasks.enqueue()


@task(queue_name="slow")
def forget_done_tasks() -> None:
    call_command("prune_db_task_results", queue_name="*", min_age_days=KEEP_DAYS, verbosity=0)
