"""Published data sets, where they are on this machine, and small worlds with an assignment log."""

import os
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from livingroom.measure.design.assignment import Design
from livingroom.measure.design.rules import CoinPoints, RotatingBlocks, WithinStrata
from livingroom.measure.lift.panel import Panel
from livingroom.measure.lift.reading_panels import read_panel
from livingroom.measure.lift.simulate import Market, treated_world, untreated_world
from livingroom.measure.lift.windows import with_treated_units, within

SHARED = Path(os.environ.get("LIVINGROOM_SHARED", Path(__file__).parents[4] / "shared"))
FIRST_DAY = date(2020, 3, 2)


def published(name):
    path = SHARED / "data" / "lift" / name
    if not path.is_file():
        pytest.skip(f"{path} is not here; LIVINGROOM_SHARED says where the published data are")
    return path


def california():
    return read_panel(published("california_prop99.csv"), unit="State", time="Year", outcome="PacksPerCapita")


def two_cities():
    path = published("geolift_test.csv")
    panel = read_panel(path, unit="location", time="date", outcome="Y", treated=None)
    return within(with_treated_units(panel, ("chicago", "portland")), "91", "105")


def days(n):
    return tuple((FIRST_DAY + timedelta(number)).isoformat() for number in range(n))


def logged_holdout(lift, seed, *, n_units=20, n_pre=40, n_test=30, strata=None, market=None):
    """A holdout drawn by the real rule, and what came of it."""
    names = tuple(f"country {number:02d}" for number in range(n_units))
    rule = WithinStrata(names, strata or ("",) * n_units)
    starts = FIRST_DAY + timedelta(n_pre)
    design = Design("geo", rule, seed, "by chance", n_test, pre_days=n_pre, starts_on=starts).with_log()
    times = [FIRST_DAY + timedelta(number) for number in range(n_pre + n_test)]
    return _played(design, names, times, lift, seed, market), design


def logged_switchback(
    lift, seed, *, n_units=12, n_blocks=6, block_days=20, wash_out=10, market=None, horizon=10
):
    """A switchback drawn by the real rule, and what came of it."""
    names = tuple(f"branch {number:02d}" for number in range(n_units))
    rule = RotatingBlocks(names, ("",) * n_units, n_blocks)
    design = Design(
        "switchback",
        rule,
        seed,
        "by chance",
        n_blocks * block_days,
        block_days=block_days,
        wash_out_days=wash_out,
        horizon_days=horizon,
        starts_on=FIRST_DAY,
    ).with_log()
    times = [FIRST_DAY + timedelta(number) for number in range(n_blocks * block_days)]
    return _played(design, names, times, lift, seed, market), design


def logged_coins(lift, seed, *, points, n_days, n_pre=56, horizon=10, market=None):
    """One branch with tosses drawn by the real rule, and what came of it."""
    rule = CoinPoints("branch", n_days, points)
    design = Design(
        "single_branch",
        rule,
        seed,
        "by coin",
        n_days,
        block_days=1,
        horizon_days=horizon,
        wash_out_days=horizon,
        starts_on=FIRST_DAY + timedelta(n_pre),
    ).with_log()
    times = [FIRST_DAY + timedelta(number) for number in range(n_pre + n_days)]
    return _played(design, ("branch",), times, lift, seed, market), design


def _played(design, names, times, lift, seed, market):
    market = market or Market()
    treated = design.treated(names, times)
    untreated = untreated_world(len(names), len(times), np.random.default_rng(seed + 10**6), market)
    outcome = treated_world(untreated, treated, lift, market)
    pre = np.array([day < design.starts_on for day in times])
    return Panel(names, tuple(day.isoformat() for day in times), outcome, treated, pre)
