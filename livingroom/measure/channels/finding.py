"""The journeys of the people in one bin, worked out on columns of numbers: what sql/journeys.sql, contacts.sql and
null_events.sql say, for everybody whose journeys need no text to be compared."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.bins import Hashes
from livingroom.measure.channels.tally import Integers
from livingroom.measure.channels.walks import IS_CODE, Flags, Sales, Touches, Walks, changes

# Person and time share a whole number of 64 bits, less the sign and one to spare.
_MOST_BITS = 62


def find_walks(touches: Touches, sales: Sales, window_us: int, with_idle: bool) -> tuple[list[Walks], Hashes]:
    """Find every journey of the people in a bin.

    Parameters
    ----------
    window_us : int
        How long before its order a touch may lie, in microseconds.
    with_idle : bool
        Whether journeys are wanted that ended in no order.

    Returns
    -------
    walks : list of Walks
        Usually one; several where times are so far apart that people must be looked at in portions.
    apart : (n,) uint64
        People whose journeys depend on the text of ids (two touches by different channels, or two orders, at one instant).
        They are left out.
    """
    if not len(touches.at):
        return [], np.zeros(0, np.uint64)
    timeline = _timeline(touches, sales)
    if timeline is None:
        middle = np.sort(touches.person)[len(touches.person) // 2]
        halves = [
            find_walks(touches.only(mine), sales.only(his), window_us, with_idle)
            for mine, his in (
                (touches.person < middle, sales.person < middle),
                (touches.person >= middle, sales.person >= middle),
            )
        ]
        return [walks for part, _ in halves for walks in part], np.concatenate([apart for _, apart in halves])
    journeys = _journeys(timeline, touches, window_us, with_idle)
    apart = np.unique(np.concatenate([timeline.twins(), journeys.undecided(timeline)]))
    if not len(apart):
        return [journeys.walks(timeline)], apart
    rest, more = find_walks(
        touches.only(~np.isin(touches.person, apart)),
        sales.only(~np.isin(sales.person, apart)),
        window_us,
        with_idle,
    )
    return rest, np.concatenate([apart, more])


@dataclass(frozen=True)
class _Timeline:
    """Touches by person and time, and the orders of the same people.

    Person and time are one number, so that sorting it sorts both: the person's place among `known` in the high bits, the
    microseconds after `origin` in the low ones.
    """

    bits: int
    origin: int
    known: Hashes
    key: Integers
    row: Integers
    sale_key: Integers
    sale: Integers

    def twins(self) -> Hashes:
        """People with two orders at one instant."""
        return np.asarray(self.known[self.sale_key[~changes(self.sale_key)] >> self.bits])


def _timeline(touches: Touches, sales: Sales) -> _Timeline | None:
    """Sort; None if there are too many people for their times to go into one number."""
    by_person = np.argsort(touches.person)
    person = touches.person[by_person]
    first = changes(person)
    known = person[first]
    times = (touches.at, sales.at) if len(sales.at) else (touches.at,)
    origin = min(int(at.min()) for at in times)
    bits = (max(int(at.max()) for at in times) - origin).bit_length()
    if len(known).bit_length() + bits > _MOST_BITS:
        return None
    key = ((np.cumsum(first) - 1) << bits) | (touches.at[by_person] - origin)
    order = np.argsort(key)
    key, row = key[order], by_person[order]
    _settle_instants(key, row, touches.met)
    rank = np.minimum(np.searchsorted(known, sales.person), len(known) - 1)
    mine = np.flatnonzero(known[rank] == sales.person)
    sale_key = (rank[mine] << bits) | (sales.at[mine] - origin)
    order = np.argsort(sale_key)
    return _Timeline(bits, origin, known, key, row, sale_key[order], sales.number[mine[order]])


def _settle_instants(key: Integers, row: Integers, met: NDArray[np.uint16]) -> None:
    """Among touches of one person and instant codes come last, then the channel's place decides."""
    same = ~changes(key)
    if same.any():
        tied = np.flatnonzero(same | np.append(same[1:], False))
        row[tied] = row[tied[np.lexsort((met[row[tied]], key[tied]))]]


@dataclass(frozen=True)
class _Journeys:
    """Touches that are kept, with the row of the timeline that each is, and where each journey starts."""

    line: Integers
    met: NDArray[np.uint16]
    sale: Integers
    opens: Flags

    def undecided(self, timeline: _Timeline) -> Hashes:
        """People of whom two touches by different channels lie at one instant before an order: their ids' text decides."""
        key = timeline.key[self.line]
        tied = ~changes(key) & ~self.opens & (self.sale >= 0)
        tied[1:] &= ((self.met[1:] ^ self.met[:-1]) & IS_CODE == 0) & (self.met[1:] != self.met[:-1])
        return np.asarray(timeline.known[key[tied] >> timeline.bits])

    def walks(self, timeline: _Timeline) -> Walks:
        key = timeline.key[self.line]
        start = np.flatnonzero(self.opens)
        place = (self.met & (IS_CODE - 1)).astype(np.int64)
        at = (key & ((1 << timeline.bits) - 1)) + timeline.origin
        return Walks(place, at, start, self.sale[start], timeline.known[key[start] >> timeline.bits])


def _journeys(timeline: _Timeline, touches: Touches, window_us: int, with_idle: bool) -> _Journeys:
    """Give each touch to the person's first order at or after it, inside the window; what is left is idle."""
    key = timeline.key
    # How many orders lie before each touch says which is the next.
    before = np.searchsorted(key, timeline.sale_key, side="right")
    following = np.cumsum(np.bincount(before, minlength=len(key) + 1)[:-1])
    # After the last order nothing follows: a number that is nobody's.
    next_key = np.append(timeline.sale_key, -1)[following]
    person = key >> timeline.bits
    belongs = (next_key >> timeline.bits == person) & (next_key - key <= window_us)
    sale = np.append(timeline.sale, -1)[following]
    sale[~belongs] = -1
    # Both numbers only rise, so that their sum changes whenever one of them does.
    person += following
    opens = changes(person) | changes(belongs)
    line, row = np.arange(len(key)), timeline.row
    if not with_idle:
        line = np.flatnonzero(belongs)
        sale, opens, row = sale[line], opens[line], row[line]
    journeys = _Journeys(line, touches.met[row], sale, opens)
    return journeys if touches.placement is None else _without_spare(journeys, touches.placement, row)


def _without_spare(journeys: _Journeys, placement: Hashes, row: Integers) -> _Journeys:
    """Leave out codes on whose placement the journey met the person otherwise: they are no contact of their own."""
    code = np.flatnonzero(journeys.met & IS_CODE)
    if not len(code):
        return journeys
    journey = np.cumsum(journeys.opens) - 1
    with_code = np.zeros(journey[-1] + 1, np.bool_)
    with_code[journey[code]] = True
    near = np.flatnonzero(with_code[journey])
    where = placement[row[near]]
    near, where = near[where > 0], where[where > 0]
    is_code = (journeys.met[near] & IS_CODE) > 0
    order = np.lexsort((is_code, where, journey[near]))
    near, where, is_code = near[order], where[order], is_code[order]
    first = changes(journey[near]) | changes(where)
    # Codes come last: a run that a code opens holds nothing but codes.
    led_by_code = is_code[first][np.cumsum(first) - 1]
    kept = np.ones(len(journey), np.bool_)
    kept[near[is_code & ~led_by_code]] = False
    # The first touch that is left opens the journey.
    return _Journeys(journeys.line[kept], journeys.met[kept], journeys.sale[kept], changes(journey[kept]))
