"""The amounts that orders leave to channels under learned weights, to the last minor unit, without looking at touches.

An order is divided among the channels it met, so orders that met the same channels are divided together. The arithmetic
is that of sql/learned.sql, step by step, so that these totals are the sums of its rows.
"""

from dataclasses import dataclass

import numpy as np

from livingroom.measure.channels.bootstrap import Floats
from livingroom.measure.channels.tally import Integers, by_bucket

_LARGEST_WEIGHT = 2**30


@dataclass(frozen=True)
class Orders:
    """All orders, one place each in every column.

    Parameters
    ----------
    bucket, currency : (n,) int
        The bucket of the customer, and the number of the currency from 0.
    revenue_minor, members : (n,) int
        Net revenue, and the channels met as a sum of bits, 0 for none.
    """

    bucket: Integers
    currency: Integers
    revenue_minor: Integers
    members: Integers


def as_weights(values: Floats) -> Integers:
    """Return values as whole weights, so that every engine divides alike; what is below zero gets none."""
    floored = np.maximum(np.nan_to_num(values), 0.0)
    largest = floored.max(initial=0.0)
    return (
        np.round(floored / largest * _LARGEST_WEIGHT).astype(np.int64)
        if largest > 0
        else np.zeros_like(floored, int)
    )


@dataclass(frozen=True)
class Met:
    """The orders of one currency that met a channel, by the set of channels that they met.

    Parameters
    ----------
    inside : (n_sets, n_channels) int
        1 where a set holds a channel.
    place, revenue_minor : (n,) int
        Of each order: its set, and its net revenue.
    drawn : (n_replicates, n_sets) float
        The revenue of each set's orders in each replicate.
    """

    inside: Integers
    place: Integers
    revenue_minor: Integers
    drawn: Floats


def met_in(orders: Orders, currency: int, n_channels: int, bucket_weights: Floats | None) -> Met:
    """Sort the orders of one currency by the channels that they met; `bucket_weights` (n_replicates, 256) draw people."""
    mine = (orders.currency == currency) & (orders.members > 0)
    sets, place = np.unique(orders.members[mine], return_inverse=True)
    inside = (sets[:, None] >> np.arange(n_channels)) & 1
    revenue = orders.revenue_minor[mine]
    if bucket_weights is None:
        return Met(inside, place, revenue, np.zeros((0, len(sets))))
    paid = by_bucket(orders.bucket[mine].astype(np.int64), place, revenue.astype(np.float64), len(sets))
    return Met(inside, place, revenue, np.asarray(bucket_weights @ paid))


def divide(met: Met, weights: Integers) -> tuple[Floats, Integers]:
    """Divide all orders among the channels they met.

    Parameters
    ----------
    weights : (n_channels,) int
        0 or more; a set of channels without any weight is divided equally.

    Returns
    -------
    shares : (n_channels,) float
        Orders, in parts.
    amounts_minor : (n_channels,) int
        They sum to the revenue of the orders.
    """
    shares, amounts = np.zeros(len(weights)), np.zeros(len(weights), np.int64)
    n_sets = len(met.inside)
    n_orders, size_of = np.bincount(met.place, minlength=n_sets), met.inside.sum(axis=1)
    number = np.zeros(n_sets, np.int64)
    for size in np.unique(size_of):
        # Sets of the same size are divided together: a row for each, a column for each of its channels.
        these = np.flatnonzero(size_of == size)
        channels = np.nonzero(met.inside[these])[1].reshape(-1, size)
        parts = weights[channels]
        parts[parts.sum(axis=1) == 0] = 1
        share = parts / parts.sum(axis=1, keepdims=True).astype(np.float64)
        np.add.at(shares, channels, n_orders[these, None] * share)
        number[these] = np.arange(len(these))
        mine = np.flatnonzero(size_of[met.place] == size)
        row = number[met.place[mine]]
        np.add.at(amounts, channels[row], _largest_remainder(met.revenue_minor[mine], share[row]))
    return shares, amounts


def _largest_remainder(revenue_minor: Integers, share: Floats) -> Integers:
    size = np.abs(revenue_minor)
    exact = size[:, None] * share
    whole = np.floor(exact).astype(np.int64)
    left = size - whole.sum(axis=1)
    rank = np.empty_like(whole)
    order = np.argsort(whole - exact, axis=1, kind="stable")
    np.put_along_axis(rank, order, np.arange(share.shape[1])[None, :].repeat(len(size), axis=0), axis=1)
    parts: Integers = np.sign(revenue_minor)[:, None] * (whole + (rank < left[:, None]))
    return parts


def divide_draws(met: Met, draws: Floats) -> Floats:
    """Divide the orders in every replicate, in fractions of a minor unit.

    Parameters
    ----------
    draws : (n_replicates, n_channels) float
        What was learned in each replicate, floored at 0 here.

    Returns
    -------
    amounts : (n_replicates, n_channels) float
    """
    inside, weights = met.inside.astype(np.float64), np.maximum(np.nan_to_num(draws), 0.0)
    whole = weights @ inside.T
    if (whole > 0).all():
        return np.asarray(((met.drawn / whole) @ inside) * weights)
    # A set of channels without any weight is divided equally.
    by_weight = np.divide(met.drawn, whole, out=np.zeros_like(whole), where=whole > 0)
    equally = np.where(whole > 0, 0.0, met.drawn / inside.sum(axis=1))
    return np.asarray((by_weight @ inside) * weights + equally @ inside)
