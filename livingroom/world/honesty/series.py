"""History with nothing randomised: one series and two others that nobody touched."""

from __future__ import annotations

import numpy as np

from livingroom.measure.lift.history import history_lift
from livingroom.measure.lift.reading_series import Series
from livingroom.world.honesty.holdouts import chance
from livingroom.world.honesty.panels import days
from livingroom.world.honesty.trials import Trial, trial_of

N_PRE, N_AFTER = 120, 30


def history(seed: int, lift: float, *, leans_on: str = "what was recorded") -> Trial:
    """Model a series from two controls that share its season.

    Parameters
    ----------
    leans_on : str
        "what was recorded": the series follows the controls as they stand in the record, which is the model's own kind of
        world. "what is behind": it follows what the controls measure with noise, as series of shops do.
    """
    random = chance(seed, 7)
    n = N_PRE + N_AFTER
    common = np.cumsum(random.normal(0, 1.2, n)) + 6 * np.sin(2 * np.pi * np.arange(n) / 7)
    controls = 100 + np.vstack([common, common]) + random.normal(0, 2.0, (2, n))
    followed = controls.mean(axis=0) if leans_on == "what was recorded" else 100 + common
    off = 20 + followed + np.cumsum(random.normal(0, 0.25, n)) + random.normal(0, 2.5, n)
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
    return trial_of(history_lift(series, seed=seed), truth)
