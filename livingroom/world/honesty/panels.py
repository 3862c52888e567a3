"""Small worlds of panels with known truth, a few milliseconds each: forty places, remembered noise, carry-over, pull-forward.

Nothing here is shared with the analyses: they meet these worlds as strangers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from scipy.signal import lfilter

from livingroom.measure.design.assignment import Design
from livingroom.measure.lift.panel import Panel
from livingroom.world.period import Booleans, Floats

FIRST_DAY = date(2024, 1, 1)
WEEK = np.array([1.06, 1.04, 1.02, 1.0, 1.0, 0.93, 0.95])


@dataclass(frozen=True)
class Shop:
    """How places behave.

    Parameters
    ----------
    n_units, n_days : int
        Places, and days of the whole record.
    size_sd : float
        Spread of the logarithm of sizes.
    noise_sd, memory : float
        Shocks that are remembered from day to day.
    day_sd : float
        Noise of single days.
    walk_sd : float
        Daily step of each place's drift.
    common_sd : float
        Shocks that all places share.
    pulled_share, returns : float, int
        Of what posts add at once, so much is missing over the next days.
    carry : float
        How much of a day's effect lasts to the next. It and the days of pulled orders are over ten days after the last
        post: that is the horizon a wash-out has to cover.
    unlike : float
        Spread of the effect over places, as a share of it.
    """

    n_units: int = 40
    n_days: int = 300
    size_sd: float = 0.4
    noise_sd: float = 0.05
    memory: float = 0.7
    day_sd: float = 0.12
    walk_sd: float = 0.002
    common_sd: float = 0.05
    pulled_share: float = 0.4
    returns: int = 7
    carry: float = 0.35
    unlike: float = 0.05


def without_posts(random: np.random.Generator, shop: Shop) -> Floats:
    """Draw what each place sells each day when nobody posts, shape (units, days)."""
    shape = (shop.n_units, shop.n_days)
    size = np.exp(random.normal(8, shop.size_sd, shop.n_units))
    steps = random.normal(0, shop.noise_sd * np.sqrt(1 - shop.memory**2), shape)
    own = remembered(steps, shop.memory)
    common = remembered(random.normal(0, shop.common_sd * 0.6, (1, shop.n_days)), 0.8)
    drift = np.cumsum(random.normal(0, shop.walk_sd, shape), axis=1)
    day = random.normal(0, shop.day_sd, shape)
    week = np.log(WEEK[np.arange(shop.n_days) % 7])
    return np.asarray(size[:, None] * np.exp(own + common + drift + day + week), dtype=np.float64)


def remembered(steps: Floats, memory: float) -> Floats:
    """Turn steps into shocks that fade, started in their long-run spread."""
    start = steps[:, :1] / np.sqrt(1 - memory**2)
    first = np.concatenate([start, steps[:, 1:]], axis=1)
    return np.asarray(lfilter([1.0], [1.0, -memory], first, axis=1), dtype=np.float64)


def with_posts(
    random: np.random.Generator, shop: Shop, outcome: Floats, treated: Booleans, lift: float
) -> Floats:
    """Live the same days with posts where they were shown; `lift` is what remains in the long run."""
    at_once = lift / (1 - shop.pulled_share) * (1 + random.normal(0, shop.unlike, (len(outcome), 1)))
    reach = lfilter([1 - shop.carry], [1.0, -shop.carry], treated.astype(np.float64), axis=1)
    spread = np.concatenate([[0.0], np.full(shop.returns, shop.pulled_share / shop.returns)])
    missing = lfilter(spread, [1.0], reach, axis=1)
    return np.asarray(outcome * (1 + at_once * (reach - missing)), dtype=np.float64)


def true_lift(on: Floats, off: Floats, cells: Booleans) -> float:
    """Give the lift of these cells: with posts over without, less 1."""
    return float(on[cells].sum() / off[cells].sum() - 1)


def days(n: int, first: int = 0) -> list[date]:
    return [FIRST_DAY + timedelta(days=first + number) for number in range(n)]


def names(n: int) -> tuple[str, ...]:
    return tuple(f"place {number:02d}" for number in range(n))


def panel_of(
    outcome: Floats, treated: Booleans, n_pre: int, first: int, design: Design | None = None
) -> Panel:
    """Lay out a panel whose first column is day `first` of the record."""
    n_units, n_days = outcome.shape
    dates = days(n_days, first)
    block = design.blocks(dates) if design is not None and design.block_days else None
    strata = {line.unit: line.stratum for line in design.assignments} if design is not None else {}
    units = names(n_units)
    return Panel(
        units=units,
        times=tuple(day.isoformat() for day in dates),
        outcome=outcome,
        treated=treated,
        pre=np.arange(n_days) < n_pre,
        block=block,
        stratum=tuple(strata[unit] for unit in units) if any(strata.values()) else None,
    )


def past_of(outcome: Floats, n_days: int) -> Panel:
    """Show the designer what a brand would have: the days before, nothing tried in them."""
    history = outcome[:, :n_days]
    return panel_of(history, np.zeros(history.shape, dtype=np.bool_), n_days, 0)


def smaller(shop: Shop, n_units: int) -> Shop:
    return replace(shop, n_units=n_units)
