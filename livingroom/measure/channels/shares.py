"""What the rules of position and age give every contact, on columns of numbers: sql/contacts.sql, decay.sql and divided.sql
step by step, so that both give the same to the minor unit."""

import math

import numpy as np

from livingroom.measure.channels.bootstrap import Floats
from livingroom.measure.channels.tally import Integers
from livingroom.measure.channels.walks import Walks

_NEWEST = 1 << 30
# Libraries work powers out alike to the last digit or two: only a weight this near to one half could be rounded otherwise.
_DOUBT = 1e-5


def divide_by_rules(walks: Walks, revenue_minor: Integers, half_life_us: int) -> dict[str, Floats | Integers]:
    """Divide orders among their contacts by every rule.

    Parameters
    ----------
    walks : Walks
        Journeys that end in an order.
    revenue_minor : (m,) int
        What each journey's order brought.
    half_life_us : int
        Of time_decay, in microseconds.

    Returns
    -------
    dict of (n,) arrays
        For every rule its shares and amounts, named as in sql/rule_totals.sql.

    Source
    ------
    docs/methods/credit.md
    """
    n_contacts = np.repeat(walks.size, walks.size)
    place = np.arange(len(walks.place)) - np.repeat(walks.start, walks.size) + 1
    revenue = np.repeat(revenue_minor, walks.size)
    sign, size = np.where(revenue < 0, -1, 1), np.abs(revenue)
    is_first, is_last = place == 1, place == n_contacts
    linear_share, linear = 1.0 / n_contacts, _equal(size, place, n_contacts)
    decay_share, decay = _decay(walks, size, half_life_us)
    between = np.maximum(n_contacts - 2, 1)
    by_position = np.where(is_first | is_last, 0.4, 0.2 / between)
    few = n_contacts <= 2
    return {
        "last_shares": is_last.astype(np.float64),
        "last_minor": np.where(is_last, revenue, 0),
        "first_shares": is_first.astype(np.float64),
        "first_minor": np.where(is_first, revenue, 0),
        "linear_shares": linear_share,
        "linear_minor": sign * linear,
        "time_decay_shares": decay_share,
        "time_decay_minor": sign * decay,
        "position_shares": np.where(few, linear_share, by_position),
        "position_minor": sign * np.where(few, linear, _position(size, place, n_contacts, between)),
    }


def _equal(size: Integers, place: Integers, n_contacts: Integers) -> Integers:
    whole = size // n_contacts
    return whole + (place <= size - n_contacts * whole)


def _position(size: Integers, place: Integers, n_contacts: Integers, between: Integers) -> Integers:
    """Two fractions, one of both ends and one of all between: the larger comes first, then the earlier contact."""
    is_end = (place == 1) | (place == n_contacts)
    end, middle = 2 * size // 5, size // (5 * between)
    larger_by = 2 * size % 5 * between - size % (5 * between)
    ends_first = np.where(place == 1, 1, np.where(place == n_contacts, 2, place + 1))
    ends_last = np.where(place == 1, n_contacts - 1, np.where(place == n_contacts, place, place - 1))
    rank = np.where(larger_by == 0, place, np.where(larger_by > 0, ends_first, ends_last))
    return np.where(is_end, end, middle) + (rank <= size - 2 * end - between * middle)


def _decay(walks: Walks, size: Integers, half_life_us: int) -> tuple[Floats, Integers]:
    journey = np.repeat(np.arange(len(walks.start)), walks.size)
    # Touches are in the order of time: a journey's last is its newest.
    newest = walks.at[walks.start + walks.size - 1]
    weight = _weights((walks.at - newest[journey]) / float(half_life_us))
    share = weight / np.add.reduceat(weight, walks.start).astype(np.float64)[journey]
    exact = size * share
    whole = np.floor(exact).astype(np.int64)
    left = size - np.add.reduceat(whole, walks.start)[journey]
    order = np.lexsort((whole - exact, journey))
    rank = np.empty_like(whole)
    rank[order] = np.arange(len(whole)) - walks.start[journey]
    return share, whole + (rank < left)


def _weights(half_lives: Floats) -> Integers:
    exact = _NEWEST * np.power(2.0, half_lives)
    doubtful = np.flatnonzero(np.abs(exact - np.floor(exact) - 0.5) < _DOUBT)
    exact[doubtful] = [_NEWEST * math.pow(2.0, age) for age in half_lives[doubtful]]
    whole = np.floor(exact)
    # Half away from zero, as SQL rounds.
    rounded: Integers = (whole + (exact - whole >= 0.5)).astype(np.int64)
    return rounded
