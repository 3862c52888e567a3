"""Numbers that go into a return: known exactly, or with an interval from which draws are taken."""

from statistics import NormalDist
from typing import TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.estimate import Estimate

Quantity: TypeAlias = Estimate | float | int
Draws: TypeAlias = NDArray[np.float64]

LEVEL = 0.95


def middle(quantity: Quantity) -> float:
    """Return the point of a quantity."""
    return quantity.value if isinstance(quantity, Estimate) else float(quantity)


def draw(quantity: Quantity, name: str, seed: int, n_draws: int) -> Draws:
    """Draw from a quantity.

    Half of the draws lie on either side of the value, each side as a half of a normal distribution that reaches the
    interval's end at its level. So the median and the interval of the draws are those of the quantity, also when the
    interval is not symmetric.

    Parameters
    ----------
    quantity : Estimate, float or int
        A number without an interval gives the same draw each time.
    name : str
        What is drawn. The same name and seed give the same luck: hours that were booked too low in one month were in the
        next, so months add up to their sum.
    seed : int
        The seed of the whole calculation.
    n_draws : int
        How many, an even number: each comes with its mirror image, so that the middle does not tremble.

    Returns
    -------
    array of float, shape (n_draws,)
    """
    if not isinstance(quantity, Estimate):
        return np.full(n_draws, float(quantity))
    random = np.random.default_rng([seed, crc32(name.encode())])
    half = random.standard_normal(n_draws // 2)
    unit = np.concatenate([half, -half]) / NormalDist().inv_cdf(0.5 + quantity.level / 2)
    return (
        quantity.value
        + np.where(unit > 0, quantity.high - quantity.value, quantity.value - quantity.low) * unit
    )


def scaled(quantity: Quantity, factor: float) -> Quantity:
    """Return the quantity times a positive factor: minutes into money, major into minor units."""
    if not isinstance(quantity, Estimate):
        return float(quantity) * factor
    return Estimate(
        quantity.value * factor,
        quantity.low * factor,
        quantity.high * factor,
        quantity.level,
        quantity.n,
        quantity.method,
    )


def between(low: float, high: float, method: str) -> Estimate:
    """Return what is only known to lie between two values, in 95 of 100 cases, with its middle as the value."""
    return Estimate((low + high) / 2, low, high, LEVEL, 0, method)


def summed_up(draws: Draws, n: int, method: str, level: float = LEVEL) -> Estimate:
    """Return the median of draws with the interval that holds the share `level` of them."""
    tail = (1 - level) / 2
    low, value, high = np.quantile(draws, (tail, 0.5, 1 - tail))
    return Estimate(float(value), float(low), float(high), level, n, method)
