"""From orders to panels: what each unit's market bought, day by day, in the reporting currency.

An order counts for its market whether or not anybody saw a post: evidence would count only those we noticed.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from livingroom.experiments.markets import Candidate, MarketKey
from livingroom.experiments.models import Experiment, midnight
from livingroom.experiments.running import cells_until
from livingroom.measure.design.assignment import Design
from livingroom.measure.lift.panel import Panel
from livingroom.orders.models import Order
from livingroom.shared.models import Brand
from livingroom.shared.money import decimals_of

FOLDER = Path(__file__).parent / "sql"
LONG_HISTORY_DAYS, SHORT_HISTORY_DAYS = 365, 150
RECENT_DAYS = 90
SELLS_ON = 0.75  # of its days, below which the designer does not draw a unit
DAY = timedelta(days=1)


@dataclass(frozen=True)
class MarketDays:
    """What a market sold in the last days."""

    n_orders: int
    net_minor: int
    n_days: int

    @property
    def orders_a_day(self) -> float:
        return self.n_orders / self.n_days if self.n_days else 0.0


def market_totals(start: date, end: date) -> dict[MarketKey, tuple[int, int]]:
    """Orders and net revenue of each country and division, from `start` to before `end`."""
    rows = _rows("market_totals", [midnight(start), midnight(end)])
    return {(country, division): (int(n), int(net)) for country, division, n, net in rows}


def recent_totals(now: datetime) -> dict[MarketKey, tuple[int, int]]:
    until = known_until(now)
    return market_totals(until - RECENT_DAYS * DAY, until)


def sales_of(unit: Candidate, totals: dict[MarketKey, tuple[int, int]]) -> MarketDays:
    """What a unit's markets sold, of recent totals."""
    own = [
        total
        for (country, division), total in totals.items()
        if (country, "") in unit.markets or (country, division) in unit.markets
    ]
    return MarketDays(sum(n for n, _ in own), sum(net for _, net in own), RECENT_DAYS)


def history_panel(experiment: Experiment, now: datetime, *, test_days: int = 0) -> Panel:
    """The units' days before the experiment, as far as there are orders: a year, or twice the test and more.

    Markets grow: a history in which some of them hardly sold yet is cut short, as long as the test still fits in it.
    """
    end = min(experiment.starts_on or now.date(), known_until(now))
    long, short = max(LONG_HISTORY_DAYS, 2 * test_days + 60), max(SHORT_HISTORY_DAYS, test_days + 60)
    panel = unit_panel(experiment, end - long * DAY, end)
    recent = np.arange(len(panel.times)) >= len(panel.times) - short
    if _n_selling(panel.only(times=recent)) > _n_selling(panel):
        panel = panel.only(times=recent)
    sold = np.flatnonzero(panel.outcome.sum(axis=0) > 0)
    since = int(sold[0]) if len(sold) else len(panel.times)
    return panel.only(times=np.arange(len(panel.times)) >= since)


def _n_selling(panel: Panel) -> int:
    """How many units sold something on most days."""
    return int(((panel.outcome > 0).mean(axis=1) >= SELLS_ON).sum())


def experiment_panel(experiment: Experiment, design: Design, *, until: date | None = None) -> Panel:
    """The drawn units from before the test to its end, or to the day before `until` while it runs.

    Treated is where posts really went out; the design says where they were to. The analysis keeps to the design, and
    tells how far the two differ.
    """
    first = experiment.starts_at.date()
    end = min(first + design.test_days * DAY, until or date.max)
    pre_days = design.pre_days or max(28, design.test_days // 2)
    panel = unit_panel(experiment, first - pre_days * DAY, end, units=design.units)
    days = [date.fromisoformat(day) for day in panel.times]
    blocks = design.blocks(days)
    strata = dict(zip(design.units, getattr(design.rule, "strata", ()), strict=False))
    return Panel(
        units=panel.units,
        times=panel.times,
        outcome=panel.outcome,
        treated=_delivered(experiment, panel),
        pre=np.array([day < first for day in days], dtype=np.bool_),
        block=blocks if design.block_days else None,
        stratum=tuple(strata.get(unit, "") for unit in panel.units) if any(strata.values()) else None,
    )


def _delivered(experiment: Experiment, panel: Panel) -> NDArray[np.bool_]:
    """In which of the log's cells something was sent, shape (units, days)."""
    delivered = np.zeros(panel.outcome.shape, dtype=np.bool_)
    row = {name: at for at, name in enumerate(panel.units)}
    days = np.array(panel.times)
    for cell in cells_until(experiment, None):
        if cell.n_sent and cell.assignment.unit.name in row:
            first, end = (f"{at:%Y-%m-%d}" for at in (cell.assignment.starts_at, cell.assignment.ends_at))
            delivered[row[cell.assignment.unit.name], (days >= first) & (days < end)] = True
    return delivered


def unit_panel(experiment: Experiment, start: date, end: date, *, units: Iterable[str] = ()) -> Panel:
    """The outcome of each unit on each day from `start` to before `end`, zero where nothing was ordered."""
    names = tuple(units) or tuple(experiment.units.values_list("name", flat=True))
    days = [(start + n * DAY).isoformat() for n in range(max((end - start).days, 0))]
    row, column = {name: at for at, name in enumerate(names)}, {day: at for at, day in enumerate(days)}
    outcome = np.zeros((len(names), len(days)))
    found = _rows("unit_days", [experiment.pk, midnight(start), midnight(end)])
    scale = 10 ** decimals_of(Brand.current().reporting_currency)
    for name, day, _, net_minor in found:
        if name in row:
            outcome[row[name], column[day]] = int(net_minor) / scale
    nobody = np.zeros(outcome.shape, dtype=np.bool_)
    return Panel(names, tuple(days), outcome, nobody, np.ones(len(days), dtype=np.bool_))


def by_weeks(panel: Panel) -> Panel:
    """Add up seven days at a time; a week is called by its first day. Days must be whole weeks."""
    n_weeks = len(panel.times) // 7
    outcome = panel.outcome.reshape(len(panel.units), n_weeks, 7).sum(axis=2)
    firsts = slice(0, None, 7)
    return Panel(panel.units, panel.times[firsts], outcome, panel.treated[:, firsts], panel.pre[firsts])


def offer_days(experiment: Experiment, panel: Panel) -> NDArray[np.bool_]:
    """On which days of a panel each unit's branches had a new offer, shape (units, days)."""
    on = np.zeros(panel.outcome.shape, dtype=np.bool_)
    if not panel.times:
        return on
    start, last = date.fromisoformat(panel.times[0]), date.fromisoformat(panel.times[-1])
    row = {name: at for at, name in enumerate(panel.units)}
    column = {day: at for at, day in enumerate(panel.times)}
    for name, day in _rows("offer_days", [experiment.pk, midnight(start), midnight(last + DAY)]):
        if name in row and day in column:
            on[row[name], column[day]] = True
    return on


def panel_csv(panel: Panel) -> str:
    """The panel as `livingroom measure lift --panel` reads it; to the last digit, so that it finds the same numbers."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    has_block, has_stratum = panel.block is not None, panel.stratum is not None
    head = ["unit", "time", "outcome", "treated", "pre"]
    lines.writerow([*head, *(["block"] if has_block else []), *(["stratum"] if has_stratum else [])])
    for at, unit in enumerate(panel.units):
        for when, time in enumerate(panel.times):
            cells: list[Any] = [unit, time, repr(float(panel.outcome[at, when]))]
            cells += [int(panel.treated[at, when]), int(panel.pre[when])]
            if panel.block is not None:
                cells.append(int(panel.block[when]))
            if panel.stratum is not None:
                cells.append(panel.stratum[at])
            lines.writerow(cells)
    return text.getvalue()


def panel_digest(panel: Panel) -> str:
    return sha256(panel_csv(panel).encode()).hexdigest()


def known_until(now: datetime) -> date:
    """The day after the last whole day of which there are orders: a till that stopped years ago says nothing of today."""
    newest = Order.objects.order_by("-placed_at").values_list("placed_at", flat=True).first()
    return min(now.date(), newest.date() + DAY) if newest else now.date()


def _rows(name: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(_sql(name), values)
        return list(cursor.fetchall())


@cache
def _sql(name: str) -> str:
    text = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("--"))
