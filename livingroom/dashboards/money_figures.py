"""What the figures on the pages are: floor and ceiling, profit and return. docs/figures.md says the same in words."""

import math
from dataclasses import dataclass, field

from livingroom.attribution.models import CEILING, FLOOR


@dataclass(frozen=True)
class Range:
    """A figure at the floor (grades A and B) and at the ceiling (A to E)."""

    floor: int
    ceiling: int


@dataclass
class Sums:
    """Orders, by grade, and the costs beside them, all in the reporting currency."""

    orders: dict[str, int] = field(default_factory=dict)
    net: dict[str, int] = field(default_factory=dict)
    discount: dict[str, int] = field(default_factory=dict)
    goods: dict[str, int] = field(default_factory=dict)
    cost: int = 0

    def add(self, grade: str, *, n_orders: int, net: int, discount: int, goods: int) -> None:
        for sums, amount in (
            (self.orders, n_orders),
            (self.net, net),
            (self.discount, discount),
            (self.goods, goods),
        ):
            sums[grade] = sums.get(grade, 0) + amount

    @property
    def n_orders(self) -> Range:
        return _range(self.orders)

    @property
    def n_all_orders(self) -> int:
        return sum(self.orders.values())

    @property
    def revenue(self) -> Range:
        return _range(self.net)

    @property
    def discount_given(self) -> Range:
        return _range(self.discount)

    @property
    def profit(self) -> Range:
        """Net revenue less the cost of goods and what the programme cost. Discounts were never paid to us, so they are
        out of net revenue already and are not taken off a second time."""
        revenue, goods = self.revenue, _range(self.goods)
        return Range(revenue.floor - goods.floor - self.cost, revenue.ceiling - goods.ceiling - self.cost)

    @property
    def break_even(self) -> tuple[float, float] | None:
        """Cost ÷ (net revenue − goods): the share of the orders that must not have come anyway, at the floor and at the
        ceiling. Nothing to say without a cost or a margin."""
        revenue, goods = self.revenue, _range(self.goods)
        floor, ceiling = revenue.floor - goods.floor, revenue.ceiling - goods.ceiling
        if self.cost <= 0 or ceiling <= 0:
            return None
        return (self.cost / floor if floor > 0 else math.inf), self.cost / ceiling

    @property
    def break_even_words(self) -> str:
        """At the ceiling, for a note beside it."""
        if self.break_even is None:
            return ""
        share = self.break_even[1]
        return "never pays" if share > 1 else f"pays from {share:.0%}"

    @property
    def return_share(self) -> tuple[float, float] | None:
        """Profit for each unit of cost, at the floor and at the ceiling; nothing to say without a cost."""
        if self.cost <= 0:
            return None
        return self.profit.floor / self.cost, self.profit.ceiling / self.cost


def _range(by_grade: dict[str, int]) -> Range:
    return Range(
        floor=sum(by_grade.get(grade, 0) for grade in FLOOR),
        ceiling=sum(by_grade.get(grade, 0) for grade in CEILING),
    )
