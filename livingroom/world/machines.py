"""Clicks that nobody made: previews the moment a link appears, crawlers for weeks, prefetches, and bursts."""

from __future__ import annotations

import numpy as np

from livingroom.world.agents import REFERRERS, agents_of
from livingroom.world.clicks import NOBODY, Clicks
from livingroom.world.countries import COUNTRY_CODES
from livingroom.world.period import DAY, END, MINUTE, SECOND, Integers, draws
from livingroom.world.posts import Placements

# Kind: how many a placement, and the median and longest wait after the post.
MACHINES: dict[str, tuple[float, int, int]] = {
    "preview": (4.0, 4 * SECOND, 2 * DAY),
    "bot": (5.5, 6 * 60 * MINUTE, 50 * DAY),
    "head": (1.6, 3 * SECOND, DAY),
    "prefetch": (0.5, 90 * MINUTE, 10 * DAY),
}
BURST_SHARE = 0.007
FIRST_MACHINE = 2_000_000_000
FIRST_BURST = 3_000_000_000


def machines_clicks(seed: int, placements: Placements) -> Clicks:
    """Draw the machines of every placement."""
    parts = [of_kind(seed, placements, kind) for kind in MACHINES]
    parts.append(bursts(seed, placements))
    link, at, agent, person = (np.concatenate([part[place] for part in parts]) for place in range(4))
    kept = at < END
    n = int(kept.sum())
    country = np.full(n, COUNTRY_CODES.index("US"), dtype=np.int64)
    return Clicks(
        at[kept], link[kept], np.full(n, NOBODY, dtype=np.int64), person[kept], np.zeros(n, dtype=np.bool_),
        agent[kept], np.full(n, REFERRERS.index(""), dtype=np.int64), country, np.ones(n, dtype=np.bool_),
    )  # fmt: skip


def of_kind(seed: int, placements: Placements, kind: str) -> tuple[Integers, Integers, Integers, Integers]:
    random = draws(seed, f"machines/{kind}")
    mean, median, longest = MACHINES[kind]
    link = np.repeat(np.arange(len(placements)), random.poisson(mean, len(placements)))
    wait = np.exp(random.normal(np.log(median), 1.6, len(link)))
    at = placements.at[link] + SECOND + np.minimum(wait, longest).astype(np.int64)
    numbers, shares = agents_of(kind)
    agent = random.choice(np.array(numbers), size=len(link), p=shares)
    person = FIRST_MACHINE + agent * 1000 + random.integers(0, 40, len(link))
    return link, at, agent, person


def bursts(seed: int, placements: Placements) -> tuple[Integers, Integers, Integers, Integers]:
    """A script with a browser's name hits one link dozens of times within two seconds."""
    random = draws(seed, "bursts")
    hit = np.flatnonzero(random.random(len(placements)) < BURST_SHARE)
    sizes = random.integers(25, 90, len(hit))
    link = np.repeat(hit, sizes)
    begins = placements.at[hit] + (random.exponential(40, len(hit)) * MINUTE).astype(np.int64)
    at = np.repeat(begins, sizes) + random.integers(0, 2 * SECOND, len(link))
    numbers, shares = agents_of("person")
    agent = np.repeat(random.choice(np.array(numbers), size=len(hit), p=shares), sizes)
    person = np.repeat(FIRST_BURST + np.arange(len(hit)), sizes)
    return link, at, agent, person
