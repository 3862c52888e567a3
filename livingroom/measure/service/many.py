"""Business time of many rows at once. Apart from `calendars`, which pages load and which needs no numpy."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.service.calendars import SECOND, Calendar

Integers: TypeAlias = NDArray[np.int64]


def business_seconds_many(starts: Integers, ends: Integers, calendar: Calendar) -> NDArray[np.float64]:
    """Return the same for many at once.

    Parameters
    ----------
    starts, ends : (n,) int
        Microseconds UTC.

    Returns
    -------
    (n,) float
        Seconds.
    """
    if len(starts) == 0:
        return np.zeros(0)
    if np.any(ends < starts):
        raise ValueError("An end is before its start.")
    stretches = calendar.opening.covering(int(starts.min()), int(ends.max()))
    opens, closes, before = (
        np.asarray(column, dtype=np.int64) for column in (stretches.opens, stretches.closes, stretches.before)
    )
    if len(opens) == 0:
        return np.zeros(len(starts))

    def until(at: Integers) -> Integers:
        place = np.searchsorted(opens, at, side="right") - 1
        held = np.maximum(place, 0)
        return np.where(place < 0, 0, before[held] + np.minimum(at, closes[held]) - opens[held])

    seconds: NDArray[np.float64] = (until(ends) - until(starts)) / SECOND
    return seconds
