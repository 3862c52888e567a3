from datetime import timedelta

import pytest

from livingroom.listening.counting import check, recount_stale
from livingroom.listening.models import HourCount, Mention, StaleHour
from livingroom.listening.taking import forget
from livingroom.listening.understanding.corrections import correct
from tests.listening import cast
from tests.listening.cast import NOW, said

pytestmark = pytest.mark.django_db


def n_counted(topic: int = 0) -> int:
    return sum(HourCount.objects.filter(topic_number=topic).values_list("n", flat=True))


def test_hours_are_counted_by_topic_language_and_branch():
    topic, branch = cast.topic(), cast.branch()
    said(3, NOW, topic, branch=branch)
    said(2, NOW + timedelta(minutes=50), language="pt")

    recount_stale()

    rows = set(HourCount.objects.values_list("topic_number", "language", "branch_number", "n"))
    assert rows == {(0, "en", branch.pk, 3), (topic.pk, "en", branch.pk, 3), (0, "pt", 0, 2)}
    assert check(NOW, NOW) == []


def test_what_goes_or_turns_out_spam_is_counted_no_more():
    rows = said(4, NOW)
    recount_stale()

    forget("sandbox", [rows[0].key], now=NOW)
    correct(staff=cast.staff(), mentions=[rows[1]], kind="spam", value="spam", now=NOW)
    recount_stale()

    assert n_counted() == 2
    assert check(NOW, NOW) == []


def test_the_check_names_what_differs():
    said(4, NOW)
    recount_stale()
    Mention.objects.first().delete()

    [difference] = check(NOW, NOW)

    assert (difference.hour, difference.counted, difference.rows) == (NOW, 4, 3)


def test_counting_twice_counts_once():
    said(4, NOW)
    recount_stale()
    StaleHour.objects.create(hour=NOW)
    recount_stale()

    assert n_counted() == 4
    assert recount_stale() == []
