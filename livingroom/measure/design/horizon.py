"""For how many days an offer pulls orders forward, read from the dip after past offers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DEFAULT_DAYS = 10
LONGEST_DAYS = 28
FEWEST_OFFERS = 12
FEWEST_DAYS = 90
SURE = 3.3  # standard errors that the dip must lie below zero: the best of 28 horizons reaches 2.6 to 3 by chance once in 20


@dataclass(frozen=True)
class Horizon:
    """The pull-forward horizon.

    Parameters
    ----------
    days : int
        What a wash-out must not be shorter than: the longest horizon that history allows.
    likeliest_days : int
        The horizon that fits best.
    dip : float
        How much of a unit's daily outcome is missing, added over the horizon, per day of offer; 0 if not estimated.
    is_estimated : bool
        Whether history told; else the default stands.
    sentence : str
        Why, for a person.
    """

    days: int
    likeliest_days: int
    dip: float
    is_estimated: bool
    sentence: str


def estimate_horizon(
    outcome: Floats, offers: NDArray[np.bool_], *, default: int = DEFAULT_DAYS, level: float = 0.95
) -> Horizon:
    """Estimate the horizon from past days with and without offers.

    The log outcome (less unit and day levels) is explained by an offer on the day and a dip spread evenly over the next
    h days, for h from 1 to 28; errors remember yesterday (Prais–Winsten). The best h is the likeliest; the
    longest h that a likelihood-ratio interval keeps is what a wash-out must obey, since too short is worse than too long.

    Parameters
    ----------
    outcome : array of float, shape (units, days)
        Orders or revenue, whether or not they came from an offer; never only those with a code.
    offers : array of bool, shape (units, days)
        Days with an offer.
    default : int
        What stands when history cannot tell: 10 days.
    level : float
        Level of the interval whose longest horizon is taken.

    Returns
    -------
    Horizon
    """
    from scipy.stats import chi2

    starts = offers & ~np.pad(offers, ((0, 0), (1, 0)))[:, :-1]
    n_starts, n_days = int(starts.sum()), outcome.shape[1]
    if n_starts < FEWEST_OFFERS or n_days < FEWEST_DAYS or offers.mean() > 0.8:
        why = (
            f"history has {n_starts} offers in {n_days} days, too few (or too many) to see the dip after them"
        )
        return _default(default, why)
    fits = [_fit(outcome, offers, days) for days in range(1, LONGEST_DAYS + 1)]
    losses = np.array([fit[0] for fit in fits])
    best = int(np.argmin(losses))
    _, dip, error, n = fits[best]
    if dip <= SURE * error:
        return _default(default, f"no dip after {n_starts} past offers is clear enough")
    kept = np.flatnonzero(n * np.log(losses / losses[best]) <= chi2.ppf(level, 1))
    longest = int(kept[-1]) + 1
    sentence = (
        f"After {n_starts} past offers orders are missing for about {best + 1} days; history allows up to {longest}, "
        f"so the wash-out is at least {longest}."
    )
    return Horizon(longest, best + 1, dip, True, sentence)


def _default(days: int, why: str) -> Horizon:
    return Horizon(days, days, 0.0, False, f"The usual {days} days are taken, because {why}.")


def _fit(outcome: Floats, offers: NDArray[np.bool_], days: int) -> tuple[float, float, float, int]:
    """Loss, dip, its standard error and the number of cells, for one horizon."""
    on = offers.astype(np.float64)
    after = np.zeros_like(on)
    for lag in range(1, days + 1):
        after[:, lag:] += on[:, :-lag] / days
    positive = outcome[outcome > 0]
    logs = np.log(np.where(outcome > 0, outcome, positive.min() / 2))
    columns = [_levelled(values[:, LONGEST_DAYS:]) for values in (logs, on, after)]
    memory = 0.0
    for _ in range(2):
        y, x = _whitened(columns, memory)
        coefficients = np.linalg.lstsq(x, y, rcond=None)[0]
        rest = columns[0] - coefficients[0] * columns[1] - coefficients[1] * columns[2]
        memory = float((rest[:, 1:] * rest[:, :-1]).sum() / (rest**2).sum())
    y, x = _whitened(columns, memory)
    coefficients = np.linalg.lstsq(x, y, rcond=None)[0]
    loss = float(((y - x @ coefficients) ** 2).sum())
    spread = loss / (len(y) - 2) * np.linalg.inv(x.T @ x)
    return loss, -float(coefficients[1]), float(np.sqrt(spread[1, 1])), len(y)


def _levelled(values: Floats) -> Floats:
    """Without unit levels, and without day levels; few units share none, so weekdays and months stand for the days."""
    n_units, n_days = values.shape
    if n_units >= 4:
        inside = values - values.mean(axis=1, keepdims=True)
        without: Floats = inside - inside.mean(axis=0, keepdims=True)
        return without
    day = np.arange(n_days)
    known = np.column_stack([np.eye(7)[day % 7], np.eye(n_days // 28 + 1)[day // 28]])
    return values - (known @ np.linalg.lstsq(known, values.T, rcond=None)[0]).T


def _whitened(columns: list[Floats], memory: float) -> tuple[Floats, Floats]:
    moved = [
        np.concatenate(
            [column[:, :1] * np.sqrt(1 - memory**2), column[:, 1:] - memory * column[:, :-1]], axis=1
        )
        for column in columns
    ]
    return moved[0].ravel(), np.column_stack([moved[1].ravel(), moved[2].ravel()])
