"""Answered conversations as touches in the lake: a customer whom a person of ours answered met us, and may buy for that.

Table `answers`, a partition for each day (UTC): one row for each human answer to somebody whom we know as a customer.
Days are written anew as a whole, so writing one twice changes nothing.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from django.conf import settings
from django.db.models import QuerySet

from livingroom.inbox.models import Message
from livingroom.lake import Lake

TABLE = "answers"
LATE_DAYS = (
    2  # an answer is noted when it was sent; what came to a customer later is written with the next answer
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def write_answers(days: Iterable[date], lake: Lake | None = None) -> int:
    """Write these days; returns how many touches they hold."""
    import pyarrow as pa

    schema = pa.schema(
        [
            ("at", pa.int64()),  # microseconds UTC
            ("conversation_id", pa.int64()),
            ("message_id", pa.int64()),
            ("customer_id", pa.int64()),
            ("branch_id", pa.int64()),
            ("channel", pa.string()),
            ("kind", pa.string()),
            ("class", pa.string()),
        ]
    )
    n = 0
    for day in sorted(set(days)):
        rows = _answers_of(day)
        columns: list[list[object]] = [list(column) for column in zip(*rows, strict=True)] or [
            [] for _ in schema
        ]
        table = pa.Table.from_arrays(
            [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)],
            schema=schema,
        )
        (lake or _lake()).write_table(TABLE, table, partition={"day": day.isoformat()})
        n += len(rows)
    return n


def recent_days(now: datetime) -> list[date]:
    return [now.astimezone(UTC).date() - timedelta(days=days) for days in range(LATE_DAYS + 1)]


def all_days() -> list[date]:
    """Every day on which somebody was answered: for a history that was brought in at once."""
    return list(_sent().dates("at", "day"))


def _answers_of(day: date) -> list[tuple[int, int, int, int, int | None, str, str, str]]:
    start = datetime.combine(day, time(), UTC)
    rows = (
        _sent()
        .filter(at__gte=start, at__lt=start + timedelta(days=1))
        .order_by("at", "pk")
        .values_list(
            "at", "conversation_id", "pk", "conversation__author__customer_id", "conversation__branch_id",
            "conversation__network",
        )
    )  # fmt: skip
    return [
        ((at - _EPOCH) // timedelta(microseconds=1), case, pk, customer, branch, network, "answer", "human")
        for at, case, pk, customer, branch, network in rows
        if customer is not None
    ]


def _sent() -> QuerySet[Message]:
    return Message.objects.filter(
        direction=Message.Direction.OUT,
        state=Message.State.SENT,
        is_automatic=False,
        conversation__author__customer__isnull=False,
    )


@cache
def _lake() -> Lake:
    return Lake.open(settings.LAKE_URL)
