"""A year at once, from packed days; the same definitions, and the same functions, as from the rows."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from livingroom.inbox.reports.models import ServiceDay
from livingroom.inbox.reports.packing import KINDS, NEVER, Packed, split, unpack
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.moments import as_microseconds
from livingroom.measure.service.events import DAY
from livingroom.measure.service.outcomes import FEWEST_RATINGS, GOOD, RECONTACT_DAYS
from livingroom.measure.service.shares import wilson
from livingroom.measure.service.survival import Survival, kaplan_meier, quantile

MINUTE, HOUR = 60_000_000, 3_600_000_000
Answer = Estimate | NotEnoughData


def read_days(start: date, end: date, *, branches: Sequence[int] | None = None) -> Packed:
    """Return the conversations that began from `start` to `end`, both included."""
    rows = ServiceDay.objects.filter(on__gte=start, on__lte=end)
    if branches is not None:
        rows = rows.filter(branch_number__in=branches)
    days = rows.order_by("on", "branch_number").values_list("cases", "waits", "closes")
    return unpack([(bytes(cases), bytes(waits), bytes(closes)) for cases, waits, closes in days])


class Service:
    """The figures of some conversations as of one moment: who still waits has waited at least until then.

    Times are in minutes (answers) and hours (resolution). Each is worked out when it is asked for.
    """

    def __init__(self, packed: Packed, now: datetime) -> None:
        self._packed = packed
        self._as_of = as_microseconds(now)
        self._kept: dict[str, NDArray[np.void]] = {}

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
        first = self._waits("first")
        return wilson(int((first["end"] != NEVER).sum()), len(first), of="questions")

    @cached_property
    def within_1h(self) -> Answer:
        return self._within(HOUR)

    @cached_property
    def within_24h(self) -> Answer:
        return self._within(24 * HOUR)

    @cached_property
    def next_median(self) -> Answer:
        return quantile(self._curve("next", MINUTE), 0.5)

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
        closes = self._packed.closes
        over = closes["at"] + RECONTACT_DAYS * DAY <= self._as_of
        of = f"closes of which {RECONTACT_DAYS} days are over"
        return wilson(int(closes["again"][over].sum()), int(over.sum()), of=of)

    @cached_property
    def by_customers(self) -> Answer:
        by_customer = self._packed.cases["by_customer"]
        return wilson(
            int((by_customer == 1).sum()), int((by_customer != NEVER).sum()), of="answered questions"
        )

    @cached_property
    def _first_curve(self) -> Survival:
        return self._curve("first", MINUTE)

    @cached_property
    def _resolution_curve(self) -> Survival:
        return self._curve("resolution", HOUR)

    def _waits(self, kind: str) -> NDArray[np.void]:
        if kind not in self._kept:
            self._kept[kind] = self._packed.waits[self._packed.waits["kind"] == KINDS.index(kind)]
        return self._kept[kind]

    def _curve(self, kind: str, unit: int) -> Survival:
        waits = self._waits(kind)
        return kaplan_meier(lengths(waits, self._as_of) / unit, waits["end"] != NEVER)

    def _within(self, limit: int) -> Answer:
        first = self._waits("first")
        old = first[first["start"] + limit <= self._as_of]
        in_time = (old["end"] != NEVER) & (old["end"] - old["start"] <= limit)
        return wilson(int(in_time.sum()), len(old), of="questions old enough")


def lengths(waits: NDArray[np.void], as_of: int) -> NDArray[np.float64]:
    """How long each wait has lasted, microseconds, without its pauses."""
    ends = np.where(waits["end"] == NEVER, as_of, waits["end"])
    standing = np.where(waits["stands_since"] == NEVER, 0, np.maximum(ends - waits["stands_since"], 0))
    return np.asarray(ends - waits["start"] - waits["stood"] - standing, dtype=np.float64)


def by(packed: Packed, name: str, now: datetime, *, at_most: int = 30) -> list[tuple[int | str, Service]]:
    """Split the figures by branch, team, subject or language, the largest first."""
    parts = sorted(split(packed, packed.cases[name]), key=lambda part: -len(part[1].cases))
    return [(value.item(), Service(part, now)) for value, part in parts[:at_most]]


def weekly(packed: Packed, now: datetime) -> list[tuple[date, Service]]:
    """The figures of first answers and ratings of each week that begins on a Monday, UTC."""
    week = (packed.cases["opened"] // DAY + 3) // 7
    firsts = packed.waits[packed.waits["kind"] == KINDS.index("first")]
    packed = Packed(packed.cases, firsts, packed.closes[:0])
    return [(_monday(int(number)), Service(part, now)) for number, part in split(packed, week)]


def _monday(number: int) -> date:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=number * 7 - 3)).date()
