"""What the programme cost, week by week, as costs.csv has it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta

from livingroom.world.regimes.calendar import NETWORKS
from livingroom.world.regimes.ground import START_ON
from livingroom.world.regimes.kinds import Regime

PEOPLE = 200_000  # the size that a regime's costs are given for


@dataclass(frozen=True)
class Cost:
    """One line of the books; `branch` is 0 where the cost belongs to no branch."""

    on: date
    kind: str
    branch: int
    amount_minor: int


def weekly_costs(regime: Regime, n_people: int, n_branches: int, days: int) -> list[Cost]:
    """Book staff and fees by branch and tools for all, each week; a larger house has a larger programme."""
    lines: list[Cost] = []
    for start in range(0, days, 7):
        share = min(7, days - start) / 7 * n_people / PEOPLE
        on = START_ON + timedelta(days=min(start + 6, days - 1))
        for branch in range(1, n_branches + 1):
            lines.append(Cost(on, "staff", branch, round(regime.staff_minor * share / n_branches)))
            lines.append(Cost(on, "fees", branch, round(regime.fees_minor * share / n_branches)))
        lines.append(Cost(on, "tools", 0, round(regime.tools_minor * share)))
    return lines


def as_csv(lines: list[Cost], currency: str) -> str:
    """Write the lines as a table: on, kind, branch (number and network), amount, currency."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["on", "kind", "branch", "amount", "currency"])
    for line in lines:
        branch = f"{line.branch}" if line.branch else ""
        writer.writerow([line.on.isoformat(), line.kind, branch, f"{line.amount_minor / 100:.2f}", currency])
    return out.getvalue()


def branch_names(n_branches: int) -> dict[str, str]:
    """Name the network of each branch number."""
    return {str(number + 1): NETWORKS[number % len(NETWORKS)] for number in range(n_branches)}
