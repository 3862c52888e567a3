"""Recency, frequency and money in five bands; docs/segments.md defines them. Those who never bought are in none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from livingroom.segments.models import BandLimits, PersonFacts
from livingroom.shared.models import Brand
from livingroom.shared.money import decimals_of

RECENCY_DAYS = (365, 180, 90, 30)  # at most so many days since the last order reach band 2, 3, 4, 5
FREQUENCY_ORDERS = (2, 3, 5, 10)  # at least so many orders reach band 2, 3, 4, 5
ROUND_MONEY = (50, 150, 500, 1500)  # in whole units, until enough people bought
ENOUGH_BUYERS = 100
NAMES = {
    "recency": (
        "more than a year ago",
        "within a year",
        "within 180 days",
        "within 90 days",
        "within 30 days",
    ),
    "frequency": ("once", "twice", "3 or 4 times", "5 to 9 times", "10 times or more"),
}


@dataclass(frozen=True)
class Basis:
    """What the words of a rule stand for; a version keeps its own."""

    currency: str
    money_minor: tuple[int, int, int, int]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Basis":
        first, second, third, fourth = told["money_minor"]
        return cls(told["currency"], (first, second, third, fourth))

    def to_json(self) -> dict[str, object]:
        return {"currency": self.currency, "money_minor": list(self.money_minor)}


@dataclass(frozen=True)
class Span:
    """From `low` up to `high`, both included; None is open."""

    low: int | date | None
    high: int | date | None


def span_of(name: str, band: int, basis: Basis, today: date) -> tuple[str, Span]:
    """The column and the values of it that make up a band."""
    if name == "recency":
        newest = None if band == 5 else _days_before(today, RECENCY_DAYS[band - 1]) - timedelta(days=1)
        oldest = None if band == 1 else _days_before(today, RECENCY_DAYS[band - 2])
        return "last_on", Span(oldest, newest)
    limits: Sequence[int] = FREQUENCY_ORDERS if name == "frequency" else basis.money_minor
    low = 1 if band == 1 else limits[band - 2]
    high = None if band == 5 else limits[band - 1] - 1
    return ("n_orders" if name == "frequency" else "net_minor"), Span(low, high)


def current_basis(now: datetime) -> Basis:
    """The limits that new versions take; the first time enough people bought, they are set at fifths."""
    row = BandLimits.objects.filter(currency=(currency := Brand.current().reporting_currency)).first()
    if row is None or (not row.n_buyers and _n_buyers() >= ENOUGH_BUYERS):
        row = renew_limits(now)
    first, second, third, fourth = row.money_minor
    return Basis(currency, (first, second, third, fourth))


def renew_limits(now: datetime) -> BandLimits:
    """Set the limits where a fifth of those who bought lies below, two fifths, and so on. Versions that exist keep theirs."""
    currency, n = Brand.current().reporting_currency, _n_buyers()
    if n >= ENOUGH_BUYERS:
        paid = (
            PersonFacts.objects.filter(net_minor__gt=0)
            .order_by("net_minor")
            .values_list("net_minor", flat=True)
        )
        limits = [paid[n * fifth // 5] for fifth in range(1, 5)]
        for place in range(1, 4):  # many may have paid the same
            limits[place] = max(limits[place], limits[place - 1] + 1)
    else:
        n, limits = 0, [amount * 10 ** decimals_of(currency) for amount in ROUND_MONEY]
    return BandLimits.objects.create(currency=currency, money_minor=limits, n_buyers=n, made_at=now)


def _n_buyers() -> int:
    return PersonFacts.objects.filter(net_minor__gt=0).count()


def _days_before(today: date, days: int) -> date:
    return today - timedelta(days=days)
