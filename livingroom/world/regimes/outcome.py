"""What a simulation gives: rows, a panel, costs and the truth; in memory, or streamed into files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from livingroom.measure.lift.panel import Panel
from livingroom.world.period import Booleans, Floats, Integers
from livingroom.world.regimes.books import Cost, weekly_costs
from livingroom.world.regimes.calendar import Calendar, fill_calendar, post_days
from livingroom.world.regimes.ground import Ground, lay_ground
from livingroom.world.regimes.holdout import Held, Holdout, hold_out
from livingroom.world.regimes.kinds import REGIMES, Regime
from livingroom.world.regimes.meetings import meet
from livingroom.world.regimes.simulate import chunks, history_before
from livingroom.world.regimes.tables import Tables, make_tables
from livingroom.world.regimes.telling import tell
from livingroom.world.regimes.truth import Tally, add_lives, empty_tally

Progress = Callable[[int], None]


def silent(people_done: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Setting:
    """All that a world is made from.

    Parameters
    ----------
    regime : Regime
    people, days, pre_days, geos, branches, seed : int
    currency : str
    """

    regime: Regime
    people: int = 200_000
    days: int = 120
    seed: int = 7
    geos: int = 40
    branches: int = 4
    pre_days: int = 60
    currency: str = "USD"

    def ground(self) -> Ground:
        return lay_ground(self.seed, self.geos, self.pre_days, self.days)

    def costs(self) -> list[Cost]:
        return weekly_costs(self.regime, self.people, self.branches, self.days)


@dataclass(frozen=True)
class Outcome:
    """A simulated shop.

    Parameters
    ----------
    setting : Setting
    touches, orders : pyarrow.Table
        The columns of `livingroom.measure.columns`, and a few more.
    refunds : pyarrow.Table
        Those known at the end of the test.
    truth_orders : pyarrow.Table
        The cause of every order.
    panel : Panel
        Net revenue in major units by place and day, and where posts were shown.
    costs : list of Cost
    held : Held
        The holdout with its log.
    calendar : Calendar
        What was posted where and when, with which code.
    truth : dict
        What truth.json says; docs/methods/truth.md explains each figure.
    tally : Tally
        The sums behind it, among them both lives' panels.
    """

    setting: Setting
    touches: pa.Table
    orders: pa.Table
    refunds: pa.Table
    truth_orders: pa.Table
    panel: Panel
    costs: list[Cost]
    held: Held
    calendar: Calendar
    truth: dict[str, Any]
    tally: Tally


def simulate(
    regime: Regime | str,
    people: int = 200_000,
    days: int = 120,
    seed: int = 7,
    *,
    treated: Booleans | None = None,
    posted: Booleans | None = None,
    reach: Booleans | None = None,
    holdout: Holdout = "none",
    geos: int = 40,
    branches: int = 4,
    pre_days: int = 60,
    currency: str = "USD",
) -> Outcome:
    """Simulate a shop in memory.

    Parameters
    ----------
    regime : Regime or str
        One of A, B, C, D, or a Regime of your own.
    people, days, seed : int
        How many people, days of test, and the seed that decides everything.
    treated : array of bool, shape (geos, days), optional
        Where and when posts are shown. Without it, `holdout` decides.
    posted : array of bool, shape (branches, days), optional
        On which days each branch posted an offer. Without it, every branch posts each fourth day.
    reach : array of bool, shape (branches, geos), optional
        Which branch has followers where; all everywhere without it. One branch a market is `numpy.eye(n, dtype=bool)`.
    holdout : str
        "none", "geo" or "switchback".
    geos, branches : int
        How many; arrays that are given decide instead.
    pre_days : int
        Days of record before the test, without posts.
    currency : str
        ISO 4217 code of all amounts.

    Returns
    -------
    Outcome
        Also for the control life: nothing else but the posts differs between `tally.on_minor` and `tally.off_minor`.
    """
    kind = REGIMES[regime] if isinstance(regime, str) else regime
    geos = len(treated) if treated is not None else reach.shape[1] if reach is not None else geos
    branches = len(posted) if posted is not None else len(reach) if reach is not None else branches
    setting = Setting(kind, people, days, seed, geos, branches, pre_days, currency)
    stage = set_stage(setting, holdout, treated=treated, posted=posted, reach=reach)
    parts = list(play(setting, stage))
    return Outcome(
        setting=setting,
        touches=pa.concat_tables([part.touches for part in parts]),
        orders=pa.concat_tables([part.orders for part in parts]),
        refunds=pa.concat_tables([part.refunds for part in parts]),
        truth_orders=pa.concat_tables([part.truth for part in parts]),
        panel=panel_of_world(stage),
        costs=setting.costs(),
        held=stage.held,
        calendar=stage.calendar,
        truth=truth_of(setting, stage, holdout),
        tally=stage.tally,
    )


@dataclass(frozen=True)
class Stage:
    """The world before anybody lives in it, and the tally that fills as they do."""

    ground: Ground
    calendar: Calendar
    held: Held
    tally: Tally


def set_stage(
    setting: Setting, holdout: Holdout, *, treated: Booleans | None = None, posted: Booleans | None = None,
    reach: Booleans | None = None, progress: Progress = silent,
) -> Stage:  # fmt: skip
    """Draw places, holdout and posts."""
    ground = setting.ground()
    everywhere = np.ones((setting.branches, setting.geos), dtype=np.bool_)
    follows = everywhere if reach is None else reach
    if treated is None:
        history = before_test(setting, ground, follows, progress) if holdout != "none" else np.zeros((0, 0))
        held = hold_out(holdout, setting.seed, ground, history)
    else:
        held = Held(treated, None, None, np.ones(setting.days, dtype=np.bool_))
    days = post_days(setting.seed, setting.branches, setting.days) if posted is None else posted
    percent = setting.regime.discount_percent
    calendar = fill_calendar(setting.seed, ground, percent, days, held.treated, follows)
    return Stage(ground, calendar, held, empty_tally(ground, calendar))


def before_test(setting: Setting, ground: Ground, reach: Booleans, progress: Progress) -> Floats:
    """Live through the days before the test once, for the holdout's strata: nobody posts then."""
    none = np.zeros((setting.branches, setting.days), dtype=np.bool_)
    nowhere = np.zeros((setting.geos, setting.days), dtype=np.bool_)
    calendar = fill_calendar(setting.seed, ground, 0.0, none, nowhere, reach)
    return history_before(setting.regime, setting.people, setting.seed, ground, calendar, progress)


def play(setting: Setting, stage: Stage, progress: Progress = silent) -> Iterator[Tables]:
    """Let everybody live, chunk by chunk, and add up the truth on the way."""
    tally = stage.tally
    for chunk in chunks(setting.regime, setting.people, setting.seed, stage.ground, stage.calendar):
        add_lives(tally, stage.ground, stage.calendar, chunk.people, chunk.wishes, chunk.on, chunk.off)
        every = meet(setting.seed, chunk, setting.regime, stage.ground, stage.calendar)
        tables = make_tables(setting.seed, chunk, every, stage.ground, stage.calendar, setting.currency)
        tally.evidence_minor += tables.proved_minor
        tally.evidence_orders += tables.n_proved
        tally.n_touches += tables.touches.num_rows
        progress(len(chunk.people))
        yield tables


def panel_of_world(stage: Stage) -> Panel:
    """Lay out what an analyst sees: net revenue by place and day."""
    ground, held = stage.ground, stage.held
    before = np.zeros((ground.n_geos, ground.pre_days), dtype=np.bool_)
    block: Integers | None = None
    if held.block is not None:
        block = np.concatenate([np.full(ground.pre_days, -1, dtype=np.int64), held.block])
    strata = {line.unit: line.stratum for line in held.design.assignments} if held.design else {}
    names = tuple(ground.names()[:-1])
    return Panel(
        units=names,
        times=tuple(day.isoformat() for day in ground.dates()),
        outcome=stage.tally.on_minor[:-1] / 100,
        treated=np.hstack([before, held.treated]),
        pre=np.arange(ground.n_days) < ground.pre_days,
        block=block,
        stratum=tuple(strata[name] for name in names) if any(strata.values()) else None,
    )


def truth_of(setting: Setting, stage: Stage, holdout: Holdout) -> dict[str, Any]:
    """Say what is true, once everybody has lived."""
    costs = sum(line.amount_minor for line in setting.costs())
    return tell(stage.ground, stage.calendar, stage.held, stage.tally, costs, facts(setting, holdout))


def facts(setting: Setting, holdout: Holdout) -> dict[str, Any]:
    """Say from what the world was made."""
    return {
        "regime": setting.regime.name,
        "summary": setting.regime.summary,
        "seed": setting.seed,
        "people": setting.people,
        "days": setting.days,
        "pre_days": setting.pre_days,
        "geos": setting.geos,
        "branches": setting.branches,
        "holdout": holdout,
        "currency": setting.currency,
    }
