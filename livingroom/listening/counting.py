"""Counts by hour, topic, language and branch: kept beside the rows, written anew from them hour by hour, and checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

from django.db import connection, transaction

from livingroom.listening.models import StaleHour

HOUR = timedelta(hours=1)
HOURS_AT_ONCE = 500
COUNTING = 0x4C697374  # the number of the lock, ours alone


@dataclass(frozen=True)
class Difference:
    """An hour whose counts do not say what the rows say."""

    hour: datetime
    topic_number: int
    language: str
    branch_number: int
    counted: int
    rows: int


def hour_of(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def mark_stale(moments: Iterable[datetime]) -> None:
    """Note that these hours' counts are to be written anew; cheap, and never waits for another worker."""
    hours = {hour_of(at) for at in moments}
    StaleHour.objects.bulk_create([StaleHour(hour=hour) for hour in sorted(hours)])


def recount_stale(limit: int = HOURS_AT_ONCE) -> list[datetime]:
    """Write the hours anew that changed since. Returns them.

    The notes are taken away before the rows are read, in the same transaction: what changes meanwhile notes itself again.
    """
    with transaction.atomic():
        notes = StaleHour.objects.order_by("hour")
        hours = sorted(set(notes.values_list("hour", flat=True)[: limit * 20]))[:limit]
        if not hours:
            return []
        known = list(StaleHour.objects.filter(hour__in=hours).values_list("pk", flat=True))
        for start in range(0, len(known), 5000):
            StaleHour.objects.filter(pk__in=known[start : start + 5000]).delete()
        recount(hours)
    return hours


def recount(hours: Iterable[datetime]) -> None:
    """Write the counts of whole hours anew, runs of hours together. Must stand in a transaction."""
    insert, delete = _sql("count_hours"), _sql("clear_hours")
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Two who count the same hour would both insert it; SQLite lets only one write anyway.
            cursor.execute("select pg_advisory_xact_lock(%s)", [COUNTING])
        for first, last in _runs(sorted({hour_of(hour) for hour in hours})):
            between = [_moment(first), _moment(last + HOUR)]
            cursor.execute(delete, between)
            cursor.execute(insert, between * 2)


def check(first: datetime, last: datetime) -> list[Difference]:
    """Compare counts with rows over whole hours. Returns what differs; nothing is the answer wanted."""
    between = [_moment(hour_of(first)), _moment(hour_of(last) + HOUR)]
    with connection.cursor() as cursor:
        cursor.execute(_sql("check_hours"), between * 3)
        rows = cursor.fetchall()
    return [
        Difference(_read(hour), topic, language, branch, counted, n)
        for hour, topic, language, branch, counted, n in rows
    ]


def _runs(hours: list[datetime]) -> list[tuple[datetime, datetime]]:
    """Hours in a row, as first and last."""
    runs: list[tuple[datetime, datetime]] = []
    for hour in hours:
        if runs and hour - runs[-1][1] == HOUR:
            runs[-1] = (runs[-1][0], hour)
        else:
            runs.append((hour, hour))
    return runs


def _sql(name: str) -> str:
    text = files("livingroom.listening").joinpath(f"sql/{name}.sql").read_text(encoding="utf-8")
    rows = files("livingroom.listening").joinpath("sql/hours_of_rows.sql").read_text(encoding="utf-8")
    hour = (
        "date_trunc('hour', m.at, 'UTC')"
        if connection.vendor == "postgresql"
        else "strftime('%%Y-%%m-%%d %%H:00:00', m.at)"
    )
    return text.replace("{rows}", rows.replace("{hour}", hour))


def _moment(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def _read(hour: datetime | str) -> datetime:
    return datetime.fromisoformat(hour).replace(tzinfo=UTC) if isinstance(hour, str) else hour
