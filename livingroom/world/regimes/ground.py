"""The ground that posts fall on: places with their own size, season, shocks and drift. All of it is there without any post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from livingroom.world.period import DAY, SECOND, Floats, Integers, draws

START_ON = date(2025, 3, 3)  # a Monday; day 0 of the test
HORIZON_DAYS = 10  # nobody buys earlier by more than this
AFTER_DAYS = HORIZON_DAYS + 1  # wishes after the end can be pulled into it
WEEKDAY = np.array([1.08, 1.06, 1.03, 1.02, 1.0, 0.9, 0.91])
SHOCK_SD, SHOCK_MEMORY = 0.04, 0.7
WALK_SD = 0.002
START = int(datetime(START_ON.year, START_ON.month, START_ON.day, tzinfo=UTC).timestamp()) * SECOND


@dataclass(frozen=True)
class Ground:
    """Places and their days.

    Parameters
    ----------
    n_geos : int
        Places that the experiment knows; place `n_geos` is abroad, which nobody targets.
    pre_days, days : int
        Days before day 0, and days of the test.
    share : array of float, shape (n_geos + 1,)
        Where people live.
    demand : array of float, shape (n_geos + 1, pre_days + days + AFTER_DAYS)
        Buying per head and day beside the average: level, season, weekday, shocks, drift.
    effect : array of float, shape (n_geos + 1,)
        How strongly posts work here beside the average.
    """

    n_geos: int
    pre_days: int
    days: int
    share: Floats
    demand: Floats
    effect: Floats

    @property
    def n_days(self) -> int:
        """All days of the record: before and during the test."""
        return self.pre_days + self.days

    def names(self) -> list[str]:
        return [f"geo-{number:02d}" for number in range(1, self.n_geos + 1)] + ["abroad"]

    def index(self, at: Floats) -> Integers:
        """Tell the column of `demand` for moments in days since day 0."""
        return np.floor(at).astype(np.int64) + self.pre_days

    def dates(self) -> list[date]:
        return [START_ON + timedelta(days=day) for day in range(-self.pre_days, self.days)]


def lay_ground(seed: int, n_geos: int, pre_days: int, days: int) -> Ground:
    """Draw the places."""
    random = draws(seed, "regimes/ground")
    share = np.append(np.exp(random.normal(0, 0.3, n_geos)), 0.0)
    share /= share.sum()
    share = share * 0.98
    share[-1] = 0.02
    level = np.exp(random.normal(0, 0.12, n_geos + 1))
    n_days = pre_days + days + AFTER_DAYS
    day = np.arange(n_days) - pre_days
    season = 1 + 0.08 * np.sin(2 * np.pi * (day + 40) / 365.25)
    common = np.exp(remember(random.normal(0, 0.02, (1, n_days)), SHOCK_MEMORY))
    own = remember(
        random.normal(0, SHOCK_SD * np.sqrt(1 - SHOCK_MEMORY**2), (n_geos + 1, n_days)), SHOCK_MEMORY
    )
    walk = np.cumsum(random.normal(0, WALK_SD, (n_geos + 1, n_days)), axis=1)
    demand = level[:, None] * season * WEEKDAY[day % 7] * common * np.exp(own + walk)
    return Ground(n_geos, pre_days, days, share, demand, np.exp(random.normal(0, 0.05, n_geos + 1)))


def remember(steps: Floats, memory: float) -> Floats:
    """Turn steps into a first-order autoregression along the last axis."""
    shocks = np.empty_like(steps)
    level = np.zeros(steps.shape[0])
    for day in range(steps.shape[1]):
        level = memory * level + steps[:, day]
        shocks[:, day] = level
    return shocks


def micros(at: Floats) -> Integers:
    """Turn days since day 0 into microseconds UTC."""
    return START + (at * DAY).astype(np.int64)
