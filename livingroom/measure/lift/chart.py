"""What a manager sees at once: the treated units together, and what they would have done."""

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.estimate import Estimate
from livingroom.measure.lift.panel import Panel
from livingroom.measure.lift.reading import Moment

Floats = NDArray[np.float64]


def moments(
    panel: Panel, actual: Floats, expected: Floats, low: Floats, high: Floats, is_test: NDArray[np.bool_]
) -> tuple[Moment, ...]:
    """Return the chart's points; all arrays have shape (t,)."""
    return tuple(
        Moment(
            time, float(actual[at]), float(expected[at]), float(low[at]), float(high[at]), bool(is_test[at])
        )
        for at, time in enumerate(panel.times)
        if np.isfinite(actual[at]) and np.isfinite(expected[at])
    )


def scaled_controls(panel: Panel, arm: NDArray[np.bool_], relative: Estimate) -> tuple[Moment, ...]:
    """Return the treated units' total beside the others', scaled to the same past and, in the test, to the estimate.

    The band is the estimate's interval, so it speaks of the test as a whole and not of a single day.
    """
    ours, theirs = np.nansum(panel.outcome[arm], axis=0), np.nansum(panel.outcome[~arm], axis=0)
    past, test = panel.pre, ~panel.pre
    if theirs[past].sum() <= 0 or theirs[test].sum() <= 0 or relative.value <= -1:
        return ()
    expected = theirs * (ours[past].sum() / theirs[past].sum())
    would_have = ours[test].sum() / (1 + relative.value)
    expected[test] = theirs[test] * would_have / theirs[test].sum()
    low, high = expected.copy(), expected.copy()
    low[test] *= (1 + relative.value) / (1 + relative.high)
    high[test] *= (1 + relative.value) / (1 + relative.low) if relative.low > -1 else np.inf
    return moments(panel, ours, expected, low, high, test)


def beside_held_out(
    panel: Panel, treated: NDArray[np.bool_], kept: NDArray[np.bool_], relative: Estimate
) -> tuple[Moment, ...]:
    """Return the units that are treated at each time beside what the held-out ones say they would have done.

    Units are compared by their own level: what a held-out unit does on a day, over its mean, is what a treated one would do.
    """
    outcome = np.where(np.isfinite(panel.outcome), panel.outcome, 0.0)
    free = np.isfinite(panel.outcome) & ~treated
    n_free = free.sum(axis=1)
    base = np.divide((outcome * free).sum(axis=1), n_free, out=np.zeros(len(outcome)), where=n_free > 0)
    weight = (base[:, None] * free).sum(axis=0)
    day = np.divide((outcome * free).sum(axis=0), weight, out=np.full(len(weight), np.nan), where=weight > 0)
    ours = treated & np.isfinite(panel.outcome)
    actual = np.where(ours.any(axis=0), (outcome * ours).sum(axis=0), np.nan)
    expected = day * (base[:, None] * ours).sum(axis=0)
    low = expected * (1 + relative.value) / (1 + relative.high)
    high = (
        expected * (1 + relative.value) / (1 + relative.low)
        if relative.low > -1
        else np.full(len(expected), np.inf)
    )
    return moments(panel, actual, expected, np.minimum(low, expected), np.maximum(high, expected), kept)
