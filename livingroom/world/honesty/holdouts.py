"""Holdouts tried in one world: planned from its history by the designer, run, analysed, compared with the truth."""

from __future__ import annotations

import numpy as np

from livingroom.measure.design.assignment import Design
from livingroom.measure.design.geo import Method, geo_rule, plan_geo
from livingroom.measure.design.history import features
from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift.few import few_lift
from livingroom.measure.lift.geo import geo_lift
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

HISTORY, PRE, TEST = 180, 60, 60
FEW_TEST = 30
N_DRAWS = 999


def chance(seed: int, salt: int) -> np.random.Generator:
    """Give each design its own worlds."""
    return np.random.default_rng([seed, salt])


def geo(
    seed: int, lift: float, *, method: Method = "stratified", n_units: int = 40, plans: bool = False
) -> Trial:
    """Leave half of the places out for sixty days, after sixty days of record."""
    random, shop = chance(seed, 1), Shop(n_units=n_units, n_days=HISTORY + TEST)
    off = without_posts(random, shop)
    starts_on = days(1, HISTORY)[0]
    promised = float("nan")
    if plans:
        planned = plan_geo(
            past_of(off, HISTORY),
            test_days=TEST,
            pre_days=PRE,
            seed=seed,
            starts_on=starts_on,
            lift=lift or 0.05,
        )
        if isinstance(planned, NotEnoughData) or planned.power is None:
            return refusal(lift, str(planned))
        design, promised = planned, planned.power.power
    else:
        rule = geo_rule(names(n_units), features(off[:, HISTORY - PRE : HISTORY]), method=method)
        design = Design("geo", rule, seed, method, TEST, PRE, starts_on=starts_on).with_log()
    treated = on_days(design, off.shape)
    on = with_posts(random, shop, off, treated, lift)
    panel = panel_of(on[:, HISTORY - PRE :], treated[:, HISTORY - PRE :], PRE, HISTORY - PRE, design)
    reading = geo_lift(panel, seed=seed, assignment=design, n_draws=N_DRAWS)
    return trial_of(reading, true_lift(on, off, treated), promised)


def on_days(design: Design, shape: tuple[int, ...]) -> Booleans:
    return design.treated(names(shape[0]), days(shape[1]))


def few(seed: int, lift: float, *, n_treated: int = 3) -> Trial:
    """Treat three of forty places, chosen by chance, for thirty days."""
    random, shop = chance(seed, 3), Shop(n_days=PRE + FEW_TEST)
    off = without_posts(random, shop)
    chosen = random.permutation(shop.n_units)[:n_treated]
    treated = np.zeros(off.shape, dtype=np.bool_)
    treated[chosen, PRE:] = True
    on = with_posts(random, shop, off, treated, lift)
    reading = few_lift(panel_of(on, treated, PRE, 0), seed=seed)
    return trial_of(reading, true_lift(on, off, treated))
