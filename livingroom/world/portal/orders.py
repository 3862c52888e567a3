"""Default orders of the page, each from what the portal knows at that moment; the house's own goes through measure/ranking."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from livingroom.measure.ranking import (
    Prior,
    by_score,
    now_score,
    popular_term,
    thompson_draw,
)
from livingroom.world.portal.plan import DAY, HOUR, START, Floats, Integers


@dataclass
class Known:
    """What the portal knows of the ideas that are public: votes, votes of the last days, keys, and how often each was seen."""

    now: int
    published_at: Integers
    votes: Integers
    recent: Integers
    keys: dict[int, Floats]
    exposures: Integers

    @property
    def age_hours(self) -> Floats:
        age: Floats = (self.now - self.published_at) / HOUR
        return age


Order = Callable[[Known, np.random.Generator], Floats]

HALF_LIVES = (7 * DAY, 30 * DAY)


def now(known: Known, rng: np.random.Generator) -> Floats:
    return now_score(known.recent, known.age_hours)


def all_time(known: Known, rng: np.random.Generator) -> Floats:
    return known.votes.astype(np.float64)


def popular_7(known: Known, rng: np.random.Generator) -> Floats:
    return known.keys[HALF_LIVES[0]]


def popular_30(known: Known, rng: np.random.Generator) -> Floats:
    return known.keys[HALF_LIVES[1]]


def per_day(known: Known, rng: np.random.Generator) -> Floats:
    """Votes by day of age: a burst of long ago fades slowly, and two votes of today beat fifty of a month."""
    found: Floats = known.votes / np.maximum(known.age_hours / 24, 1.0)
    return found


def steep(known: Known, rng: np.random.Generator) -> Floats:
    """All votes over (age + 2)^1.8, as on a page of news."""
    found: Floats = known.votes / (known.age_hours + 2) ** 1.8
    return found


def thompson(known: Known, rng: np.random.Generator) -> Floats:
    return thompson_draw(known.votes, known.exposures, rng, Prior())


ORDERS: dict[str, Order] = {
    "now": now,
    "all-time votes": all_time,
    "half-life 30 d": popular_30,
    "half-life 7 d": popular_7,
    "votes by day": per_day,
    "gravity 1.8": steep,
    "Thompson": thompson,
}


def ranked(order: Order, known: Known, rng: np.random.Generator) -> Integers:
    return by_score(order(known, rng), known.published_at, np.arange(len(known.published_at)))


def terms(at: Integers) -> dict[int, Floats]:
    """What votes at these times add to the key of each half-life."""
    return {half_life: popular_term(at, half_life, START) for half_life in HALF_LIVES}
