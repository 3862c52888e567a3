"""Which posts a shopping follower sees, and which of them she clicks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from livingroom.world.columns import Columns
from livingroom.world.people import STRANGER, Needs
from livingroom.world.period import DAY, END, HOUR, MINUTE, SECOND, Booleans, Integers
from livingroom.world.posts import Placements

ATTENTION = 0.42  # the chance that one offer post of a followed account is noticed at all
SHOPPING_DAYS = 14
CLICK_SHARE = 0.74
NONE = -1


@dataclass(frozen=True)
class Exposure(Columns):
    """One row a need: the offer post that mattered, and the clicks; -1 where there is none."""

    placement: Integers
    seen_at: Integers
    click_at: Integers
    other_placement: Integers
    other_click_at: Integers

    @property
    def seen(self) -> Booleans:
        return np.asarray(self.placement != NONE, dtype=np.bool_)

    @property
    def clicked(self) -> Booleans:
        return np.asarray(self.click_at != NONE, dtype=np.bool_)


def expose(needs: Needs, placements: Placements, organic_at: Integers) -> Exposure:
    """Let each shopping follower go through the offer posts of her account in order of time.

    She notices each with the same chance; the first one noticed matters. Who has bought already is past seeing.
    """
    n = len(needs)
    placement = np.full(n, NONE, dtype=np.int64)
    other = np.full(n, NONE, dtype=np.int64)
    skipped = np.floor(np.log1p(-needs.chance("attention")) / np.log(1 - ATTENTION)).astype(np.int64)
    for branch in np.unique(needs.branch[needs.branch != STRANGER]):
        rows = np.flatnonzero(needs.branch == branch)
        posts = np.flatnonzero((placements.branch == branch) & (placements.offer >= 0))
        first = np.searchsorted(placements.at[posts], needs.at[rows])
        mine = first + skipped[rows]
        reachable = mine < len(posts)
        placement[rows[reachable]] = posts[mine[reachable]]
        # The post before is the one a person may have clicked without acting on it.
        before = reachable & (mine > 0)
        other[rows[before]] = posts[mine[before] - 1]
    return settle(needs, placements, organic_at, placement, other)


def settle(
    needs: Needs, placements: Placements, organic_at: Integers, placement: Integers, other: Integers
) -> Exposure:
    """Put times to what was noticed, and drop what came too late."""
    posted_at = placements.at[placement]
    wait = 5 * MINUTE + (-np.log1p(-needs.chance("reading")) * 5 * HOUR).astype(np.int64)
    seen_at = posted_at + wait
    too_late = (posted_at > needs.at + SHOPPING_DAYS * DAY) | (seen_at >= END)
    bought_before = needs.would_buy & (organic_at <= seen_at)
    seen = (placement != NONE) & ~too_late & ~bought_before
    clicked = seen & (needs.chance("click") < CLICK_SHARE)
    other_at = placements.at[other] + 10 * MINUTE + (needs.chance("second_look") * 9 * HOUR).astype(np.int64)
    looked = seen & (other != NONE) & (needs.chance("other_click") < 0.45)
    looked &= (seen_at - other_at < 21 * DAY) & (other_at < seen_at) & (other_at > needs.at - 20 * DAY)
    return Exposure(
        placement=np.where(seen, placement, NONE),
        seen_at=np.where(seen, seen_at, NONE),
        click_at=np.where(clicked, seen_at + 20 * SECOND, NONE),
        other_placement=np.where(looked, other, NONE),
        other_click_at=np.where(looked, other_at, NONE),
    )
