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
    """What one rule gives one channel in one currency; `shares` counts orders in parts."""

    model: str
    channel: str
    currency: str
    shares: float
    amount_minor: int


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


def add_credit(summary: CreditSummary, rows: Iterable[tuple[object, ...]]) -> CreditSummary:
    """Add the totals of one shard: rows of (model, channel, currency, shares, amount)."""
    sums = {(row.model, row.channel, row.currency): row for row in summary.rows}
    for model, channel, currency, shares, amount_minor in rows:
        key = (str(model), str(channel), str(currency))
        was = sums.get(key, ChannelCredit(*key, 0.0, 0))
        sums[key] = replace(
            was,
            shares=was.shares + float(str(shares)),
            amount_minor=was.amount_minor + int(str(amount_minor)),
        )
    return CreditSummary(tuple(sums[key] for key in sorted(sums)))
