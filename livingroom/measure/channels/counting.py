"""What the journeys of one bin come to: the rows of sql/rule_totals.sql, coalitions.sql, moves.sql and null_coalitions.sql."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from livingroom.measure.channels.bootstrap import N_BUCKETS
from livingroom.measure.channels.shares import divide_by_rules
from livingroom.measure.channels.tally import Columns, Integers
from livingroom.measure.channels.walks import Flags, Walks, changes


@dataclass(frozen=True)
class Wanted:
    """What is counted.

    Parameters
    ----------
    base : int
        One more than there are channels.
    memory : int
        How many steps back histories go; 0 for no histories.
    self_transitions : bool
        Whether a channel met twice in a row is a step.
    rules, sets, null_sets : bool
        Whether rules are, whether a set tells which channels were met or only that there was one, and whether the sets of
        null journeys are.
    window_us, half_life_us : int
        In microseconds.
    n_currencies : int
    """

    base: int
    memory: int
    self_transitions: bool
    rules: bool
    sets: bool
    null_sets: bool
    window_us: int
    half_life_us: int
    n_currencies: int

    @property
    def with_idle(self) -> bool:
        return self.memory > 0 or self.null_sets


@dataclass(frozen=True)
class Paid:
    """Every order of the bin, with its currency's number from 0 and the bootstrap bucket of its customer."""

    revenue_minor: Integers
    currency: Integers
    bucket: Integers


@dataclass(frozen=True)
class Moves:
    """Steps by history, channel and bucket, numbered as in Gathering.add_steps, and those that ended in an order.

    Parameters
    ----------
    keys, n_steps : (n,) int
        Each kind of step, and how often it was made.
    ends, currency, revenue_minor : (m,) int
        The last step before each order, and what that brought.
    n_null_journeys : int
    """

    keys: Integers
    n_steps: Integers
    ends: Integers
    currency: Integers
    revenue_minor: Integers
    n_null_journeys: int


@dataclass(frozen=True)
class Found:
    """What journeys came to; None for what was not wanted, or did not occur."""

    rules: Columns | None
    moves: Moves | None
    null_sets: Columns | None


def count(walks: Walks, bucket: Integers, paid: Paid, members: Integers, wanted: Wanted) -> Found:
    """Count journeys; `bucket` is that of each journey's person. The sets of channels go into `members`, by order."""
    won = walks.sale >= 0
    bought = walks.only(won)
    rules = None
    if len(bought.start):
        members[bought.sale] = _sets(bought, wanted.sets)
        rules = _rules(bought, paid, wanted) if wanted.rules else None
    moves = _moves(walks, bucket, paid, wanted) if wanted.memory else None
    null_sets = _null_sets(walks.only(~won), bucket[~won]) if wanted.null_sets else None
    return Found(rules, moves, null_sets)


def _sets(walks: Walks, told_apart: bool) -> Integers:
    if not told_apart:
        return np.ones(len(walks.start), np.int64)
    sets: Integers = np.bitwise_or.reduceat(np.left_shift(1, walks.place - 1), walks.start)
    return sets


def _rules(walks: Walks, paid: Paid, wanted: Wanted) -> Columns:
    columns = divide_by_rules(walks, paid.revenue_minor[walks.sale], wanted.half_life_us)
    group = paid.bucket[walks.sale] * wanted.n_currencies + paid.currency[walks.sale]
    cells, which = np.unique(np.repeat(group, walks.size) * wanted.base + walks.place, return_inverse=True)
    group, place = np.divmod(cells, wanted.base)
    bucket, currency = np.divmod(group, wanted.n_currencies)
    sums = {name: np.bincount(which, column, len(cells)) for name, column in columns.items()}
    return {"bucket": bucket, "currency_number": currency, "place": place, **sums}


def _null_sets(walks: Walks, bucket: Integers) -> Columns:
    if not len(walks.start):
        return {name: np.zeros(0, np.int64) for name in ("bucket", "members", "n_journeys")}
    keys, n_journeys = _counted(_sets(walks, True) * N_BUCKETS + bucket)
    members, bucket = np.divmod(keys, N_BUCKETS)
    return {"bucket": bucket, "members": members, "n_journeys": n_journeys}


def _counted(keys: Integers) -> tuple[Integers, Integers]:
    """Return each number that occurs, and how often."""
    keys = np.sort(keys)
    first = np.flatnonzero(changes(keys))
    return keys[first], np.diff(first, append=len(keys))


def _moves(walks: Walks, bucket: Integers, paid: Paid, wanted: Wanted) -> Moves:
    if not wanted.self_transitions:
        walks = _to_others(walks)
    keys = np.zeros(len(walks.place), np.int64)
    for back, places in enumerate(_before(walks, wanted.memory)):
        keys += places * wanted.base**back
    keys = (keys * wanted.base + walks.place) * N_BUCKETS + np.repeat(bucket, walks.size)
    won = walks.sale >= 0
    last, sale = (walks.start + walks.size - 1)[won], walks.sale[won]
    return Moves(
        *_counted(keys), keys[last], paid.currency[sale], paid.revenue_minor[sale], int((~won).sum())
    )


def _before(walks: Walks, memory: int) -> Iterator[Integers]:
    """The place one, two, three steps before each step; 0 before the journey's first."""
    opens, places = walks.opens, walks.place
    for _ in range(memory):
        places = np.concatenate([[0], places[:-1]]) if len(places) else places
        places[opens] = 0
        yield places


def _to_others(walks: Walks) -> Walks:
    """Leave out steps from a channel to itself."""
    kept: Flags = changes(walks.place) | walks.opens
    start = np.cumsum(kept)[walks.start] - 1 if len(walks.start) else walks.start
    return Walks(walks.place[kept], walks.at[kept], start, walks.sale, walks.person)
