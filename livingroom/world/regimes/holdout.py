"""Who is left out when: the same designs as the house's own experiments, on the world's places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from livingroom.measure.design.assignment import Design
from livingroom.measure.design.geo import geo_rule
from livingroom.measure.design.history import features
from livingroom.measure.design.rules import RotatingBlocks
from livingroom.world.period import Booleans, Floats, Integers
from livingroom.world.regimes.ground import HORIZON_DAYS, START_ON, Ground

Holdout = Literal["none", "geo", "switchback"]
BLOCK_DAYS, WASH_OUT_DAYS = 20, 10


@dataclass(frozen=True)
class Held:
    """Where and when posts are shown, shape (geos, days of the test), and the log of it.

    `block` is the block of each day, or None; `counted` marks the days of which the lift is asked: after wash-out.
    """

    treated: Booleans
    design: Design | None
    block: Integers | None
    counted: Booleans


def hold_out(kind: Holdout, seed: int, ground: Ground, history: Floats) -> Held:
    """Draw the holdout by the house's own rules.

    Parameters
    ----------
    history : array of float, shape (geos, days)
        What each place sold before the test.
    """
    shape = (ground.n_geos, ground.days)
    everything = np.ones(ground.days, dtype=np.bool_)
    if kind == "none":
        return Held(np.ones(shape, dtype=np.bool_), None, None, everything)
    design = (geo_holdout if kind == "geo" else switchback)(seed, ground, history)
    days = ground.dates()[ground.pre_days :]
    treated = design.treated(ground.names()[:-1], days)
    if kind == "geo":
        return Held(treated, design, None, everything)
    block = design.blocks(days)
    return Held(treated, design, block, np.arange(ground.days) % design.block_days >= design.wash_out_days)


def geo_holdout(seed: int, ground: Ground, history: Floats) -> Design:
    rule = geo_rule(tuple(ground.names()[:-1]), features(history))
    return Design(
        kind="geo", rule=rule, seed=seed, method="by chance within strata of places of like size",
        test_days=ground.days, pre_days=ground.pre_days, horizon_days=HORIZON_DAYS, starts_on=START_ON,
    ).with_log()  # fmt: skip


def switchback(seed: int, ground: Ground, history: Floats) -> Design:
    units = tuple(ground.names()[:-1])
    rule = RotatingBlocks(units, ("",) * len(units), -(-ground.days // BLOCK_DAYS))
    return Design(
        kind="switchback", rule=rule, seed=seed, method="by chance, half of the places in every block",
        test_days=ground.days, pre_days=ground.pre_days, block_days=BLOCK_DAYS, wash_out_days=WASH_OUT_DAYS,
        horizon_days=HORIZON_DAYS, starts_on=START_ON,
    ).with_log()  # fmt: skip
