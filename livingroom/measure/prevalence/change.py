"""No arrow inside the noise: whether a share has risen, has fallen, or nobody can tell."""

from dataclasses import dataclass
from math import sqrt
from typing import Literal

from livingroom.measure.estimate import Estimate, NotEnoughData

Direction = Literal["risen", "fallen", "can't tell"]


@dataclass(frozen=True)
class Change:
    """What happened between two months.

    Parameters
    ----------
    direction : "risen", "fallen" or "can't tell"
    difference : Estimate or NotEnoughData
        The later share less the earlier one.
    """

    direction: Direction
    difference: Estimate | NotEnoughData


def compare(before: Estimate | NotEnoughData, after: Estimate | NotEnoughData) -> Change:
    """Compare two shares that were estimated apart.

    Parameters
    ----------
    before, after : Estimate or NotEnoughData
        Of one level. Where both were corrected by the same audit their errors are alike, and the interval of the difference is
        wider than it need be.

    Returns
    -------
    Change
        An arrow only where the interval of the difference leaves 0 out.

    Raises
    ------
    ValueError
        If the levels differ.

    Source
    ------
    Zou and Donner, Statistics in Medicine 27 (2008): the difference's interval from both ends of both intervals (MOVER).
    """
    for month in (before, after):
        if isinstance(month, NotEnoughData):
            return Change("can't tell", month)
    assert isinstance(before, Estimate)
    assert isinstance(after, Estimate)
    if before.level != after.level:
        raise ValueError(f"Intervals of {before.level:.0%} and of {after.level:.0%} cannot be compared.")
    value = after.value - before.value
    low = value - sqrt((after.value - after.low) ** 2 + (before.high - before.value) ** 2)
    high = value + sqrt((after.high - after.value) ** 2 + (before.value - before.low) ** 2)
    n = min(before.n, after.n)
    direction: Direction = "risen" if low > 0 else "fallen" if high < 0 else "can't tell"
    return Change(direction, Estimate(value, low, high, before.level, n, "MOVER"))
