"""A process unpacks a month once, and again as soon as one of its days was packed anew; never more than it may hold."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livingroom.inbox.models import Author, Conversation, Message
from livingroom.inbox.reports.keeping import Kept, Stretch, kept
from livingroom.inbox.reports.models import ServiceDay
from livingroom.inbox.reports.reading import Service, read_days
from livingroom.inbox.reports.rolling import mark_stale, roll_stale
from livingroom.inbox.reports.unpacking import unpack
from livingroom.measure.estimate import Estimate
from livingroom.people.models import Staff

FIRST, LAST = date(2026, 1, 20), date(2026, 3, 10)
NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def spring(db: None) -> None:
    """Fifty days over three months, a question on each."""
    boss = Staff.objects.create_user("boss@corner.test", name="Boss", role=Staff.Role.MANAGER)
    asker = Author.objects.create(network="sandbox", author_id="1", first_seen_at=NOW)
    for n in range(50):
        at = datetime(2026, 1, 20, 8, tzinfo=UTC) + timedelta(days=n)
        case = Conversation.objects.create(
            network="sandbox", thread_key=str(n), author=asker, opened_at=at, last_message_at=at, n_in=1
        )
        Message.objects.create(conversation=case, at=at, direction="in", author=asker, text="Help")
        answered_at = at + timedelta(minutes=10)
        Message.objects.create(
            conversation=case, at=answered_at, direction="out", state="sent", staff=boss, text="So",
            delivery_key=str(n),
        )  # fmt: skip
    pack_anew(*(FIRST + timedelta(days=n) for n in range(50)))


def pack_anew(*days: date) -> None:
    mark_stale(days)
    while roll_stale(NOW):
        pass


def n_reads() -> int:
    """How many times packed bytes are fetched when the whole period is read."""
    with CaptureQueriesContext(connection) as queries:
        read_days(FIRST, LAST)
    return sum('"closes"' in query["sql"] for query in queries)


def test_only_the_month_of_a_day_that_was_packed_anew_is_read_again(spring: None) -> None:
    first, second = n_reads(), n_reads()
    pack_anew(date(2026, 2, 14))

    assert (first, second, n_reads()) == (3, 0, 1)


def test_figures_follow_a_day_that_was_packed_anew(spring: None) -> None:
    before = Service(read_days(FIRST, LAST), NOW).answered
    Message.objects.filter(direction="out", at__date=date(2026, 2, 14)).delete()
    pack_anew(date(2026, 2, 14))

    after = Service(read_days(FIRST, LAST), NOW).answered

    assert isinstance(before, Estimate)
    assert isinstance(after, Estimate)
    assert (before.value, after.value) == (1, 49 / 50)


def test_a_day_that_has_no_conversations_any_more_is_gone(spring: None) -> None:
    read_days(FIRST, LAST)
    Conversation.objects.filter(opened_at__date=date(2026, 2, 14)).delete()
    pack_anew(date(2026, 2, 14))

    assert Service(read_days(FIRST, LAST), NOW).n == 49


def test_part_of_a_month_is_no_more_than_that(spring: None) -> None:
    read_days(FIRST, LAST)

    assert Service(read_days(date(2026, 2, 3), date(2026, 2, 5)), NOW).n == 3
    assert Service(read_days(date(2026, 2, 3), date(2026, 2, 5), branches=[7]), NOW).n == 0


def test_what_a_process_keeps_cannot_be_changed_by_who_reads_it(spring: None) -> None:
    found = read_days(date(2026, 2, 1), date(2026, 2, 28))

    with pytest.raises(ValueError, match="read-only"):
        found.of("first")["until"][0] = 0


def test_the_months_asked_for_longest_ago_are_dropped_first(spring: None) -> None:
    columns, n_bytes = unpack(list(ServiceDay.objects.values_list("cases", "waits", "closes")))
    one, other, third = (Stretch(date(year, 1, 1), date(year, 1, 31), None) for year in (2024, 2025, 2026))
    small = Kept(most_bytes=2 * n_bytes)

    small.keep(one, (), columns, n_bytes)
    small.keep(other, (), columns, n_bytes)
    small.get(one, ())
    small.keep(third, (), columns, n_bytes)

    assert small.get(other, ()) is None
    assert small.get(one, ()) is small.get(third, ()) is columns
    assert small.n_bytes == 2 * n_bytes
    assert 0 < n_bytes < kept.most_bytes
