"""Measure anew: from orders, links, codes and clicks to evidence, paths, credit and the roll-ups that pages read."""

import logging
from datetime import datetime, timedelta

import duckdb
from django.db import transaction
from django.utils import timezone

from livingroom.attribution import measuring
from livingroom.attribution.difference import apply_difference
from livingroom.attribution.lake import open_lake
from livingroom.attribution.models import AnsweredOrder, Credit, Evidence, Run, Touch
from livingroom.attribution.named_sql import named_sql
from livingroom.attribution.rollups import roll_up
from livingroom.attribution.seen import what_is_there
from livingroom.shared.events import raise_alarm, resolve_alarm
from livingroom.shared.leases import leased
from livingroom.shared.models import Brand

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=10)
MEMORY = "2GB"
ALIKE = ("rules", "window_days", "networks", "counts_answers", "inputs")
ROWS = {
    Evidence: "evidence_rows",
    Touch: "path_rows",
    Credit: "credit_rows",
    AnsweredOrder: "answered_orders",
}


def has_news() -> bool:
    """Whether anything that figures are made from has changed since the last run. Cheap: it counts and looks at the newest."""
    last = _last_whole_run()
    return last is None or last.seen != what_is_there()


def run_attribution(now: datetime, full: bool = False) -> Run | None:
    """Bring evidence, paths, credit and roll-ups up to date with orders and clicks.

    Return None when nothing has changed since the last run, or while another process is at it. `full` measures every
    person again. Whatever goes wrong is noted on the run, rings an alarm, and rises.
    """
    with leased("attribution", now=now, length=LEASE) as is_ours:
        if not is_ours:
            return None
        seen = what_is_there()
        last = _last_whole_run()
        if last and last.seen == seen and not full:
            return None
        is_full = full or last is None or not _measured_alike(last.seen, seen)
        run = Run.objects.create(
            started_at=now,
            is_full=is_full,
            seen=seen,
            rule_version=seen["rules"],
            window_days=seen["window_days"],
        )
        try:
            _measure(run, touches_are_the_same=_touches_are_the_same(last, seen))
        except Exception as error:
            _note_problem(run, error)
            raise
        resolve_alarm(kind="attribution", subject="measuring", now=now)
        return run


def _last_whole_run() -> Run | None:
    return Run.objects.filter(problem="").exclude(ended_at=None).first()


def _measured_alike(before: dict[str, object], after: dict[str, object]) -> bool:
    """Another rule or another window touches everybody, not only those with news."""
    return all(before.get(key) == after[key] for key in ALIKE)


def _touches_are_the_same(last: Run | None, seen: dict[str, object]) -> bool:
    """A run whose touches did not reach the lake left older ones there."""
    names = ("segments", "links", "codes", "answers", "window_days", "counts_answers", "inputs")
    return last is not None and last.is_kept and all(last.seen.get(name) == seen[name] for name in names)


def _measure(run: Run, *, touches_are_the_same: bool) -> None:
    lake = open_lake()
    inputs = measuring.gather(
        lake,
        window_days=run.window_days,
        counts_answers=run.seen["counts_answers"],
        touches_are_the_same=touches_are_the_same,
    )
    with duckdb.connect(config={"memory_limit": MEMORY}) as duck:
        run.is_full = measuring.register(duck, lake, inputs, everyone=run.is_full)
        orders = None if run.is_full else measuring.orders_of_people(duck)
        measuring.measure(duck, window_days=run.window_days, networks=run.seen["networks"])
        with transaction.atomic():
            run.n_changed = _apply(duck, orders, run.started_at)
            run.n_orders, run.n_touches, run.n_people = measuring.counts(duck)
            run.ended_at = timezone.now()
            run.save()
    # Kept last: should we be killed before, the next run measures the same people once more and finds them equal.
    measuring.keep(lake, inputs)
    run.is_kept = True
    run.save(update_fields=["is_kept"])


def _apply(duck: duckdb.DuckDBPyConnection, orders: list[int] | None, now: datetime) -> int:
    """Write what differs, for these orders or (None) for all. Return how many rows were removed or written."""
    n_changed = 0
    for model, rows in ROWS.items():
        n_changed += apply_difference(duck, model, f"({named_sql(rows)})", orders=orders)
    return n_changed + roll_up(duck, currency=Brand.current().reporting_currency, now=now)


def _note_problem(run: Run, error: Exception) -> None:
    run.problem = f"{type(error).__name__}: {error}"
    run.ended_at = timezone.now()
    run.save()
    raise_alarm(
        kind="attribution",
        subject="measuring",
        text=f"Orders are not being measured, so the overview stands still. {run.problem[:300]}",
        now=run.ended_at,
    )
