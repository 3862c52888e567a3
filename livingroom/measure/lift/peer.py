"""CausalImpact beside our own model of history, where the extra `causalimpact` is installed."""

import importlib
import importlib.util
import warnings

import numpy as np

from livingroom.measure.estimate import Estimate
from livingroom.measure.lift.reading_series import Series


def causal_impact(series: Series, level: float) -> tuple[Estimate, ...]:
    """Return the relative lift by bsts-causalimpact; nothing if it is not installed or the series has gaps.

    Its effect over all times after the change is taken as a share of the sum it expected. It is asked as R's CausalImpact
    is by default: its prior holds the level nearly still (a step of 0.01 standard deviations).
    """
    whole = bool(np.isfinite(series.outcome).all())
    if importlib.util.find_spec("causal_impact") is None or not whole:
        return ()
    peer = importlib.import_module("causal_impact")
    table = np.column_stack([series.outcome, *series.controls])
    last, n = int(series.pre.sum()) - 1, len(series.times)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = peer.CausalImpact(table, [0, last], [last + 1, n - 1], alpha=1 - level).inferences
    expected = float(found["predicted_mean"].sum())
    ends = [f"cumulative_effect{end}" for end in ("", "_lower", "_upper")]
    value, low, high = (float(found[end].iloc[-1]) / expected for end in ends)
    method = "CausalImpact (bsts-causalimpact), its default prior"
    return (Estimate(value, min(low, value), max(high, value), level, last + 1, method),)
