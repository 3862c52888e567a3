"""Small panels with a known lift, in a few milliseconds: what the tests of honesty are made of.

Units differ in size; all share a season and a slow common walk; each has noise that remembers yesterday. A treated day
adds orders, part of which are the next days' own orders come early (pull-forward). Both worlds, with and without
treatment, are made from the same random numbers, so the lift is known exactly.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.lift.panel import Panel

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class Market:
    """How units behave.

    Parameters
    ----------
    size_spread : float
        Standard deviation of the logarithm of the units' sizes.
    noise : float
        Standard deviation of the daily noise of a unit, as a share.
    memory : float
        Correlation of that noise from one day to the next.
    common_walk : float
        Daily step of the walk that all units share, as a share.
    trend_spread : float
        Standard deviation of the units' own growth over the whole panel, as a share.
    pull_forward : float
        Share of the added outcome that is missing afterwards.
    horizon : int
        Over how many days it is missing.
    """

    size_spread: float = 0.8
    noise: float = 0.08
    memory: float = 0.5
    common_walk: float = 0.01
    trend_spread: float = 0.02
    pull_forward: float = 0.4
    horizon: int = 10


@dataclass(frozen=True)
class Simulated:
    """A panel and its truth.

    Parameters
    ----------
    panel : Panel
        What an analyst sees.
    untreated : array, shape (n, t)
        The same days without any treatment.
    lift : float
        Lift over treated cells of the test: added outcome ÷ what would have been.
    steady_lift : float
        Lift of a cell that has been treated for longer than the horizon.
    """

    panel: Panel
    untreated: Floats
    lift: float
    steady_lift: float


def untreated_world(n_units: int, n_times: int, rng: np.random.Generator, market: Market) -> Floats:
    """Return outcomes without any treatment, shape (n_units, n_times)."""
    size = 1000 * np.exp(rng.normal(0, market.size_spread, n_units))
    week = 1 + 0.15 * np.sin(2 * np.pi * np.arange(n_times) / 7)
    common = np.cumsum(rng.normal(0, market.common_walk, n_times))
    growth = np.outer(rng.normal(0, market.trend_spread, n_units), np.linspace(0, 1, n_times))
    shocks = rng.normal(0, market.noise * np.sqrt(1 - market.memory**2), (n_units, n_times))
    noise = np.empty_like(shocks)
    noise[:, 0] = rng.normal(0, market.noise, n_units)
    for day in range(1, n_times):
        noise[:, day] = market.memory * noise[:, day - 1] + shocks[:, day]
    outcome: Floats = size[:, None] * week * np.exp(common + growth + noise)
    return outcome


def treated_world(untreated: Floats, treated: Booleans, lift: float, market: Market) -> Floats:
    """Return outcomes with treatment; `lift` is what remains in the long run, after pull-forward."""
    boost = lift / (1 - market.pull_forward)
    pulled = np.zeros(untreated.shape)
    for lag in range(1, market.horizon + 1):
        pulled[:, lag:] += treated[:, :-lag] / market.horizon
    outcome: Floats = untreated * (1 + boost * treated - market.pull_forward * boost * pulled)
    return outcome


def _together(
    treated: Booleans,
    first: int,
    lift: float,
    rng: np.random.Generator,
    market: Market,
    block: NDArray[np.int64] | None = None,
    stratum: tuple[str, ...] | None = None,
) -> Simulated:
    n_units, n_times = treated.shape
    untreated = untreated_world(n_units, n_times, rng, market)
    outcome = treated_world(untreated, treated, lift, market)
    pre = np.arange(n_times) < first
    names = tuple(f"unit {number:02d}" for number in range(n_units))
    panel = Panel(names, tuple(map(str, range(n_times))), outcome, treated, pre, block, stratum)
    realised = float(outcome[treated].sum() / untreated[treated].sum() - 1) if treated.any() else 0.0
    return Simulated(panel, untreated, realised, lift)


def geo_world(
    lift: float,
    seed: int,
    *,
    n_units: int = 40,
    n_pre: int = 60,
    n_test: int = 60,
    pairs: bool = False,
    market: Market | None = None,
) -> Simulated:
    """Half of the units, drawn by chance (or one of each pair), are treated from the first day of the test to the last."""
    rng = np.random.default_rng(seed)
    chosen = np.zeros(n_units, bool)
    if pairs:
        chosen[np.arange(0, n_units, 2) + rng.integers(0, 2, n_units // 2)] = True
    else:
        chosen[rng.permutation(n_units)[: n_units // 2]] = True
    treated = chosen[:, None] & (np.arange(n_pre + n_test) >= n_pre)
    stratum = tuple(f"pair {number // 2}" for number in range(n_units)) if pairs else None
    return _together(treated, n_pre, lift, rng, market or Market(), stratum=stratum)


def switchback_world(
    lift: float,
    seed: int,
    *,
    n_units: int = 40,
    n_pre: int = 0,
    n_blocks: int = 6,
    block_length: int = 20,
    market: Market | None = None,
) -> Simulated:
    """In each block half of the units, drawn by chance, are treated."""
    rng = np.random.default_rng(seed)
    arms = rng.permuted(np.tile(np.arange(n_units) < n_units // 2, (n_blocks, 1)), axis=1).T
    treated = np.hstack([np.zeros((n_units, n_pre), bool), np.repeat(arms, block_length, axis=1)])
    block = np.concatenate([np.full(n_pre, -1), np.repeat(np.arange(n_blocks), block_length)])
    return _together(treated, n_pre, lift, rng, market or Market(), block=block)


def few_world(
    lift: float,
    seed: int,
    *,
    n_units: int = 40,
    n_treated: int = 1,
    n_pre: int = 60,
    n_test: int = 30,
    market: Market | None = None,
) -> Simulated:
    """A few units, drawn by chance, are treated from the first day of the test to the last."""
    rng = np.random.default_rng(seed)
    chosen = np.zeros(n_units, bool)
    chosen[rng.permutation(n_units)[:n_treated]] = True
    treated = chosen[:, None] & (np.arange(n_pre + n_test) >= n_pre)
    return _together(treated, n_pre, lift, rng, market or Market())
