"""Touches, orders and journeys of the people in one bin, as columns of numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.bins import Hashes
from livingroom.measure.channels.tally import Integers

Flags = NDArray[np.bool_]
# A touch's channel and whether it is a redeemed code in one number, which also sorts touches of one instant.
IS_CODE = 1 << 15


@dataclass(frozen=True)
class Touches:
    """Touches of the people in a bin, in any order.

    Parameters
    ----------
    person : (n,) uint64
        The hash of the customer's id.
    at : (n,) int
        Microseconds UTC.
    met : (n,) uint16
        The channel's place from 1, and IS_CODE for a redeemed code.
    placement : (n,) uint64 or None
        A number for the placement, from its id's hash, 0 without one; None where there are no codes, which alone need it.
    """

    person: Hashes
    at: Integers
    met: NDArray[np.uint16]
    placement: Hashes | None

    def only(self, rows: Integers | Flags) -> "Touches":
        placement = None if self.placement is None else self.placement[rows]
        return Touches(self.person[rows], self.at[rows], self.met[rows], placement)


@dataclass(frozen=True)
class Sales:
    """Orders of the people in a bin, in any order: who, when, and a number by which each is known outside."""

    person: Hashes
    at: Integers
    number: Integers

    def only(self, rows: Integers | Flags) -> "Sales":
        return Sales(self.person[rows], self.at[rows], self.number[rows])


@dataclass(frozen=True)
class Walks:
    """Journeys, one after another, each a run of touches in the order in which they were met.

    Parameters
    ----------
    place, at : (n,) int
        Of every touch: its channel's place from 1, and when it was.
    start : (m,) int
        Where each journey starts.
    sale : (m,) int
        The number of the order that ends the journey; -1 for none.
    person : (m,) uint64
        Whose journey it is.
    """

    place: Integers
    at: Integers
    start: Integers
    sale: Integers
    person: Hashes

    @property
    def size(self) -> Integers:
        """How many touches each journey has."""
        return np.diff(self.start, append=len(self.place))

    @property
    def opens(self) -> Flags:
        """Whether each touch is the first of its journey."""
        flags = np.zeros(len(self.place), np.bool_)
        flags[self.start] = True
        return flags

    def only(self, journeys: Flags) -> "Walks":
        """Return some of the journeys."""
        size = self.size
        rows = np.repeat(journeys, size)
        kept = size[journeys]
        start = np.cumsum(kept) - kept
        return Walks(self.place[rows], self.at[rows], start, self.sale[journeys], self.person[journeys])


def changes(column: NDArray[np.generic]) -> Flags:
    """Return whether each row differs from the one before; the first does."""
    flags = np.ones(len(column), np.bool_)
    np.not_equal(column[1:], column[:-1], out=flags[1:])
    return flags
