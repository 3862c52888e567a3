"""What can only be measured for the whole house at once: credit by models that learn from all journeys, overlap, leaks.

It is measured when the figures have rested for a while, so that a shop that sends an order each second is not counted
through each second. Pages say when it was.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import duckdb
from django.db import transaction
from django.utils import timezone

from livingroom.attribution import leaks, whole_credit, whole_overlap
from livingroom.attribution.lake import open_lake
from livingroom.attribution.models import Run, WholeRun
from livingroom.attribution.seen import last_run
from livingroom.attribution.spans import named_spans, whole_programme
from livingroom.attribution.whole_tables import gather
from livingroom.shared.events import raise_alarm, resolve_alarm
from livingroom.shared.leases import leased
from livingroom.shared.models import Brand

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=30)
MEMORY = "2GB"
QUIET = timedelta(minutes=1)
AT_LEAST_EVERY = timedelta(hours=6)
PAUSE_AFTER_PROBLEM = timedelta(minutes=10)
REST_PER_WORK = 20  # the news come first: at most a twentieth of one core


def is_due(now: datetime) -> bool:
    """Whether something was measured since, and it has been quiet for a while (or noisy for very long)."""
    run, last = last_run(), WholeRun.objects.exclude(ended_at=None).first()
    if run is None or run.ended_at is None:
        return False
    if last is None or last.ended_at is None:
        return True
    if last.problem:
        return last.ended_at + PAUSE_AFTER_PROBLEM <= now
    is_quiet = run.ended_at + QUIET <= now or last.ended_at + AT_LEAST_EVERY <= now
    rest = (last.ended_at - last.started_at) * REST_PER_WORK
    return last.run_id != run.pk and is_quiet and last.ended_at + rest <= now


def measure_whole(now: datetime, full: bool = False) -> WholeRun | None:
    """Measure the whole house. None without news (unless `full`), or while another process is at it.

    Whatever goes wrong is noted on the run, rings an alarm, and rises.
    """
    with leased("whole house", now=now, length=LEASE) as is_ours:
        run, last = last_run(), WholeRun.objects.exclude(ended_at=None).first()
        if not is_ours or run is None:
            return None
        if last and last.run_id == run.pk and not last.problem and not full:
            return None
        whole_run = WholeRun.objects.create(
            started_at=now,
            run_id=run.pk,
            window_days=run.window_days,
            currency=Brand.current().reporting_currency,
        )
        try:
            _measure(whole_run, run, now)
        except Exception as error:
            _note_problem(whole_run, error)
            raise
        resolve_alarm(kind="attribution", subject="the whole house", now=now)
        return whole_run


def _measure(whole_run: WholeRun, run: Run, now: datetime) -> None:
    lake = open_lake()
    months = whole_programme(now.date())
    spans = list(dict.fromkeys(named_spans(months).values())) if months else []
    with duckdb.connect(config={"memory_limit": MEMORY}) as duck:
        if not gather(duck, lake):
            spans = []
        writers: list[Callable[[], int]] = [
            whole_credit.prepare(duck, whole_run, spans),
            whole_overlap.prepare(duck, whole_run, spans),
            leaks.prepare(duck, whole_run, now),
        ]
        with transaction.atomic():
            whole_run.n_changed = sum(write() for write in writers)
            whole_run.ended_at = timezone.now()
            whole_run.save()
    leaks.ring(now)


def _note_problem(whole_run: WholeRun, error: Exception) -> None:
    whole_run.problem = f"{type(error).__name__}: {error}"
    whole_run.ended_at = timezone.now()
    whole_run.save()
    raise_alarm(
        kind="attribution",
        subject="the whole house",
        text=f"Credit by channel and leaks stand still. {whole_run.problem[:300]}",
        now=whole_run.ended_at,
    )
