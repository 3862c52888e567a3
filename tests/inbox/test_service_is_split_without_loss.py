"""A part of the figures is the figures of that part: whatever the cases are parted by, and however the days were put together."""

from datetime import UTC, datetime

import numpy as np
import pytest

from livingroom.inbox.reports.checking import NAMES
from livingroom.inbox.reports.columns import Columns, numbered, split
from livingroom.inbox.reports.packing import CASE, CLOSE, NEVER, WAIT, Packed, pack
from livingroom.inbox.reports.reading import Service, read_days, together
from livingroom.inbox.reports.unpacking import unpack

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
AS_OF = round(NOW.timestamp() * 1e6)
MINUTE, DAY = 60_000_000, 86_400_000_000


def a_day(seed: int, n: int = 120) -> Packed:
    """A day of cases of three branches and some languages: none, one or two waits of each kind, some without end."""
    rng = np.random.default_rng(seed)
    cases = np.zeros(n, CASE)
    cases["conversation"] = seed * 1_000 + np.arange(n)
    cases["opened"] = AS_OF - (30 - seed) * DAY + np.sort(rng.integers(0, DAY, n))
    cases["branch"], cases["team"] = rng.choice([2, 5, 2_000_000], n), rng.integers(0, 2, n)
    cases["language"], cases["country"] = rng.choice([b"de", b"", b"pt"], n), b"x"
    cases["rating"], cases["was_asked"] = rng.integers(0, 6, n), 1
    cases["by_customer"] = rng.integers(-1, 2, n)
    of = np.sort(rng.integers(0, n, 4 * n))
    waits = np.zeros(len(of), WAIT)
    waits["case"], waits["kind"] = of, rng.integers(0, 3, len(of))
    waits["start"] = cases["opened"][of]
    length = rng.lognormal(5, 2, len(of)).round() * MINUTE
    waits["stood"] = rng.choice([0, 3 * MINUTE], len(of))
    waits["end"] = np.where(rng.random(len(of)) < 0.8, waits["start"] + waits["stood"] + length, NEVER)
    standing = waits["start"] + waits["stood"] + rng.integers(1, 9 * MINUTE, len(of))
    waits["stands_since"] = np.where(rng.random(len(of)) < 0.2, standing, NEVER)
    closes = np.zeros(n, CLOSE)
    closes["case"], closes["at"] = np.sort(rng.integers(0, n, n)), AS_OF - rng.integers(0, 20 * DAY, n)
    closes["again"] = rng.integers(0, 2, n)
    return Packed(cases, waits, closes)


def columns_of(*days: Packed) -> Columns:
    return unpack([pack(day) for day in days])[0]


def figures(service: Service) -> dict[str, object]:
    return {"n": service.n} | {name: getattr(service, name) for name in NAMES.values()}


@pytest.fixture(scope="module")
def ten_days() -> Columns:
    return columns_of(*map(a_day, range(10)))


@pytest.mark.parametrize("name", ["branch", "team", "language", "country", "rating"])
def test_each_part_has_the_figures_of_its_own_cases(ten_days: Columns, name: str) -> None:
    whole = Service(ten_days, NOW)

    parts = whole.by(name)

    assert sum(part.n for _, part in parts) == whole.n
    assert [part.n for _, part in parts] == sorted((part.n for _, part in parts), reverse=True)
    for value, part in parts:
        own = ten_days.where(ten_days.cases[name] == value)
        assert figures(part) == figures(Service(own, NOW))


def test_weeks_are_parts_too_and_come_in_order(ten_days: Columns) -> None:
    weeks = Service(ten_days, NOW).weekly()

    for monday, week in weeks:
        since = round(datetime(monday.year, monday.month, monday.day, tzinfo=UTC).timestamp() * 1e6)
        opened = ten_days.cases["opened"]
        own = ten_days.where((opened >= since) & (opened < since + 7 * DAY))
        assert monday.weekday() == 0
        assert figures(week) == figures(Service(own, NOW))
    assert [monday for monday, _ in weeks] == sorted(monday for monday, _ in weeks)
    assert sum(week.n for _, week in weeks) == len(ten_days.cases)


def test_days_read_apart_and_put_together_are_the_days_read_at_once(ten_days: Columns) -> None:
    apart = together([columns_of(*map(a_day, range(4))), columns_of(*map(a_day, range(4, 10)))])

    assert figures(Service(apart, NOW)) == figures(Service(ten_days, NOW))
    for kind in ("first", "next", "resolution", "closes"):
        assert np.array_equal(apart.of(kind)["case"], ten_days.of(kind)["case"])


def test_what_belongs_to_a_case_still_does_in_its_part(ten_days: Columns) -> None:
    cases, firsts = ten_days.cases["conversation"], ten_days.of("first")
    all_pairs = set(zip(cases[firsts["case"]].tolist(), firsts["start"].tolist(), strict=True))

    found = set()
    for _, part in split(ten_days, ten_days.cases["branch"]):
        rows = part.of("first")
        found |= set(
            zip(part.cases["conversation"][rows["case"]].tolist(), rows["start"].tolist(), strict=True)
        )

    assert found == all_pairs


@pytest.mark.parametrize(
    "values",
    [
        np.array([3, -1, 3, 7]), np.array([2**40, 5, 2**40]), np.array([], np.int64), np.array([b"pt", b"", b"de", b"pt"]),
        np.array([200, 3], np.uint8),
    ],
)  # fmt: skip
def test_values_are_numbered_by_their_order(values: np.ndarray) -> None:
    names, part = numbered(values)

    assert names.tolist() == sorted(set(values.tolist()))
    assert names[part].tolist() == values.tolist()


@pytest.mark.django_db
def test_days_without_conversations_have_figures_that_say_so() -> None:
    none = Service(read_days(NOW.date(), NOW.date()), NOW)

    assert none.n == 0
    assert none.by("branch") == none.weekly() == []
    assert "0 waited" in str(none.first_median)
