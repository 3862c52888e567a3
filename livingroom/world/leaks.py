"""Codes that get out: somebody puts them on a coupon site, and strangers who would have bought anyway type them in."""

from __future__ import annotations

import numpy as np

from livingroom.world.brand import BranchFacts
from livingroom.world.countries import COUNTRY_CODES
from livingroom.world.offers import Offers
from livingroom.world.people import STRANGER, Needs
from livingroom.world.period import DAY, HOUR, Booleans, Integers, draws
from livingroom.world.posts import SHARED_CODE, Placements

LEAKING_SHARE = 0.16
FINDS_CODE_SHARE = 0.24
NEVER = np.iinfo(np.int64).max


def leak_moments(seed: int, placements: Placements) -> Integers:
    """Tell when each placement's code gets out; NEVER for most."""
    random = draws(seed, "leaks")
    n = len(placements)
    leaks = (placements.code_kind == SHARED_CODE) & (random.random(n) < LEAKING_SHARE)
    after = (6 * HOUR + random.exponential(1.2 * DAY, n)).astype(np.int64)
    return np.where(leaks, placements.at + after, NEVER)


def find_leaks(
    needs: Needs, branches: tuple[BranchFacts, ...], placements: Placements, offers: Offers,
    bought_at: Integers, buys: Booleans, seed: int,
) -> Integers:  # fmt: skip
    """Give each stranger who looks for coupons the newest leaked code of her country that still works, or -1."""
    found = np.full(len(needs), -1, dtype=np.int64)
    leaked_at = leak_moments(seed, placements)
    country_of_branch = np.array([COUNTRY_CODES.index(facts.country) for facts in branches], dtype=np.int64)
    looks = buys & (needs.branch == STRANGER) & (needs.chance("leak") < FINDS_CODE_SHARE)
    for country in np.unique(needs.country):
        known = np.flatnonzero((leaked_at < NEVER) & (country_of_branch[placements.branch] == country))
        rows = np.flatnonzero(looks & (needs.country == country))
        if not len(known) or not len(rows):
            continue
        known = known[np.argsort(leaked_at[known], kind="stable")]
        newest = np.searchsorted(leaked_at[known], bought_at[rows]) - 1
        candidate = known[newest.clip(0)]
        works = (newest >= 0) & (offers.ends_at[placements.offer[candidate]] > bought_at[rows])
        found[rows[works]] = candidate[works]
    return found
