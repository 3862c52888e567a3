from datetime import UTC, datetime, timedelta

import pytest

from livingroom.shared.leases import give_back, leased, take_lease
from livingroom.shared.models import Lease

pytestmark = pytest.mark.django_db
NOW = datetime(2009, 12, 8, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def take(holder: str, now: datetime = NOW) -> bool:
    return take_lease("ticker", holder, now=now, length=MINUTE)


def test_a_second_holder_is_turned_away() -> None:
    assert take("one")
    assert not take("two")


def test_the_holder_may_keep_it() -> None:
    take("one")

    assert take("one", NOW + timedelta(seconds=59))
    assert not take("two", NOW + timedelta(seconds=90))


def test_a_holder_that_died_loses_it_by_time() -> None:
    take("one")

    assert take("two", NOW + MINUTE)
    assert not take("one", NOW + MINUTE)


def test_only_the_holder_gives_it_back() -> None:
    take("one")

    give_back("ticker", "two")

    assert not take("three")


def test_a_job_is_nobody_elses_while_it_is_done_not_even_in_the_same_process() -> None:
    with leased("work", now=NOW, length=MINUTE) as ours, leased("work", now=NOW, length=MINUTE) as theirs:
        assert (ours, theirs) == (True, False)


def test_a_job_is_given_back_at_its_end_also_when_it_fails() -> None:
    with pytest.raises(ZeroDivisionError), leased("work", now=NOW, length=MINUTE):
        raise ZeroDivisionError

    assert not Lease.objects.exists()
