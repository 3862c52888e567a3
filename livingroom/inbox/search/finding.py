"""Search over all history: the newest words that fit, with the conversations they stand in.

Messages are found in the order in which they came, newest first, so that the index is walked from its end and walking
stops as soon as a page is full; a frequent word costs no more than a rare one.
"""

import time
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from livingroom.inbox.filters import Filters, of_tab
from livingroom.inbox.listing import ROWS, Part, row_of
from livingroom.inbox.models import Conversation, Message
from livingroom.inbox.search.folding import Term, for_fts5, for_postgresql, read_query
from livingroom.inbox.search.marking import marked
from livingroom.people.models import Staff

MESSAGES_AT_ONCE = 3 * ROWS
FIRST_STRETCH = 20_000  # messages; later stretches are as long as half of the time that is left allows
SECONDS = 0.12
Found = tuple[int, int, str]  # message, conversation, text


def find(filters: Filters, staff: Staff, now: datetime, *, before: str = "") -> Part:
    """Conversations in which the words of `filters.text` were said, by the newest of those words. `before` is a key.

    Frequent words under filters that hardly anything fits would mean looking at everything: after a tenth of a second
    the part ends with what was found, and its key goes on from there.
    """
    if (number := filters.text.lstrip("#")).isdecimal() and len(number) < 18:
        return _by_number(int(number), now)
    terms = read_query(filters.text)
    if not any(not term.is_unwanted for term in terms):
        return Part([], is_search=True)
    rows = matching(terms).filter(filters.conditions(staff, now, prefix="conversation__"))
    if filters.tab != "all":
        rows = rows.filter(of_tab(filters.tab, staff, prefix="conversation__"))
    newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    found, seen_down_to = _look_back(rows, int(before) if before.isdecimal() else newest + 1)
    return _grouped(found, terms, now, seen_down_to)


def _look_back(rows: QuerySet[Message], below: int) -> tuple[list[Found], int]:
    """Stretch by stretch from the newest; returns what was found, and down to which message everything was looked at."""
    found: list[Found] = []
    began, stretch = time.perf_counter(), FIRST_STRETCH
    while below > 1 and len(found) <= MESSAGES_AT_ONCE and time.perf_counter() - began < SECONDS:
        started, low = time.perf_counter(), max(1, below - stretch)
        part = rows.filter(pk__gte=low, pk__lt=below).values_list("pk", "conversation_id", "text")
        found += part[: MESSAGES_AT_ONCE + 1 - len(found)]
        took, left = time.perf_counter() - started, SECONDS - (time.perf_counter() - began)
        # At most four times as much at once: the first stretch may have been an easy one.
        stretch = max(1000, int(stretch * min(4.0, left / 2 / max(took, 0.001))))
        below = low
    return found, below


def matching(terms: list[Term]) -> QuerySet[Message]:
    """Messages that hold the terms, what came last first."""
    rows = Message.objects.exclude(state=Message.State.CANCELLED)
    if connection.vendor == "postgresql":
        where = ["inbox_message.search @@ to_tsquery('simple', %s)"]
        return rows.extra(where=where, params=[for_postgresql(terms)]).order_by("-pk")  # noqa: S610 - values go beside
    return rows.extra(
        tables=["inbox_message_words"],
        where=["inbox_message_words.rowid = inbox_message.id", "inbox_message_words MATCH %s"],
        params=[for_fts5(terms)],
        order_by=["-inbox_message_words.rowid"],
    )


def _grouped(found: list[Found], terms: list[Term], now: datetime, seen_down_to: int) -> Part:
    """One row for each conversation, with its newest words; the key is the last message that was looked at."""
    newest: dict[int, str] = {}
    last = 0
    for pk, conversation, text in found[:MESSAGES_AT_ONCE]:
        if conversation not in newest and len(newest) == ROWS:
            break
        newest.setdefault(conversation, text)
        last = pk
    is_full = bool(found) and found[-1][0] < last
    key = last if is_full else seen_down_to if seen_down_to > 1 else 0
    rows = Conversation.objects.select_related("author", "branch", "owner", "team").in_bulk(list(newest))
    shown = [row_of(rows[pk], now, marked(text, terms)) for pk, text in newest.items()]
    return Part(shown, str(key) if key else "", is_search=True)


def _by_number(number: int, now: datetime) -> Part:
    rows = Conversation.objects.select_related("author", "branch", "owner", "team").filter(pk=number)
    return Part([row_of(row, now) for row in rows], is_search=True)
