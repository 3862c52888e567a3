"""History with nothing randomised: one series and two others that nobody touched."""

from __future__ import annotations

import numpy as np

from livingroom.measure.lift.history import history_lift
from livingroom.measure.lift.reading_series import Series
from livingroom.world.honesty.holdouts import chance
from livingroom.world.honesty.panels import days
from livingroom.world.honesty.trials import Trial, trial_of

N_PRE, N_AFTER = 120, 30


def history(seed: int, lift: float) -> Trial:
    """A level that walks slowly, and two controls that share its season: the model's own kind of world."""
    random = chance(seed, 7)
    n = N_PRE + N_AFTER
    common = np.cumsum(random.normal(0, 1.2, n)) + 6 * np.sin(2 * np.pi * np.arange(n) / 7)
    controls = 100 + np.vstack([common, common]) + random.normal(0, 2.0, (2, n))
    off = 120 + common + np.cumsum(random.normal(0, 0.25, n)) + random.normal(0, 2.5, n)
    after = np.arange(n) >= N_PRE
    on = off * (1 + lift * after)
    series = Series(
        times=tuple(day.isoformat() for day in days(n)),
        outcome=on,
        controls=controls,
        names=("one", "other"),
        pre=~after,
    )
    truth = float(on[after].sum() / off[after].sum() - 1)
    return trial_of(history_lift(series, seed=seed, n_draws=500), truth)
