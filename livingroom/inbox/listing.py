"""The list of conversations: parts of it, one after the other, however long it is."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import F, Q, QuerySet

from livingroom.inbox.filters import TABS, Filters, of_tab
from livingroom.inbox.models import Conversation
from livingroom.people.models import Staff

ROWS = 30
MOST_COUNTED = 999
SOON = timedelta(minutes=30)
# Spelled out: SQLite takes a partial index only where the statement says in its own words what the index says. PostgreSQL
# sees it by itself, and would count the condition twice when it guesses how many rows there are.
IN_WORK_SQL = "inbox_conversation.state IN ('open', 'waiting', 'snoozed')"
COUNTED_TABS = ("mine", "unowned", "team", "all", "waiting", "snoozed")


@dataclass(frozen=True)
class Row:
    """One conversation in the list."""

    conversation: Conversation
    due: str = ""
    tone: str = ""
    found: str = ""  # the words that a search found, marked


@dataclass(frozen=True)
class Part:
    rows: list[Row]
    older: str = ""
    is_search: bool = False


@dataclass(frozen=True)
class Tab:
    url: str
    label: str
    is_current: bool
    n: str | None


def conversations(filters: Filters, staff: Staff, now: datetime) -> QuerySet[Conversation]:
    """All that fit, in no order."""
    rows = Conversation.objects.filter(of_tab(filters.tab, staff), filters.conditions(staff, now))
    if filters.tab == "closed" or connection.vendor != "sqlite":
        return rows
    return rows.extra(where=[IN_WORK_SQL])  # noqa: S610 - words of ours only


def page_of(filters: Filters, staff: Staff, now: datetime, *, after: str = "") -> Part:
    """The next part of the list. `after` is the key that the part before ended with."""
    rows = conversations(filters, staff, now).select_related("author", "branch", "owner", "team")
    by_due = filters.sort == "due" and filters.tab != "closed"
    rows = _after_due(rows, after) if by_due else _after_newest(rows, after)
    found = list(rows[: ROWS + 1])
    shown = found[:ROWS]
    older = (_due_key(shown[-1]) if by_due else _newest_key(shown[-1])) if len(found) > ROWS else ""
    return Part([row_of(one, now) for one in shown], older)


def row_of(conversation: Conversation, now: datetime, found: str = "") -> Row:
    due = conversation.due_at if conversation.state in Conversation.IN_WORK else None
    if due is None:
        return Row(conversation, found=found)
    tone = "bad" if due <= now else "warn" if due <= now + SOON else "neutral"
    words = f"{_length(abs(due - now))} late" if due <= now else f"in {_length(due - now)}"
    return Row(conversation, words, tone, found)


def tabs(filters: Filters, staff: Staff, now: datetime) -> list[Tab]:
    """The tabs with how much stands under each; counting stops where nobody would read the number."""
    narrowed = filters.is_narrowed
    return [
        Tab(
            f"/inbox/?{filters.address(tab=name, text='')}",
            label,
            name == filters.tab and not filters.text,
            _counted(Filters(tab=name) if not narrowed else _with_tab(filters, name), staff, now)
            if name in COUNTED_TABS
            else None,
        )
        for name, label in TABS.items()
    ]


def _with_tab(filters: Filters, tab: str) -> Filters:
    return Filters(**{**vars(filters), "tab": tab, "text": ""})


def _counted(filters: Filters, staff: Staff, now: datetime) -> str:
    n = conversations(filters, staff, now).order_by()[: MOST_COUNTED + 1].count()
    return f"{MOST_COUNTED}+" if n > MOST_COUNTED else str(n)


def _after_newest(rows: QuerySet[Conversation], after: str) -> QuerySet[Conversation]:
    if key := _read_key(after):
        at, pk = key
        if at is not None:
            rows = rows.filter(last_message_at__lte=at).exclude(last_message_at=at, pk__gte=pk)
    return rows.order_by("-last_message_at", "-pk")


def _after_due(rows: QuerySet[Conversation], after: str) -> QuerySet[Conversation]:
    """What breaks next first; what nothing was promised for comes last."""
    if key := _read_key(after):
        at, pk = key
        if at is None:
            rows = rows.filter(due_at=None, pk__gt=pk)
        else:
            rows = rows.filter(Q(due_at=None) | Q(due_at__gt=at) | Q(due_at=at, pk__gt=pk))
    if connection.vendor == "postgresql":
        return rows.order_by(F("due_at").asc(), "pk")  # NULLs are last by themselves, and the index knows
    return rows.order_by(F("due_at").asc(nulls_last=True), "pk")


def _newest_key(row: Conversation) -> str:
    return f"{row.last_message_at.timestamp():.6f}_{row.pk}"


def _due_key(row: Conversation) -> str:
    return f"{row.due_at.timestamp():.6f}_{row.pk}" if row.due_at else f"_{row.pk}"


def _read_key(text: str) -> tuple[datetime | None, int] | None:
    at, separator, pk = text.partition("_")
    try:
        return (datetime.fromtimestamp(float(at), tz=UTC) if at else None, int(pk)) if separator else None
    except (ValueError, OverflowError, OSError):
        return None


def _length(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes < 24 * 60 else f"{minutes // (24 * 60)} d"
