"""Which figures must not be told, because too few people are behind them, or behind what they leave out. Pure."""

import numpy as np

from livingroom.inbox.reports.columns import Column, numbered


def is_enough(people: Column, smallest: int) -> bool:
    """Nobody, or enough of them, each counted once."""
    n = len(numbered(people)[0])
    return n == 0 or n >= smallest


def parts_of_few(values: Column, person: Column, is_in: Column, smallest: int) -> set[int | bytes]:
    """Values of cases whose figures of the cases that are `in` must not be told.

    Parts add up to a whole that is told, so what is hidden of it must be of enough people, too: where it is not, the next
    smallest part is hidden with it.
    """
    names, part = numbered(values)
    inside = _people_by(part[is_in], person[is_in], len(names))
    outside = _people_by(part[~is_in], person[~is_in], len(names))
    is_hidden = (inside > 0) & ((inside < smallest) | ((outside > 0) & (outside < smallest)))
    for place in np.argsort(inside, kind="stable"):
        if inside[place] and not is_hidden[place] and is_hidden.any():
            of_hidden = person[is_in & is_hidden[part]]
            is_hidden[place] = not is_enough(of_hidden, smallest)
    return set(names[is_hidden].tolist())


def _people_by(part: Column, person: Column, n_parts: int) -> Column:
    """Return how many people each part has."""
    n_people = int(person.max()) + 1 if len(person) else 1
    pairs = numbered(part.astype(np.int64) * n_people + person)[0]
    found: Column = np.bincount(pairs // n_people, minlength=n_parts)
    return found
