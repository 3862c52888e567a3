"""A portal of regulars, by hand: who votes for what the page shows, day by day."""

import numpy as np

from livingroom.measure.ballots import Views, Votes

HOUR = 3_600_000_000
DAY = 24 * HOUR
OPENED = 20_000 * DAY
N_DAYS, N_IDEAS, N_REGULARS = 40, 60, 300


def regulars(seed=0):
    """Three hundred people over forty days, each from a network of their own; idea 7 has few of their votes."""
    random = np.random.default_rng(seed)
    member = np.repeat(np.arange(N_REGULARS), 10)
    liking = 1 / np.arange(2, N_IDEAS + 2)
    liking[7] = 0.01
    idea = np.concatenate(
        [random.choice(N_IDEAS, 10, replace=False, p=liking / liking.sum()) for _ in range(N_REGULARS)]
    )
    at = OPENED + random.integers(0, N_DAYS * DAY, len(member))
    joined = np.full(len(member), OPENED - DAY)
    return Votes(idea, member, at, joined, 1000 + member, 1 + member % 9)


def strangers(n, idea, day, hours=24, age=HOUR // 6, network=None, agent=None, first=10_000):
    """Accounts that vote for one idea and nothing else."""
    random = np.random.default_rng(idea)
    at = OPENED + day * DAY + random.integers(0, hours * HOUR, n)
    networks = 50_000 + np.arange(n) if network is None else np.full(n, network)
    agents = 1 + np.arange(n) % 9 if agent is None else np.full(n, agent)
    return Votes(np.full(n, idea), first + np.arange(n), at, at - age, networks, agents)


def views_of(idea, days_and_n):
    day = np.array([OPENED // DAY + day for day, _ in days_and_n])
    return Views(np.full(len(day), idea), day, np.array([n for _, n in days_and_n]))
