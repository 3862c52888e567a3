"""What orders with social evidence brought and what stands against it, added up from roll-ups by any of its sides."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import numpy as np
from django.db.models import Sum

from livingroom.attribution.models import FLOOR, BranchMonth, ReturnMonth
from livingroom.dashboards.period import Period
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.returns import UNTESTED, ReturnInputs, added_revenue, simple_break_even
from livingroom.orders.rates import OLDEST_DAYS_FOR_COSTS, NoRate, current_book, rate_between
from livingroom.shared.money import decimals_of

COST_FIELDS = {
    "staff_minor": "staff",
    "network_fee_minor": "network fees",
    "tools_minor": "tools",
    "ads_minor": "advertising",
    "other_minor": "other",
}
SUMMED = (
    "n_orders", "net_minor", "discount_minor", "goods_minor", "n_without_goods", "net_without_goods_minor", "to_come_minor",
)  # fmt: skip
NO_GOODS = NotEnoughData("none of these orders has a cost of goods, and no offer declares a margin.")


@dataclass
class Earned:
    """Orders at the ceiling (grades A to E) and the costs beside them; amounts in minor units of one currency."""

    n_orders: int = 0
    net: float = 0
    floor_net: float = 0
    discount: float = 0
    goods: float = 0
    n_without_goods: int = 0
    net_without_goods: float = 0
    to_come: float = 0
    costs: dict[str, float] = field(default_factory=dict)

    @property
    def cost(self) -> float:
        return sum(self.costs.values())

    @property
    def margin(self) -> float | NotEnoughData:
        """What is left of net revenue after the cost of goods. Orders whose goods nobody knows are like the others."""
        known = self.net - self.net_without_goods
        return 1 - self.goods / known if known > 0 else NO_GOODS

    @property
    def to_come_share(self) -> float:
        return min(1.0, max(0.0, self.to_come / self.net)) if self.net > 0 else 0.0

    @property
    def break_even(self) -> float | NotEnoughData:
        """Cost ÷ (revenue × margin): the share of these orders that must not have come anyway."""
        margin = self.margin
        return margin if isinstance(margin, NotEnoughData) else simple_break_even(self.cost, self.net, margin)

    @property
    def floor_break_even(self) -> float | NotEnoughData:
        margin = self.margin
        if isinstance(margin, NotEnoughData):
            return margin
        return simple_break_even(self.cost, self.floor_net, margin)

    def left_at(
        self, incrementality: float, margin: float | NotEnoughData | None = None
    ) -> float | NotEnoughData:
        """What is left if this share of the revenue was added; measure.returns says the same with intervals.

        With the `margin` of a larger whole, parts add up to it.
        """
        margin = self.margin if margin is None else margin
        if isinstance(margin, NotEnoughData):
            return margin
        earned = incrementality * self.net * margin * (1 - self.to_come_share)
        return earned - min(1.0, max(0.0, 1 - incrementality)) * self.discount - self.cost

    def added_share(self, factor: float) -> float:
        """The share of the revenue that was added, where a test found `factor` of it to be added as the till shows it.

        The till lacks the discount on orders that would have come anyway; measure.returns tells the two apart.
        """
        added = added_revenue(np.array([factor * self.net]), self.net, np.array([self.discount]))
        return float(added[0]) / self.net if self.net > 0 else 0.0

    def inputs(self, currency: str, factor: Estimate | NotEnoughData = UNTESTED) -> ReturnInputs:
        """The same for the measuring room. `factor` is what tests found to be added for each unit of this revenue."""
        margin = self.margin
        return ReturnInputs(
            currency=currency,
            evidence_minor=self.net,
            margin=0.0 if isinstance(margin, NotEnoughData) else margin,
            lift_minor=factor if isinstance(factor, NotEnoughData) else self._money(factor),
            discount_minor=self.discount,
            costs=dict(self.costs),
            refunds_to_come=self.to_come_share,
            n_orders=self.n_orders,
        )

    def _money(self, factor: Estimate) -> Estimate:
        ends = (factor.value * self.net, factor.low * self.net, factor.high * self.net)
        return Estimate(*ends, factor.level, factor.n, factor.method)

    def take(self, row: Mapping[str, int], grade: str, factor: float) -> None:
        self.n_orders += row["n_orders"]
        self.n_without_goods += row["n_without_goods"]
        self.net += row["net_minor"] * factor
        self.floor_net += row["net_minor"] * factor if grade in FLOOR else 0
        self.discount += row["discount_minor"] * factor
        self.goods += row["goods_minor"] * factor
        self.net_without_goods += row["net_without_goods_minor"] * factor
        self.to_come += row["to_come_minor"] * factor

    def pay(self, kind: str, amount: float) -> None:
        if amount:
            self.costs[kind] = self.costs.get(kind, 0) + amount


@dataclass(frozen=True)
class Conversion:
    """From the reporting currency into the one that is shown, at one rate for all."""

    currency: str
    factor: float
    rate: Decimal = Decimal(1)
    rate_on: date | None = None


def conversion(reporting: str, wanted: str, on: date) -> Conversion:
    """At the rate of `on`, or the newest before it; the reporting currency itself when the Bank quotes no rate."""
    wanted = wanted or reporting
    if wanted == reporting:
        return Conversion(reporting, 1.0)
    try:
        rate = rate_between(
            reporting, wanted, min(on, current_book().newest), oldest_days=OLDEST_DAYS_FOR_COSTS
        )
        decimals = decimals_of(wanted) - decimals_of(reporting)
    except (NoRate, ValueError):
        return Conversion(reporting, 1.0)
    return Conversion(wanted, float(rate.value) * 10**decimals, rate.value, rate.on)


@dataclass
class Books:
    """Everything that was earned in a period, by one dimension, by month, and by new and known customers."""

    total: Earned = field(default_factory=Earned)
    rows: dict[Hashable, Earned] = field(default_factory=lambda: defaultdict(Earned))
    months: dict[date, Earned] = field(default_factory=lambda: defaultdict(Earned))
    new: Earned = field(default_factory=Earned)
    known: Earned = field(default_factory=Earned)


DIMENSIONS: dict[str, str] = {"branch": "branch_id", "offer": "offer_id", "country": "country"}


def read_books(
    period: Period, by: str, factor: float, cost_key: Callable[[int | None], Hashable] | None
) -> Books:
    """Two queries over roll-ups, whose size does not grow with orders.

    `cost_key` says under which row a branch's costs stand; None where costs cannot be told apart so (by offer).
    """
    books = Books()
    dimension = DIMENSIONS[by]
    months = (period.first, period.last)
    found = (
        ReturnMonth.objects.filter(month__range=months)
        .values("month", "grade", "is_first_order", dimension)
        .order_by()
        .annotate(**{f"sum_{name}": Sum(name) for name in SUMMED})
    )
    for row in found:
        sums = {name: int(row[f"sum_{name}"]) for name in SUMMED}
        customers = books.new if row["is_first_order"] else books.known
        for each in (books.total, books.rows[row[dimension]], books.months[row["month"]], customers):
            each.take(sums, row["grade"], factor)
    for cost in BranchMonth.objects.filter(month__range=months):
        for column, kind in COST_FIELDS.items():
            amount = getattr(cost, column) * factor
            books.total.pay(kind, amount)
            books.months[cost.month].pay(kind, amount)
            if cost_key and amount:
                books.rows[cost_key(cost.branch_id)].pay(kind, amount)
    return books
