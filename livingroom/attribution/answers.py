"""Whom a person of ours answered, for the measuring room.

Read from the records each time: many a customer is known only by the order that follows, and merges, their undoing and erasure
change who somebody is. Here they are always as the house knows them now.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet, Sum

from livingroom.attribution.inputs import microseconds, read_table
from livingroom.inbox.joining.models import Joining
from livingroom.inbox.models import Author, Conversation, Message
from livingroom.links.models import Link

ANSWER_SCHEMA = pa.schema(
    [
        ("message_id", pa.int64()),
        ("conversation_id", pa.int64()),
        ("customer_id", pa.int64()),
        ("branch_id", pa.int64()),
        ("at", pa.int64()),
    ]
)
SAID_SCHEMA = pa.schema([("message_id", pa.int64()), ("link_id", pa.int64())])
AT_ONCE = 500
NEWEST_ANSWERS = 500
# A transaction may become visible after one that began later; counting the newest minutes' rows notices it.
LATE_COMMIT = timedelta(minutes=10)


def register_answers(duck: duckdb.DuckDBPyConnection, window_us: int) -> None:
    """Make `answers`, `said` and `answer_settings` known: what sql/answered.sql reads beside orders and clicks."""
    duck.register("answers", read_answers())
    duck.register("said", read_said())
    duck.register("answer_settings", pa.table({"window_us": pa.array([window_us], pa.int64())}))


def read_answers() -> pa.Table:
    """Every answer that a person of ours sent to somebody whom we know as a customer."""
    return read_table(
        f"""
        SELECT message.id, conversation.id, author.customer_id, conversation.branch_id, {microseconds('message."at"')}
        FROM inbox_author AS author
        JOIN inbox_conversation AS conversation ON conversation.author_id = author.id
        JOIN inbox_message AS message ON message.conversation_id = conversation.id
        WHERE author.customer_id IS NOT NULL AND message.direction = 'out' AND message.state = 'sent'
            AND NOT message.is_automatic
        """,  # noqa: S608 - the only variable part is the database's own way to say microseconds
        ANSWER_SCHEMA,
    )


def read_said() -> pa.Table:
    """Which of our links stood in which answer; no link where the words are erased and nobody can tell any more."""
    rows = _sent().values_list("pk", "text")
    found = {pk: set(_slugs(text)) for pk, text in rows.filter(text__contains=f"{_short_host()}/").iterator()}
    links = _links({slug for slugs in found.values() for slug in slugs})
    said: list[tuple[int, int | None]] = [
        (pk, links[slug]) for pk, slugs in found.items() for slug in sorted(slugs) if slug in links
    ]
    said += [(pk, None) for pk, _ in rows.filter(text="")]
    return pa.Table.from_pylist(
        [{"message_id": pk, "link_id": link} for pk, link in said], schema=SAID_SCHEMA
    )


def answers_there() -> list[object]:
    """How far answering has come, for customers whom we know: it tells new answers, customers and cases that were merged or
    parted, and who became known or was erased. A case that moved to another branch is seen with the next of these."""
    newest = Conversation.objects.filter(last_out_at__isnull=False).order_by("-last_out_at")
    rows = newest.values_list("last_out_at", "author__customer")[:NEWEST_ANSWERS]
    known = [at for at, customer in rows if at is not None and customer is not None]
    latest = known[0] if known else None
    people = Author.objects.filter(customer__isnull=False).aggregate(Count("customer"), Sum("customer"))
    joined = Joining.objects.aggregate(Max("pk"), Count("undone_at"))
    return [
        latest.isoformat() if latest else None,
        sum(at >= latest - LATE_COMMIT for at in known) if latest else 0,
        *(str(value) for value in (*people.values(), *joined.values())),
    ]


def _sent() -> QuerySet[Message]:
    return Message.objects.filter(
        Q(direction=Message.Direction.OUT, state=Message.State.SENT, is_automatic=False),
        conversation__author__customer__isnull=False,
    ).order_by("pk")


def _short_host() -> str:
    return urlsplit(settings.SHORT_URL).netloc


def _slugs(text: str) -> Iterator[str]:
    return (found[1] for found in re.finditer(rf"{re.escape(_short_host())}/([A-Za-z0-9_-]+)", text))


def _links(slugs: set[str]) -> dict[str, int]:
    wanted, found = sorted(slugs), dict[str, int]()
    for start in range(0, len(wanted), AT_ONCE):
        found |= dict(Link.objects.filter(slug__in=wanted[start : start + AT_ONCE]).values_list("slug", "pk"))
    return found
