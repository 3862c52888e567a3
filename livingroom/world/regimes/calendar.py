"""What was posted where and when, and which code of it got out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livingroom.world.period import Booleans, Floats, Integers, draws
from livingroom.world.regimes.ground import Ground

NETWORKS = ("x", "facebook", "instagram", "bluesky", "mastodon", "youtube")
NO_CODE, SHARED_CODE, SINGLE_CODE = range(3)
POST_EVERY_DAYS = 4
DEAL_DAYS = 7  # followers know of a deal so long
CODE_DAYS = 15  # and so long its code works
LEAKING_SHARE = 0.2
NEVER = np.inf


@dataclass(frozen=True)
class Placements:
    """One row a post on a branch. Times are days since day 0."""

    branch: Integers
    at: Floats
    percent: Floats
    code_kind: Integers
    leaks_at: Floats

    def __len__(self) -> int:
        return len(self.branch)

    def valid_until(self) -> Floats:
        return self.at + CODE_DAYS


@dataclass(frozen=True)
class Calendar:
    """Placements, where each was shown, and look-up tables for people's feeds.

    Parameters
    ----------
    placements : Placements
    shown : array of bool, shape (placements, geos + 1)
    reach : array of bool, shape (branches, geos)
        Which branch has followers where.
    latest, upcoming : array of int, shape (branches + 1, geos + 1, days)
        The last placement up to the end of each day, and the first from its beginning; -1 for none. The last row is
        for those who follow nobody.
    """

    placements: Placements
    shown: Booleans
    reach: Booleans
    latest: NDArray[np.int32]
    upcoming: NDArray[np.int32]

    @property
    def n_branches(self) -> int:
        return len(self.reach)


def post_days(seed: int, n_branches: int, days: int) -> Booleans:
    """Let every branch post a deal each few days, one branch after another, so that two are often up at once."""
    first = draws(seed, "regimes/calendar").permutation(n_branches) % POST_EVERY_DAYS
    return np.asarray((np.arange(days)[None, :] - first[:, None]) % POST_EVERY_DAYS == 0, dtype=np.bool_)


def fill_calendar(
    seed: int, ground: Ground, percent: float, posted: Booleans, treated: Booleans, reach: Booleans
) -> Calendar:
    """Make the placements.

    Parameters
    ----------
    posted : array of bool, shape (branches, days)
        On which days of the test each branch posts a deal.
    treated : array of bool, shape (geos, days)
        Where and when posts are shown.
    reach : array of bool, shape (branches, geos)
    """
    branch, day = np.nonzero(posted)
    order = np.lexsort((branch, day))
    branch, day = branch[order], day[order]
    random = draws(seed, "regimes/placements")
    # Drawn for every branch and day, so that a post has the same hour and code whatever else is posted.
    hour, generous, kind, leak, delay = random.random((5, *posted.shape))[:, branch, day]
    code_kind = np.select([kind < 0.6, kind < 0.85], [SHARED_CODE, SINGLE_CODE], NO_CODE).astype(np.int64)
    at = day + 0.35 + 0.4 * hour
    leaks = (code_kind == SHARED_CODE) & (leak < LEAKING_SHARE)
    placements = Placements(
        branch=branch.astype(np.int64),
        at=at,
        percent=np.round(percent * (0.7 + 0.6 * generous), 1),
        code_kind=code_kind,
        leaks_at=np.where(leaks, at + 2 + 4 * delay, NEVER),
    )
    shown = np.zeros((len(branch), ground.n_geos + 1), dtype=np.bool_)
    shown[:, :-1] = treated[:, day].T & reach[branch]
    latest, upcoming = feeds(ground, placements, shown, len(posted))
    return Calendar(placements, shown, reach, latest, upcoming)


def feeds(
    ground: Ground, placements: Placements, shown: Booleans, n_branches: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    n_days = ground.demand.shape[1]
    on_day = np.full((n_branches + 1, ground.n_geos + 1, n_days), -1, dtype=np.int32)
    number, geo = np.nonzero(shown)
    on_day[placements.branch[number], geo, ground.index(placements.at)[number]] = number
    latest = np.maximum.accumulate(on_day, axis=2)
    # Numbers rise with the day, so the first to come is the least of those ahead.
    ahead = np.where(on_day < 0, np.iinfo(np.int32).max, on_day)[:, :, ::-1]
    upcoming = np.minimum.accumulate(ahead, axis=2)[:, :, ::-1]
    return latest, np.where(upcoming == np.iinfo(np.int32).max, -1, upcoming).astype(np.int32)


def latest_post(calendar: Calendar, ground: Ground, branch: Integers, geo: Integers, at: Floats) -> Integers:
    """Give the newest placement in each feed at a moment, or -1."""
    day = ground.index(at)
    post = calendar.latest[branch, geo, day]
    too_new = (post >= 0) & (moment(calendar, post) > at)
    return np.where(too_new, calendar.latest[branch, geo, np.maximum(day - 1, 0)], post).astype(np.int64)


def next_post(calendar: Calendar, ground: Ground, branch: Integers, geo: Integers, at: Floats) -> Integers:
    """Give the first placement in each feed after a moment, or -1."""
    day = ground.index(at)
    post = calendar.upcoming[branch, geo, day]
    gone = (post >= 0) & (moment(calendar, post) < at)
    following = np.minimum(day + 1, calendar.upcoming.shape[2] - 1)
    return np.where(gone, calendar.upcoming[branch, geo, following], post).astype(np.int64)


def moment(calendar: Calendar, post: NDArray[np.integer]) -> Floats:
    """Tell when a placement was made; for -1, never."""
    return np.asarray(np.append(calendar.placements.at, np.inf)[post], dtype=np.float64)
