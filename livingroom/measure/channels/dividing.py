"""The amounts that orders leave to channels under learned weights, to the last minor unit, without looking at touches.

An order is divided among the channels it met, so orders that met the same channels are divided together. The arithmetic
is that of sql/learned.sql, step by step, so that these totals are the sums of its rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.channels.bootstrap import N_BUCKETS, Floats
from livingroom.measure.channels.shapley import equal_parts
from livingroom.measure.channels.tally import Integers

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

    def sets(self, currency: int) -> Iterator[tuple[int, Integers]]:
        """Return every set of channels met in one currency, with the revenue of its orders."""
        mine = np.flatnonzero((self.currency == currency) & (self.members > 0))
        mine = mine[np.argsort(self.members[mine], kind="stable")]
        sets, first = np.unique(self.members[mine], return_index=True)
        for members, places in zip(sets, np.split(mine, first)[1:], strict=True):
            yield int(members), self.revenue_minor[places]


def as_weights(values: Floats) -> Integers:
    """Return values as whole weights, so that every engine divides alike; what is below zero gets none."""
    floored = np.maximum(np.nan_to_num(values), 0.0)
    largest = floored.max(initial=0.0)
    return (
        np.round(floored / largest * _LARGEST_WEIGHT).astype(np.int64)
        if largest > 0
        else np.zeros_like(floored, int)
    )


def divide(orders: Orders, currency: int, weights: Integers) -> tuple[Floats, Integers]:
    """Divide all orders of one currency among the channels they met.

    Parameters
    ----------
    orders : Orders
    currency : int
    weights : (n_channels,) int
        0 or more; a set of channels without any weight is divided equally.

    Returns
    -------
    shares : (n_channels,) float
        Orders, in parts.
    amounts_minor : (n_channels,) int
        They sum to the revenue of the orders with a channel.
    """
    shares, amounts = np.zeros(len(weights)), np.zeros(len(weights), np.int64)
    for members, revenue in orders.sets(currency):
        channels = np.flatnonzero((members >> np.arange(len(weights))) & 1)
        mine = weights[channels]
        mine = mine if mine.sum() > 0 else np.ones_like(mine)
        share = mine / float(mine.sum())
        shares[channels] += len(revenue) * share
        amounts[channels] += _largest_remainder(revenue, share)
    return shares, amounts


def _largest_remainder(revenue_minor: Integers, share: Floats) -> Integers:
    size = np.abs(revenue_minor)
    exact = size[:, None] * share
    whole = np.floor(exact).astype(np.int64)
    left = size - whole.sum(axis=1)
    rank = np.empty_like(whole)
    order = np.argsort(whole - exact, axis=1, kind="stable")
    np.put_along_axis(rank, order, np.arange(len(share))[None, :].repeat(len(size), axis=0), axis=1)
    parts = whole + (rank < left[:, None])
    total: Integers = (np.sign(revenue_minor)[:, None] * parts).sum(axis=0)
    return total


def divide_draws(orders: Orders, currency: int, draws: Floats, bucket_weights: Floats) -> Floats:
    """Divide the orders of one currency in every replicate, in fractions of a minor unit.

    Parameters
    ----------
    draws : (n_replicates, n_channels) float
        What was learned in each replicate, floored at 0 here.
    bucket_weights : (n_replicates, 256) float

    Returns
    -------
    amounts : (n_replicates, n_channels) float
    """
    from scipy.sparse import csr_matrix

    mine = (orders.currency == currency) & (orders.members > 0)
    sets, place = np.unique(orders.members[mine], return_inverse=True)
    by_bucket = csr_matrix(
        (orders.revenue_minor[mine].astype(np.float64), (orders.bucket[mine], place)),
        shape=(N_BUCKETS, len(sets)),
    )
    inside = equal_parts(sets, draws.shape[1]) > 0
    return np.array(
        [
            _divided(np.asarray(weight @ by_bucket).ravel(), inside, draw)
            for weight, draw in zip(bucket_weights, draws, strict=True)
        ]
    ).reshape(draws.shape)


def _divided(revenue: Floats, inside: NDArray[np.bool_], draw: Floats) -> Floats:
    parts = inside * np.maximum(np.nan_to_num(draw), 0.0)
    whole = parts.sum(axis=1, keepdims=True)
    parts = np.where(whole > 0, parts, inside)
    sums: Floats = (revenue / np.maximum(parts.sum(axis=1), 1e-300)) @ parts
    return sums
