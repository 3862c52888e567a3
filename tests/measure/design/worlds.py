"""Histories to plan from, as panels of days."""

from datetime import date, timedelta

import numpy as np

from livingroom.measure.lift.panel import Panel
from livingroom.measure.lift.simulate import Market, untreated_world

FIRST = date(2009, 1, 5)


def days(n):
    return [FIRST + timedelta(days=at) for at in range(n)]


def panel(outcome):
    n_units, n_days = outcome.shape
    names = tuple(f"place {unit:02d}" for unit in range(n_units))
    nobody = np.zeros(outcome.shape, bool)
    return Panel(
        names, tuple(day.isoformat() for day in days(n_days)), outcome, nobody, np.ones(n_days, bool)
    )


def world(n_units, n_days, seed, **market):
    return untreated_world(n_units, n_days, np.random.default_rng(seed), Market(**market))


def history(n_units, n_days=240, seed=0, **market):
    return panel(world(n_units, n_days, seed, **market))
