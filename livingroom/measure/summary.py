"""Totals that never mix currencies: orders by grade with floor and ceiling, credit by rule and channel."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

FLOOR = ("A", "B")
CEILING = ("A", "B", "C", "D", "E")
GRADES = (*CEILING, "none")


@dataclass(frozen=True)
class GradeTotal:
    """The orders of one grade in one currency; revenue is net of refunds."""

    currency: str
    grade: str
    n_orders: int
    revenue_minor: int


@dataclass(frozen=True)
class EvidenceSummary:
    """All orders by currency and grade."""

    totals: tuple[GradeTotal, ...] = ()

    @property
    def currencies(self) -> tuple[str, ...]:
        return tuple(sorted({total.currency for total in self.totals}))

    def revenue_minor(self, currency: str, grades: Iterable[str]) -> int:
        """Return the net revenue of the orders in one currency that have one of these grades."""
        wanted = set(grades)
        return sum(t.revenue_minor for t in self.totals if t.currency == currency and t.grade in wanted)

    def n_orders(self, currency: str, grades: Iterable[str]) -> int:
        """Return how many orders in one currency have one of these grades."""
        wanted = set(grades)
        return sum(t.n_orders for t in self.totals if t.currency == currency and t.grade in wanted)

    def floor_minor(self, currency: str) -> int:
        """Return what can be shown at the least: grades A and B."""
        return self.revenue_minor(currency, FLOOR)

    def ceiling_minor(self, currency: str) -> int:
        """Return what can be claimed at the most: grades A to E."""
        return self.revenue_minor(currency, CEILING)


@dataclass(frozen=True)
class ChannelCredit:
    """What one rule gives one channel in one currency; `shares` counts orders in parts.

    `low_minor` and `high_minor` are the ends of the amount's interval, None where none was asked for.
    """

    model: str
    channel: str
    currency: str
    shares: float
    amount_minor: int
    low_minor: int | None = None
    high_minor: int | None = None


@dataclass(frozen=True)
class ChannelValue:
    """What a model that learns from all journeys says about one channel, before any order is divided.

    Parameters
    ----------
    model, channel : str
        `markov`, `markov_2`, `markov_3`, `shapley` or `shapley_rate`, and the channel.
    currency : str
        The currency of the amounts; everything else is the same in all currencies.
    kind : str
        What `value` is: "removal effect" (the share of orders that would be missing without the channel; effects do
        not sum to 1), "orders" (the value in the set-linear game) or "rate" (in the game of conversion rates; may be
        negative).
    value, low, high : float or None
        That value and its interval; None where there is nothing to say, ends also where no interval was asked for.
    share : float or None
        The value over the sum of all channels' values; negative where the value is.
    conversions, conversions_low, conversions_high : float or None
        That share of all orders with a touch, and its interval.
    amount_minor, amount_low_minor, amount_high_minor : int or None
        Under Markov the share of the removal effects on revenue of this currency, times its revenue with a touch; under
        Shapley the same game on revenue, or the share times revenue.
    """

    model: str
    channel: str
    currency: str
    kind: str
    value: float | None
    low: float | None
    high: float | None
    share: float | None
    conversions: float | None
    conversions_low: float | None
    conversions_high: float | None
    amount_minor: int | None
    amount_low_minor: int | None
    amount_high_minor: int | None


@dataclass(frozen=True)
class CreditSummary:
    """Credit by rule, channel and currency."""

    rows: tuple[ChannelCredit, ...] = field(default=())

    @property
    def models(self) -> tuple[str, ...]:
        return tuple(sorted({row.model for row in self.rows}))

    @property
    def currencies(self) -> tuple[str, ...]:
        return tuple(sorted({row.currency for row in self.rows}))

    def amounts_minor(self, model: str, currency: str) -> dict[str, int]:
        """Return the amount of every channel under one rule in one currency."""
        return {r.channel: r.amount_minor for r in self.rows if r.model == model and r.currency == currency}


def add_grades(summary: EvidenceSummary, rows: Iterable[tuple[object, ...]]) -> EvidenceSummary:
    """Add the totals of one shard: rows of (currency, grade, orders, revenue)."""
    sums = {(total.currency, total.grade): total for total in summary.totals}
    for currency, grade, n_orders, revenue_minor in rows:
        key = (str(currency), str(grade))
        was = sums.get(key, GradeTotal(*key, 0, 0))
        sums[key] = replace(
            was,
            n_orders=was.n_orders + int(str(n_orders)),
            revenue_minor=was.revenue_minor + int(str(revenue_minor)),
        )
    return EvidenceSummary(
        tuple(sums[key] for key in sorted(sums, key=lambda key: (key[0], GRADES.index(key[1]))))
    )
