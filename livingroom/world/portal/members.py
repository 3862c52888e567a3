"""Who comes to the portal: how often, from which network, with which browser, and since when they have an account."""

from dataclasses import dataclass

import numpy as np

from livingroom.world.portal.plan import DAY, HOUR, Floats, Integers, Plan

OFFICE_SIZES = (90, 60, 40, 30, 20, 20)
MOBILE_SHARE, N_MOBILE = 0.25, 12  # many people stand behind a provider's few addresses
N_AGENTS = 60


@dataclass(frozen=True)
class Members:
    """Honest people.

    Parameters
    ----------
    weight : (m,) float
        How often each comes; few come often.
    first_day : (m,) float
        From which day on, counted from the portal's opening.
    network, agent : (m,) int
    office : (m,) int
        Which office each sits in, −1 for none: one address, one make of browser.
    """

    weight: Floats
    first_day: Floats
    network: Integers
    agent: Integers
    office: Integers


def make_members(plan: Plan, rng: np.random.Generator) -> Members:
    n = plan.n_members
    weight = rng.lognormal(0.0, 1.4, n)
    # A fifth is there from the start; the others hear of it by and by.
    first_day = np.where(rng.random(n) < 0.2, 0.0, rng.uniform(0, plan.n_days, n))
    network = rng.integers(10_000, 10_000 + 3 * n, n)
    on_mobile = rng.random(n) < MOBILE_SHARE
    network[on_mobile] = rng.integers(1, 1 + N_MOBILE, int(on_mobile.sum()))
    popularity = 1 / np.arange(1, N_AGENTS + 1)
    agent = rng.choice(N_AGENTS, n, p=popularity / popularity.sum())
    office = np.full(n, -1)
    seats = rng.permutation(n)
    for number, size in enumerate(OFFICE_SIZES):
        inside, seats = seats[: min(size, n // 20)], seats[size:]
        office[inside], network[inside], agent[inside] = number, 100 + number, rng.integers(0, N_AGENTS)
    return Members(weight, first_day, network, agent.astype(np.int64), office)


def joined_at(first_vote_at: Integers, rng: np.random.Generator) -> Integers:
    """Most people make an account in order to vote; others had one already."""
    minutes = rng.exponential(HOUR / 6, len(first_vote_at))
    days = rng.exponential(10 * DAY, len(first_vote_at))
    before = np.where(rng.random(len(first_vote_at)) < 0.6, minutes, days)
    return first_vote_at - before.astype(np.int64)
