"""A year at once, from packed days; the same definitions, and the same functions, as from the rows."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import numpy as np

from livingroom.inbox.reports.columns import Column, Columns, Kind, Table, split, together
from livingroom.inbox.reports.keeping import months
from livingroom.inbox.reports.packing import NEVER
from livingroom.inbox.reports.unpacking import unpack
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.moments import as_microseconds
from livingroom.measure.service.events import DAY
from livingroom.measure.service.outcomes import FEWEST_RATINGS, GOOD, RECONTACT_DAYS
from livingroom.measure.service.shares import wilson
from livingroom.measure.service.survival import Survival, kaplan_meier, quantile

MINUTE, HOUR = 60_000_000, 3_600_000_000
UNITS: dict[Kind, int] = {"first": MINUTE, "next": MINUTE, "resolution": HOUR}
Answer = Estimate | NotEnoughData


def read_days(start: date, end: date, *, branches: Sequence[int] | None = None) -> Columns:
    """Return the conversations that began from `start` to `end`, both included."""
    return together(months(start, end, branches) or [unpack([])[0]])


class Service:
    """The figures of some conversations as of one moment: who still waits has waited at least until then.

    Times are in minutes (answers) and hours (resolution). Each is worked out when it is asked for.
    """

    def __init__(self, packed: Columns, now: datetime) -> None:
        as_of = as_microseconds(now)
        self._as_of = as_of
        self._packed = Columns(packed.cases, lambda kind: timed(packed.of(kind), kind, as_of))

    @property
    def n(self) -> int:
        return len(self._packed.cases)

    @cached_property
    def first_median(self) -> Answer:
        return quantile(self._first_curve, 0.5)

    @cached_property
    def first_p90(self) -> Answer:
        return quantile(self._first_curve, 0.9)

    @cached_property
    def answered(self) -> Answer:
        is_over = self._packed.of("first")["is_over"]
        return wilson(int(is_over.sum()), len(is_over), of="questions")

    @cached_property
    def within_1h(self) -> Answer:
        return self._within(HOUR)

    @cached_property
    def within_24h(self) -> Answer:
        return self._within(24 * HOUR)

    @cached_property
    def next_median(self) -> Answer:
        return quantile(self._curve("next"), 0.5)

    @cached_property
    def resolution_median(self) -> Answer:
        return quantile(self._resolution_curve, 0.5)

    @cached_property
    def resolution_p90(self) -> Answer:
        return quantile(self._resolution_curve, 0.9)

    @cached_property
    def csat(self) -> Answer:
        ratings = self._packed.cases["rating"]
        return wilson(
            int((ratings >= GOOD).sum()), int((ratings > 0).sum()), fewest=FEWEST_RATINGS, of="ratings"
        )

    @cached_property
    def csat_response(self) -> Answer:
        n_asked, n_rated = (
            int(self._packed.cases["was_asked"].sum()),
            int((self._packed.cases["rating"] > 0).sum()),
        )
        return wilson(n_rated, n_asked, of="people asked")

    @cached_property
    def recontact(self) -> Answer:
        closes = self._packed.of("closes")
        over = closes["at"] + RECONTACT_DAYS * DAY <= self._as_of
        of = f"closes of which {RECONTACT_DAYS} days are over"
        return wilson(int((closes["again"] * over).sum()), int(over.sum()), of=of)

    @cached_property
    def by_customers(self) -> Answer:
        by_customer = self._packed.cases["by_customer"]
        return wilson(
            int((by_customer == 1).sum()), int((by_customer != NEVER).sum()), of="answered questions"
        )

    @property
    def first_waits(self) -> tuple[int, Column]:
        """How many waited for a first answer, and the minutes from question to answer of those who have one."""
        first = self._packed.of("first")
        is_over = first["is_over"]
        return len(first), (first["end"][is_over] - first["start"][is_over]) / MINUTE

    def parted(self, values: Column) -> list[tuple[int | bytes, "Service"]]:
        """Part the figures by a value of each case, by rising value."""
        return [(value.item(), _Part(part, self._as_of)) for value, part in split(self._packed, values)]

    def only(self, keep: Column) -> "Service":
        """Return the figures of some of the cases."""
        return _Part(self._packed.where(keep), self._as_of)

    def by(self, name: str, *, at_most: int = 30) -> list[tuple[int | bytes, "Service"]]:
        """Part the figures by branch, team, subject, language or country, the largest first."""
        return sorted(self.parted(self._packed.cases[name]), key=lambda part: -part[1].n)[:at_most]

    def weekly(self) -> list[tuple[date, "Service"]]:
        """The figures of each week that begins on a Monday, UTC."""
        weeks = weeks_of(self._packed.cases)
        return [(monday_of(int(number)), part) for number, part in self.parted(weeks)]

    @cached_property
    def _first_curve(self) -> Survival:
        return self._curve("first")

    @cached_property
    def _resolution_curve(self) -> Survival:
        return self._curve("resolution")

    def _curve(self, kind: Kind) -> Survival:
        waits = self._packed.of(kind)
        return kaplan_meier(waits["waited"], waits["is_over"])

    def _within(self, limit: int) -> Answer:
        first = self._packed.of("first")
        old = first["start"] + limit <= self._as_of
        in_time = old & first["is_over"] & (first["end"] - first["start"] <= limit)
        return wilson(int(in_time.sum()), int(old.sum()), of="questions old enough")


class _Part(Service):
    """Some of the conversations, at the same moment: how long they waited is known already."""

    def __init__(self, timed: Columns, as_of: int) -> None:
        self._packed, self._as_of = timed, as_of


def timed(rows: Table, kind: Kind, as_of: int) -> Table:
    """Add how long each wait has lasted without its pauses, in the unit of its kind, and whether it is over."""
    if kind not in UNITS:
        return rows

    def waited() -> Column:
        until = rows["until"].copy()
        runs = np.flatnonzero(rows["end"] == NEVER)
        until[runs] = np.minimum(until[runs], as_of)
        lengths: Column = (until - rows["since"]) / UNITS[kind]
        return lengths

    return rows.adding(waited=waited, is_over=lambda: rows["end"] != NEVER)


def weeks_of(cases: Table) -> Column:
    """Return for each case the number of the week, UTC, in which it began."""
    weeks: Column = (cases["opened"] // DAY + 3) // 7
    return weeks


def monday_of(number: int) -> date:
    """Return the day on which a week begins."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=number * 7 - 3)).date()
