"""The units that can be chosen, with what each sold lately."""

from dataclasses import dataclass
from datetime import datetime

from livingroom.branches.models import Branch
from livingroom.experiments.markets import Candidate, candidates, may_take_part, speaks_to_the_world
from livingroom.experiments.models import Experiment
from livingroom.experiments.panels import MarketDays, recent_totals, sales_of

ORDERS_A_DAY = 1.4  # with fewer, more than a quarter of the days are empty, and nothing can be read from them


@dataclass(frozen=True)
class UnitRow:
    unit: Candidate
    sales: MarketDays

    @property
    def sells(self) -> bool:
        return self.sales.orders_a_day >= ORDERS_A_DAY


@dataclass(frozen=True)
class Choices:
    rows: list[UnitRow]
    worldwide: list[Branch]

    @property
    def n_joined(self) -> int:
        return sum(bool(row.unit.joined) for row in self.rows)


def choices_for(plan: Experiment, now: datetime) -> Choices:
    """The units of the plan's kind among the open branches that take part, those that sell most first."""
    branches = may_take_part(Branch.objects.open().order_by("name"), plan.only)
    totals = recent_totals(now)
    found = candidates(branches, plan.unit_by, frozenset(totals))
    rows = [UnitRow(unit, sales_of(unit, totals)) for unit in found]
    rows.sort(key=lambda row: (-row.sales.n_orders, row.unit.name))
    return Choices(rows, speaks_to_the_world(branches))


def chosen_of(plan: Experiment, choices: Choices) -> set[str]:
    """What was chosen before; at first everything that sells."""
    before = set(plan.units.filter(is_control=False).values_list("name", flat=True))
    return before or {row.unit.name for row in choices.rows if row.sells}
