"""Votes on one idea from one network and browser, far more than both explain."""

from dataclasses import dataclass

import numpy as np

from livingroom.measure.ballots.surplus import surprise
from livingroom.measure.ballots.votes import Floats, Integers, Told

FEWEST = 5
LEAST_SURPRISE = 6.0  # there are as many pairs of idea and network as votes


@dataclass(frozen=True)
class Crowd:
    """Votes of one network and browser on one idea (numbered from 0): their rows, how many would be usual, −log10 chance."""

    idea: int
    rows: Integers
    expected: float
    surprise: float


def crowds(told: Told) -> list[Crowd]:
    """Return crowds. What a network votes for on a day is compared with what everybody voted for on that day."""
    rows = np.flatnonzero(told.key >= 0)
    if len(rows) == 0:
        return []
    n_keys = int(told.key.max()) + 1
    pair = told.idea[rows] * n_keys + told.key[rows]
    pairs, place, n_pair = np.unique(pair, return_inverse=True, return_counts=True)
    rows, place = rows[n_pair[place] >= FEWEST], place[n_pair[place] >= FEWEST]
    if len(rows) == 0:
        return []
    usual = np.bincount(place, weights=_usual(told, rows), minlength=len(pairs))
    surprised = np.zeros(len(pairs))
    many = np.unique(place)
    surprised[many] = surprise(n_pair[many].astype(np.float64), usual[many])
    return [
        Crowd(int(pairs[one] // n_keys), rows[place == one], float(usual[one]), float(surprised[one]))
        for one in many[surprised[many] >= LEAST_SURPRISE]
    ]


def _usual(told: Told, rows: Integers) -> Floats:
    """Return what each row adds to the expected votes of its idea from its network.

    On a day with a votes of the network, b of the idea and n in all, a · b / n would meet; both without the meeting itself. It is
    shared out over the rows that met on that day.
    """
    n_days = int(told.day.max() - told.day.min()) + 1
    day = told.day - told.day.min()
    of_day = np.bincount(day, minlength=n_days)
    from_key = _occurring(told.key * n_days + day, rows)
    from_idea = _occurring(told.idea * n_days + day, rows)
    both = (told.idea[rows] * (told.key.max() + 1) + told.key[rows]) * n_days + day[rows]
    _, place, met = np.unique(both, return_inverse=True, return_counts=True)
    n_met = met[place]
    others = np.maximum(of_day[day[rows]] - from_key, 1)
    usual: Floats = from_key * np.maximum(from_idea - n_met, 0.5) / others / n_met
    return usual


def _occurring(values: Integers, rows: Integers) -> Integers:
    """Return how often the value of each of some rows occurs among all."""
    known, counts = np.unique(values, return_counts=True)
    return counts[np.searchsorted(known, values[rows])].astype(np.int64)
