"""Simulate a shop whose truth is known: chunk by chunk, so that memory does not grow with the people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from livingroom.world.period import Floats
from livingroom.world.regimes.calendar import Calendar
from livingroom.world.regimes.ground import Ground
from livingroom.world.regimes.kinds import Regime
from livingroom.world.regimes.lives import Life, live_with, live_without
from livingroom.world.regimes.people import People, Wishes, draw_people, draw_wishes
from livingroom.world.regimes.truth import panel_of

CHUNK = 100_000


@dataclass(frozen=True)
class Chunk:
    number: int
    people: People
    wishes: Wishes
    on: Life
    off: Life


def chunks(regime: Regime, n_people: int, seed: int, ground: Ground, calendar: Calendar) -> Iterator[Chunk]:
    """Live everybody's two lives, a hundred thousand people at a time."""
    for number, n in sizes(n_people):
        people = draw_people(seed, number, n, regime, ground, calendar)
        wishes = draw_wishes(seed, number, people, regime, ground)
        on = live_with(wishes, people, calendar, ground, regime)
        yield Chunk(number, people, wishes, on, live_without(wishes))


def history_before(
    regime: Regime,
    n_people: int,
    seed: int,
    ground: Ground,
    calendar: Calendar,
    progress: Callable[[int], None],
) -> Floats:
    """Give what each place sold on each day before the test, shape (geos, pre_days), in minor units."""
    panel = np.zeros((ground.n_geos + 1, ground.n_days), dtype=np.int64)
    for number, n in sizes(n_people):
        people = draw_people(seed, number, n, regime, ground, calendar)
        wishes = draw_wishes(seed, number, people, regime, ground)
        panel += panel_of(ground, people.geo[wishes.person], wishes, live_without(wishes))
        progress(n)
    return panel[:-1, : ground.pre_days].astype(np.float64)


def sizes(n_people: int) -> list[tuple[int, int]]:
    """Cut people into chunks: number and size of each."""
    return [(number, min(CHUNK, n_people - start)) for number, start in enumerate(range(0, n_people, CHUNK))]
