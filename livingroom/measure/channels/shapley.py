"""Shapley values of channels: every set of channels is a coalition, and each channel gets its mean contribution.

Two games, by name. *set-linear*: a coalition is worth what the journeys inside it brought. *rate*: it is worth the share of
the journeys inside it that ended in an order; a channel that mostly meets people who do not buy lowers it, so its value
may be negative.
"""

import numpy as np

from livingroom.measure.channels.bootstrap import Floats
from livingroom.measure.channels.tally import Counted, Integers
from livingroom.measure.problems import InputError

# 2^20 coalitions, a replicate at a time, take 50 MB and a fifth of a second.
MOST_CHANNELS = 20
_CELLS_AT_ONCE = 2**21


def equal_parts(members: Integers, n_channels: int) -> Floats:
    """Return each set's equal division among its channels, shape (n_sets, n_channels); a set is a sum of bits."""
    inside = (members[:, None] >> np.arange(n_channels)) & 1
    return np.asarray(inside / np.maximum(inside.sum(axis=1, keepdims=True), 1))


def set_linear(sets: Counted, column: str, n_channels: int, weights: Floats | None) -> tuple[Floats, Floats]:
    """Return the values of the set-linear game, and in every replicate.

    Shapley's axioms give a journey's worth in equal parts to the channels in it, whatever the number of channels, so no
    coalition needs to be looked at.

    Returns
    -------
    values : (n_channels,) float
        In the unit of `column`.
    replicates : (n_replicates, n_channels) float
    """
    parts = equal_parts(sets.cells, n_channels)
    none = np.zeros((0, n_channels))
    return sets.total(column) @ parts, none if weights is None else sets.weighted(column, weights) @ parts


def rate_values(sets: Counted, n_channels: int, weights: Floats | None) -> tuple[Floats, Floats]:
    """Return the values of the rate game: they sum to the share of all journeys that ended in an order.

    Parameters
    ----------
    sets : Counted
        By set of channels: `orders`, and `journeys` (with those that ended in nothing).

    Raises
    ------
    InputError
        There are more channels than coalitions can be counted for.
    """
    if n_channels > MOST_CHANNELS:
        raise InputError(
            [
                f"shapley_rate looks at every set of channels and takes {MOST_CHANNELS} at most; there are {n_channels}. "
                f"Count the rare ones as one with --merge-rare {MOST_CHANNELS}, or leave this model out."
            ]
        )
    values = _rate_of(sets.cells, sets.total("orders")[None], sets.total("journeys")[None], n_channels)[0]
    if weights is None:
        return values, np.zeros((0, n_channels))
    at_once = max(1, _CELLS_AT_ONCE >> n_channels)
    draws = [
        _rate_of(sets.cells, sets.weighted("orders", part), sets.weighted("journeys", part), n_channels)
        for part in np.array_split(weights, -(-len(weights) // at_once))
    ]
    return values, np.concatenate(draws)


def _rate_of(members: Integers, orders: Floats, journeys: Floats, n_channels: int) -> Floats:
    within = [_inside(members, column, n_channels) for column in (orders, journeys)]
    worth = np.divide(within[0], within[1], out=np.zeros_like(within[0]), where=within[1] > 0)
    return shapley_values(worth)


def _inside(members: Integers, column: Floats, n_channels: int) -> Floats:
    """Sum a count over all sets inside each coalition (zeta transform), shape (…, 2^n)."""
    sums = np.zeros((len(column), 2**n_channels))
    sums[:, members] = column
    for channel in range(n_channels):
        halves = sums.reshape(len(column), -1, 2, 2**channel)
        halves[:, :, 1] += halves[:, :, 0]
    return sums


def shapley_values(worth: Floats) -> Floats:
    """Return every channel's Shapley value.

    Parameters
    ----------
    worth : (n_games, 2^n) float
        What each coalition is worth; bit c of its index says that channel c is in it. The empty one must be worth 0.

    Returns
    -------
    values : (n_games, n) float
        They sum to the worth of all channels together.

    Source
    ------
    L. S. Shapley, A value for n-person games, 1953.
    """
    n_games, n = len(worth), int(worth.shape[1]).bit_length() - 1
    if n == 0:
        return np.zeros((n_games, 0))
    size = np.zeros(2**n, dtype=np.int64)
    for channel in range(n):
        size.reshape(-1, 2, 2**channel)[:, 1] += 1
    # s! (n - 1 - s)! / n!: the share of all orders of arrival in which exactly a given set of s came before.
    before = np.cumprod(np.concatenate([[1 / n], np.arange(1, n) / np.arange(n - 1, 0, -1)]))
    as_member = worth * np.where(size > 0, before[np.maximum(size - 1, 0)], 0.0)
    as_outsider = worth * np.where(size < n, before[np.minimum(size, n - 1)], 0.0)
    both, outside = as_member + as_outsider, as_outsider.sum(axis=1)
    return np.column_stack(
        [both.reshape(n_games, -1, 2, 2**channel)[:, :, 1].sum(axis=(1, 2)) - outside for channel in range(n)]
    )
