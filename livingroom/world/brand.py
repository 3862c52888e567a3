"""Corner PC's thirty-five accounts: where they are, what for, since when, who speaks, and who listens.

The shape follows the published history of a computer maker's social programme. Networks of those years are gone
or changed, so every account lives on the sandbox network; `venue` keeps the kind of place it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from livingroom.world.countries import COUNTRY, Country
from livingroom.world.period import N_DAYS, Floats, day_index

BRAND_NAME = "Corner PC"
STORE_HOST = "shop.cornerpc.example"
SITE_HOST = "www.cornerpc.example"


@dataclass(frozen=True)
class Host:
    """The named person who speaks for an account, and how replies are signed."""

    name: str
    initials: str


@dataclass(frozen=True)
class BranchFacts:
    """One official account as the world knows it."""

    key: str
    name: str
    handle: str
    venue: str
    division: str
    country: str
    language: str
    purpose: str
    opened_on: date
    hosts: tuple[Host, ...]
    interests: tuple[str, ...]
    followers_at_end: int
    weekly_posts: tuple[float, float]  # at the opening, at the end
    staff_hours_a_week: float
    # Followers who are looking for a computer, a week, at dates between which the line is straight.
    weekly_shoppers: tuple[tuple[date, float], ...] = ()

    @property
    def sells(self) -> bool:
        return bool(self.weekly_shoppers)

    @property
    def place(self) -> Country:
        return COUNTRY[self.country]


def follower_curve(branch: BranchFacts) -> Floats:
    """Return followers on each day: slow start, then the snowball; zero before the opening."""
    opened = day_index(branch.opened_on)
    age = np.clip((np.arange(N_DAYS) - opened + 1) / (N_DAYS - opened), 0, None)
    steepness = 4.5 if branch.followers_at_end > 100_000 else 2.5
    grown = np.expm1(steepness * age) / np.expm1(steepness)
    return np.asarray(np.floor(branch.followers_at_end * grown), dtype=np.float64)


def shopper_rate(branch: BranchFacts) -> Floats:
    """Return shoppers a day among the followers, before season and chance."""
    days = np.arange(N_DAYS, dtype=np.float64)
    points = [(day_index(on), rate) for on, rate in branch.weekly_shoppers]
    rate = np.interp(days, [day for day, _ in points], [value for _, value in points])
    rate[: day_index(branch.opened_on)] = 0.0
    return np.asarray(rate / 7, dtype=np.float64)


def check_dates(branch: BranchFacts) -> bool:
    """Say whether the shopper line starts at the opening and runs forward."""
    dates = [on for on, _ in branch.weekly_shoppers]
    return all(first < second for first, second in pairwise(dates)) and (
        not dates or dates[0] == branch.opened_on
    )
