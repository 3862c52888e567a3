"""Estimates made of other estimates: scaled, summed over cells, or brought from a model's scale to a share."""

from dataclasses import replace

import numpy as np

from livingroom.measure.estimate import Estimate


def around(value: float, reach: float, level: float, n: int, method: str) -> Estimate:
    """Return an estimate with an interval of the same reach on both sides."""
    return Estimate(value, value - reach, value + reach, level, n, method)


def scaled(estimate: Estimate, factor: float, what: str = "") -> Estimate:
    """Return the estimate times a positive factor; `what` is added to its method."""
    return Estimate(
        estimate.value * factor,
        estimate.low * factor,
        estimate.high * factor,
        estimate.level,
        estimate.n,
        estimate.method + what,
    )


def as_share(effect: Estimate, *, is_log: bool, reached: float) -> Estimate:
    """Return a relative lift from an effect on a model's scale.

    Parameters
    ----------
    effect : Estimate
        On the logarithm, or as an amount.
    is_log : bool
        Which.
    reached : float
        For amounts: the mean that the treated reached, so that effect ÷ (reached − effect) is the share.
    """

    def share(value: float) -> float:
        if is_log:
            return float(np.expm1(value))
        return value / (reached - value) if reached > value else float("inf")

    return replace(effect, value=share(effect.value), low=share(effect.low), high=share(effect.high))


def added(relative: Estimate, reached: float, n_cells: int, where: str) -> tuple[Estimate, Estimate]:
    """Return what a relative lift added to an outcome that reached so much, in all and per cell.

    Parameters
    ----------
    relative : Estimate
        The lift, as a share of what would have been.
    reached : float
        The outcome that was seen over the treated cells.
    n_cells : int
        How many cells those are.
    where : str
        Which cells, for the name of the method.
    """

    def part(share: float) -> float:
        return reached if np.isinf(share) else reached * share / (1 + share)

    total = replace(
        relative,
        value=part(relative.value),
        low=part(relative.low),
        high=part(relative.high),
        method=f"{relative.method}, {where}",
    )
    return total, replace(scaled(total, 1 / n_cells), method=f"{relative.method}, per cell")
