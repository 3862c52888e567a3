"""How much of the revenue will still be given back, learnt from the brand's own refunds and how late they came."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.returns.quantities import LEVEL

METHOD = "refund maturation/1"
LEAST_REFUNDS = 20
N_REPLICATES = 200
N_GROUPS = 200  # the bootstrap draws groups of orders, so that a million orders cost what a thousand do
OLDEST_DAYS = 730
US_PER_DAY = 86_400_000_000

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class RefundCurve:
    """The share of what was paid that is given back by the age of an order.

    Parameters
    ----------
    share_by_age : array of float, shape (n_days,)
        At place a: the share given back within a days.
    n_refunds : int
        On how many refunds it stands.
    """

    share_by_age: Floats
    n_refunds: int

    @property
    def in_the_end(self) -> float:
        return float(self.share_by_age[-1])

    def still_to_come(self, age_days: Integers) -> Floats:
        """Return for each age the share of what was paid that is still to be given back."""
        places = np.clip(age_days, 0, len(self.share_by_age) - 1)
        to_come: Floats = self.share_by_age[-1] - self.share_by_age[places]
        return to_come


def refund_curve(
    placed_at: Integers,
    paid_minor: Integers,
    refund_order: Integers,
    refund_at: Integers,
    refund_minor: Integers,
    now: int,
) -> RefundCurve:
    """Add up, day of age by day of age, what was given back of what could be seen at that age.

    Only orders old enough to have been seen at an age count for it, so young orders do not make refunds look rare: the
    estimate of Nelson and Aalen, in money instead of persons.

    Parameters
    ----------
    placed_at : array of int, shape (n,)
        When each order was placed, microseconds UTC.
    paid_minor : array of int, shape (n,)
        What was paid before any refund, minor units.
    refund_order, refund_at, refund_minor : array of int, shape (k,)
        For each refund the place of its order in `placed_at`, its time, and its amount as a positive number.
    now : int
        Until when refunds are known, microseconds UTC.
    """
    steps = _steps(placed_at, paid_minor, refund_order, refund_at, refund_minor, now)
    seen, returned = _by_group(steps)
    return RefundCurve(_curve(seen.sum(axis=0), returned.sum(axis=0)), len(refund_order))


def refunds_to_come(
    placed_at: Integers,
    paid_minor: Integers,
    refund_order: Integers,
    refund_at: Integers,
    refund_minor: Integers,
    now: int,
    wanted: NDArray[np.bool_],
    seed: int,
) -> Estimate | NotEnoughData:
    """Estimate the share of today's net revenue of some orders that will still be given back.

    Parameters
    ----------
    placed_at, paid_minor, refund_order, refund_at, refund_minor, now
        As for `refund_curve`: all orders of the brand, from which the delays are learnt.
    wanted : array of bool, shape (n,)
        The orders for which it is asked.
    seed : int
        For the bootstrap over groups of orders.

    Returns
    -------
    Estimate or NotEnoughData
        A share between 0 and 1.

    Source
    ------
    docs/methods/return.md; Nelson (1969), Aalen (1978); Poisson bootstrap.
    """
    if len(refund_order) < LEAST_REFUNDS:
        return NotEnoughData(
            f"{len(refund_order)} refunds are known; {LEAST_REFUNDS} are needed to learn how late they come."
        )
    back = np.zeros(len(placed_at), dtype=np.int64)
    np.add.at(back, refund_order, refund_minor)
    net = float(np.sum((paid_minor - back)[wanted]))
    if net <= 0:
        return NotEnoughData("these orders have no net revenue.")
    age = np.minimum((now - placed_at) // US_PER_DAY, OLDEST_DAYS)
    paid_by_age = np.bincount(
        np.maximum(age[wanted], 0), weights=paid_minor[wanted], minlength=OLDEST_DAYS + 1
    )
    steps = _steps(placed_at, paid_minor, refund_order, refund_at, refund_minor, now)
    seen, returned = _by_group(steps)
    random = np.random.default_rng(seed)

    def share(weights: Floats) -> float:
        curve = RefundCurve(_curve(weights @ seen, weights @ returned), len(refund_order))
        return float(paid_by_age @ curve.still_to_come(np.arange(OLDEST_DAYS + 1)) / net)

    value = share(np.ones(N_GROUPS))
    replicates = [share(random.poisson(1.0, N_GROUPS).astype(float)) for _ in range(N_REPLICATES)]
    low, high = np.quantile(replicates, ((1 - LEVEL) / 2, (1 + LEVEL) / 2)).tolist()
    return Estimate(value, max(0.0, min(low, value)), max(high, value), LEVEL, len(refund_order), METHOD)


@dataclass(frozen=True)
class _Steps:
    """What the curve is added up from: per order its age and money, per refund its age, order and money."""

    age: Integers
    paid: Floats
    refund_age: Integers
    refund_order: Integers
    refunded: Floats


def _steps(
    placed_at: Integers,
    paid_minor: Integers,
    refund_order: Integers,
    refund_at: Integers,
    refund_minor: Integers,
    now: int,
) -> _Steps:
    age = np.clip((now - placed_at) // US_PER_DAY, 0, OLDEST_DAYS)
    refund_age = np.clip((refund_at - placed_at[refund_order]) // US_PER_DAY, 0, OLDEST_DAYS)
    return _Steps(age, paid_minor.astype(float), refund_age, refund_order, refund_minor.astype(float))


def _by_group(steps: _Steps) -> tuple[Floats, Floats]:
    """Add up orders by group and age, and refunds by group and age at which they came: each of shape (groups, days)."""
    n = OLDEST_DAYS + 1
    group = np.arange(len(steps.age)) % N_GROUPS
    size = N_GROUPS * n
    by_age = np.bincount(group * n + steps.age, weights=steps.paid, minlength=size)
    back = np.bincount(
        group[steps.refund_order] * n + steps.refund_age, weights=steps.refunded, minlength=size
    )
    return by_age.astype(float).reshape(N_GROUPS, n), back.astype(float).reshape(N_GROUPS, n)


def _curve(by_age: Floats, back: Floats) -> Floats:
    seen = by_age[::-1].cumsum()[::-1]  # at place a: paid for orders that are at least a days old
    curve: Floats = np.divide(back, seen, out=np.zeros(len(seen)), where=seen > 0).cumsum()
    return curve
