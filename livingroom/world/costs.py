"""What the programme cost, month by month: people, tools, and a little advertising for the accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from livingroom.world.brand import BranchFacts
from livingroom.world.columns import Columns
from livingroom.world.period import FIRST_DAY, LAST_DAY, Integers, draws

STAFF_HOUR_USD = 35
WEEKS_A_MONTH = 52 / 12
NO_BRANCH = -1


@dataclass(frozen=True)
class Cost:
    """One line of the programme's books, in US cents."""

    on: date
    kind: str
    branch: int
    minutes: int
    amount_minor: int
    text: str


@dataclass(frozen=True)
class Costs(Columns):
    """All lines; `minutes` is 0 where the line is not staff time."""

    on: list[date]
    kind: list[str]
    branch: Integers
    minutes: Integers
    amount_minor: Integers
    text: list[str]


def months() -> list[date]:
    """Return the last day of every month of the period, on which its costs are booked."""
    month = np.timedelta64(1, "M")
    ends = np.arange(np.datetime64(FIRST_DAY, "M"), np.datetime64(LAST_DAY, "M") + month) + month
    return [day.astype(object) for day in ends.astype("datetime64[D]") - np.timedelta64(1, "D")]


def staff_cost(random: np.random.Generator, branch: BranchFacts, index: int, on: date) -> Cost:
    """Book a month of the hosts' time; an account's first month is a part of one."""
    share = min(1.0, ((on - branch.opened_on).days + 1) / 30)
    # Accounts start as somebody's half day and grow into a job.
    grown = min(1.0, 0.35 + (on - branch.opened_on).days / 600)
    hours = branch.staff_hours_a_week * WEEKS_A_MONTH * share * grown * random.uniform(0.9, 1.1)
    minutes = int(round(hours * 60 / 15) * 15)
    text = f"{branch.name}: hosts' time in {on:%B %Y}"
    return Cost(on, "staff", index, minutes, minutes * STAFF_HOUR_USD * 100 // 60, text)


def draw_costs(seed: int, branches: tuple[BranchFacts, ...]) -> Costs:
    """Book staff for every open account, tools from 2008, and adverts for the accounts that sell."""
    random = draws(seed, "costs")
    lines: list[Cost] = []
    for on in months():
        lines += [staff_cost(random, b, index, on) for index, b in enumerate(branches) if b.opened_on <= on]
        lines += tools(on)
        if on.month in (8, 11, 12) and on.year >= 2008:
            sellers = [index for index, b in enumerate(branches) if b.sells and b.opened_on <= on]
            lines += [advert(random, branches[index], index, on) for index in sellers]
    return as_columns(lines)


def tools(on: date) -> list[Cost]:
    if on.year < 2008:
        return [Cost(on, "tools", NO_BRANCH, 0, 9_900, "Short links and web statistics")]
    monitoring = 60_000 if on.year == 2008 else 140_000
    return [
        Cost(on, "tools", NO_BRANCH, 0, 24_900, "Publishing desk and short links"),
        Cost(on, "tools", NO_BRANCH, 0, monitoring, "Listening service"),
    ]


def advert(random: np.random.Generator, branch: BranchFacts, index: int, on: date) -> Cost:
    amount = int(random.integers(4, 24)) * 5_000
    return Cost(on, "ads", index, 0, amount, f"Adverts for {branch.name}, {on:%B %Y}")


def as_columns(lines: list[Cost]) -> Costs:
    return Costs(
        on=[line.on for line in lines],
        kind=[line.kind for line in lines],
        branch=np.array([line.branch for line in lines], dtype=np.int64),
        minutes=np.array([line.minutes for line in lines], dtype=np.int64),
        amount_minor=np.array([line.amount_minor for line in lines], dtype=np.int64),
        text=[line.text for line in lines],
    )
