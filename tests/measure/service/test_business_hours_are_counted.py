"""Business time: the same by hand, by minutes, one by one and many at once."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livingroom.measure.moments import as_microseconds
from livingroom.measure.service.calendars import (
    Calendar,
    NeverOpen,
    add_business_time,
    business_seconds,
    calendar_of,
)
from livingroom.measure.service.many import business_seconds_many
from livingroom.measure.service.pauses import due_at, running_seconds

CLOSED: tuple[tuple[int, int], ...] = ()
SPLIT = ((540, 750), (840, 1080))
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Calendar("Europe/Berlin", (SPLIT,) * 5 + (CLOSED, CLOSED), frozenset({date(2026, 5, 1)}))
NIGHT = Calendar("America/New_York", (((1320, 360),),) * 7)
HALF_HOURS = Calendar(
    "Asia/Kolkata", (((600, 1110),),) * 6 + (CLOSED,), special={date(2026, 6, 7): ((600, 720),)}
)
EVENING = datetime(2026, 6, 1, 17, 30, tzinfo=BERLIN)  # a Monday

moments = st.datetimes(datetime(2025, 12, 1), datetime(2027, 1, 31)).map(  # noqa: DTZ001 - made aware here
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)


def open_minutes(calendar, start, end):
    """Look at every minute on the wall: slow, and plain."""
    zone = ZoneInfo(calendar.zone)
    found = 0
    while start < end:
        local = start.astimezone(zone)
        minute, today = local.hour * 60 + local.minute, local.date()
        inside = any(
            opens <= minute < (closes if closes > opens else 1440)
            for opens, closes in calendar.shifts_on(today)
        )
        yesterday = calendar.shifts_on(today - timedelta(days=1))
        found += inside or any(closes <= opens and minute < closes for opens, closes in yesterday)
        start += timedelta(minutes=1)
    return found


@pytest.mark.parametrize("calendar", [OFFICE, NIGHT, HALF_HOURS])
@given(start=moments, minutes=st.integers(0, 3000))
@settings(max_examples=15, deadline=None)
def test_it_is_what_counting_minutes_gives(calendar, start, minutes):
    end = start + timedelta(minutes=minutes)

    assert business_seconds(start, end, calendar) == 60 * open_minutes(calendar, start, end)


def test_nights_in_which_clocks_change_have_their_true_length():
    for day in (datetime(2026, 3, 7, 12, tzinfo=UTC), datetime(2026, 10, 31, 12, tzinfo=UTC)):
        end = day + timedelta(days=2)

        assert business_seconds(day, end, NIGHT) == 60 * open_minutes(NIGHT, day, end)


@given(start=moments, seconds=st.integers(1, 400_000))
@settings(max_examples=60, deadline=None)
def test_what_is_added_is_there_afterwards(start, seconds):
    due = add_business_time(start, seconds, OFFICE)

    assert business_seconds(start, due, OFFICE) == seconds
    assert business_seconds(start, due - timedelta(seconds=1), OFFICE) == seconds - 1


@given(a=moments, b=moments, c=moments)
@settings(max_examples=60, deadline=None)
def test_parts_add_up_to_the_whole(a, b, c):
    first, middle, last = sorted((a, b, c))
    parts = business_seconds(first, middle, OFFICE) + business_seconds(middle, last, OFFICE)

    assert parts == business_seconds(first, last, OFFICE)


def test_many_at_once_are_the_same():
    random = np.random.default_rng(2)
    starts = random.integers(as_microseconds(EVENING), as_microseconds(EVENING) + 10**13, 200)
    ends = starts + random.integers(0, 10**12, 200)
    one_by_one = [
        business_seconds(
            datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(start)),
            datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(end)),
            OFFICE,
        )
        for start, end in zip(starts, ends, strict=True)
    ]

    assert business_seconds_many(starts, ends, OFFICE).tolist() == one_by_one


def test_a_promise_made_in_the_evening_is_due_in_the_morning():
    assert add_business_time(EVENING, 3600, OFFICE) == datetime(2026, 6, 2, 9, 30, tzinfo=BERLIN)
    assert OFFICE.is_open(EVENING)
    assert not OFFICE.is_open(datetime(2026, 6, 1, 13, tzinfo=BERLIN))
    assert not OFFICE.is_open(datetime(2026, 6, 1, 18, tzinfo=BERLIN))


def test_clocks_stand_still_while_we_wait():
    morning = datetime(2026, 6, 2, 9, tzinfo=BERLIN)
    pauses = [
        (morning, morning + timedelta(hours=1)),
        (morning + timedelta(minutes=30), morning + timedelta(hours=2)),
    ]

    assert running_seconds(EVENING, morning + timedelta(hours=3), OFFICE, pauses) == 1800 + 3600
    assert running_seconds(EVENING, morning, None, [(EVENING + timedelta(hours=1), None)]) == 3600
    assert due_at(EVENING, 3600, OFFICE, pauses) == morning + timedelta(hours=2, minutes=30)
    assert due_at(EVENING, 3600, OFFICE, [(morning, None)]) is None
    assert due_at(EVENING, 1200, OFFICE, [(morning, None)]) == EVENING + timedelta(minutes=20)


def test_the_wall_does_not_tell_how_long_a_night_was():
    start = datetime(2026, 3, 28, 12, tzinfo=BERLIN)

    assert running_seconds(start, start.replace(day=29)) == 23 * 3600


def test_a_calendar_that_never_opens_keeps_no_promise():
    never = Calendar("UTC", (CLOSED,) * 7)

    with pytest.raises(NeverOpen):
        add_business_time(EVENING, 1, never)
    assert business_seconds(EVENING, EVENING + timedelta(days=9), never) == 0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"week": {}}, "zone"),
        ({"zone": "Mars/Base", "week": {}}, "time zone"),
        ({"zone": "UTC", "week": {"someday": ["09:00-10:00"]}}, "no day"),
        ({"zone": "UTC", "week": {"mon": ["nine to five"]}}, "no shift"),
        ({"zone": "UTC", "week": {"mon": ["09:00-25:00"]}}, "minute 0 and 1440"),
    ],
)
def test_a_calendar_that_cannot_be_read_says_why(said, words):
    with pytest.raises(ValueError, match=words):
        calendar_of(said)


def test_an_end_before_its_start_is_refused():
    with pytest.raises(ValueError, match="before the start"):
        business_seconds(EVENING, EVENING - timedelta(seconds=1), OFFICE)
