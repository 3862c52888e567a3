"""Switchbacks tried in one world: over forty places, over few branches, and over one branch alone."""

from __future__ import annotations

import numpy as np

from livingroom.measure.design.assignment import Design
from livingroom.measure.design.bojinov import optimal_points
from livingroom.measure.design.rules import CoinPoints, RotatingBlocks
from livingroom.measure.design.single import plan_single_branch
from livingroom.measure.design.switchback import plan_switchback
from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift.switchback import switchback_lift
from livingroom.world.honesty.holdouts import chance, on_days
from livingroom.world.honesty.panels import (
    Shop,
    days,
    names,
    panel_of,
    past_of,
    true_lift,
    with_posts,
    without_posts,
)
from livingroom.world.honesty.trials import Trial, refusal, trial_of
from livingroom.world.period import Booleans

HISTORY, TEST = 180, 120
BLOCK, WASH_OUT = 20, 10
SINGLE_HISTORY, SINGLE_TEST, SINGLE_PERIOD = 360, 240, 5


def switchback(seed: int, lift: float, *, n_units: int = 40, plans: bool = False) -> Trial:
    """Switch each place on and off in blocks of twenty days, of which the first ten are washed out."""
    random, shop = chance(seed, 2), Shop(n_units=n_units, n_days=HISTORY + TEST)
    off = without_posts(random, shop)
    starts_on = days(1, HISTORY)[0]
    promised = float("nan")
    if plans:
        planned = plan_switchback(
            past_of(off, HISTORY), test_days=TEST, block_days=BLOCK, wash_out_days=WASH_OUT,
            seed=seed, starts_on=starts_on, lift=lift or 0.05,
        )  # fmt: skip
        if isinstance(planned, NotEnoughData) or planned.power is None:
            return refusal(lift, str(planned))
        design, promised = planned, planned.power.power
    else:
        rule = RotatingBlocks(names(n_units), ("",) * n_units, TEST // BLOCK)
        design = Design(
            "switchback", rule, seed, "rotating", TEST, HISTORY, BLOCK, WASH_OUT, 10, starts_on=starts_on
        ).with_log()
    treated = on_days(design, off.shape)
    on = with_posts(random, shop, off, treated, lift)
    panel = panel_of(on[:, HISTORY:], treated[:, HISTORY:], 0, HISTORY, design)
    reading = switchback_lift(panel, seed=seed, assignment=design)
    return trial_of(reading, true_lift(on, off, kept(design, treated)), promised)


def kept(design: Design, treated: Booleans) -> Booleans:
    """Mark the treated cells after their block's wash-out."""
    since = np.arange(treated.shape[1]) - HISTORY
    counted = (since >= 0) & (since % design.block_days >= design.wash_out_days)
    return np.asarray(treated & counted, dtype=np.bool_)


def single(seed: int, lift: float, *, plans: bool = False) -> Trial:
    """Switch one branch alone at the best points, for 240 days with carry-over of ten."""
    random = chance(seed, 4)
    # What is asked is this branch's own lift, so it does not differ from that of others.
    shop = Shop(n_units=1, n_days=SINGLE_HISTORY + SINGLE_TEST, unlike=0.0)
    off = without_posts(random, shop)
    promised = float("nan")
    if plans:
        planned = plan_single_branch(
            past_of(off, SINGLE_HISTORY), test_days=SINGLE_TEST, period_days=SINGLE_PERIOD, horizon_days=WASH_OUT,
            seed=seed, starts_on=days(1, SINGLE_HISTORY)[0], lift=lift,
        )  # fmt: skip
        if isinstance(planned, NotEnoughData) or planned.power is None:
            return refusal(lift, str(planned))
        design, promised = planned, planned.power.power
    else:
        design = best_points(seed)
    treated = on_days(design, off.shape)
    on = with_posts(random, shop, off, treated, lift)
    panel = panel_of(on, treated, SINGLE_HISTORY, 0, design)
    return trial_of(switchback_lift(panel, seed=seed, assignment=design, n_draws=999), lift, promised)


def best_points(seed: int) -> Design:
    """Toss coins where the designer would: planning without asking what it can show."""
    n_periods, carry_over = SINGLE_TEST // SINGLE_PERIOD, WASH_OUT // SINGLE_PERIOD
    rule = CoinPoints(names(1)[0], n_periods, optimal_points(n_periods, carry_over))
    return Design(
        "single_branch", rule, seed, "coins", SINGLE_TEST, SINGLE_HISTORY, SINGLE_PERIOD, WASH_OUT, WASH_OUT,
        starts_on=days(1, SINGLE_HISTORY)[0],
    ).with_log()  # fmt: skip
