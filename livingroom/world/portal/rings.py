"""Rings of accounts that push one idea, each in its own way."""

from dataclasses import dataclass

import numpy as np

from livingroom.measure.ballots.votes import Votes
from livingroom.world.portal.lookalikes import Extra
from livingroom.world.portal.plan import DAY, HOUR, START, History, Integers

FIRST_ACCOUNT = 2_000_000
N_ACCOUNTS = 200
MINUTE = 60_000_000


@dataclass(frozen=True)
class Strategy:
    """How a ring works.

    Parameters
    ----------
    spread : int
        Microseconds over which its votes on the target come.
    age : int
        How old an account is at most when it votes; 0 for made on the spot.
    n_networks, n_agents : int or None
        From how many it comes; None for one of its own each, as by a net of hijacked machines.
    decoys : (int, int)
        From how many to how many other ideas each account votes for.
    same_decoys : bool
        Whether all take theirs from one short list.
    several_days : bool
        Whether the decoys come on other days, so that an account looks as if it came again.
    looks : int
        How often the target is looked at for each vote.
    """

    spread: int
    age: int = 0
    n_networks: int | None = 4
    n_agents: int | None = 3
    decoys: tuple[int, int] = (0, 0)
    same_decoys: bool = False
    several_days: bool = False
    looks: int = 1


STRATEGIES: dict[str, Strategy] = {
    "burst": Strategy(spread=6 * HOUR),
    "burst, mixed networks": Strategy(spread=24 * HOUR, n_networks=None, n_agents=None),
    "slow drip": Strategy(spread=35 * DAY, n_networks=25, n_agents=12),
    "slow drip, mixed networks": Strategy(spread=35 * DAY, n_networks=None, n_agents=None),
    "sleepers": Strategy(spread=3 * DAY, age=60 * DAY, n_networks=40, n_agents=None),
    "equal decoys": Strategy(spread=5 * DAY, age=5 * DAY, n_networks=30, n_agents=8, decoys=(6, 7), same_decoys=True),
    "decoys of the page": Strategy(spread=10 * DAY, n_networks=50, n_agents=20, decoys=(2, 8)),
    "drip, decoys, mixed networks": Strategy(
        spread=35 * DAY, age=10 * DAY, n_networks=None, n_agents=None, decoys=(2, 8)
    ),
}  # fmt: skip

# Accounts that came again and again, each from its own network and with a ballot of its own: little tells them from people, and
# nothing when they are old. docs/methods/ballots.md says so.
HARDEST: dict[str, Strategy] = {
    "lives of their own": Strategy(
        spread=35 * DAY, age=20 * DAY, n_networks=None, n_agents=None, decoys=(5, 25), several_days=True, looks=4
    ),
    "bought accounts": Strategy(
        spread=35 * DAY, age=140 * DAY, n_networks=None, n_agents=None, decoys=(5, 25), several_days=True, looks=4
    ),
}  # fmt: skip


def ring(history: History, strategy: Strategy, seed: int, day: int, n: int = N_ACCOUNTS) -> tuple[int, Extra]:
    """Return the idea that a ring pushes from a day on, and what it does. Its votes count as confirmed.

    Parameters
    ----------
    history : History
    strategy : Strategy
    seed : int
    day : int
        The first day of its votes on the target.
    n : int
        Accounts.
    """
    rng = np.random.default_rng([seed, 20])
    last = int(np.searchsorted(history.published_at, START + day * DAY))
    # An idea of the last days that few like: what needs a ring.
    recent = np.arange(max(last - 30, 0), last)
    target = int(recent[np.argsort(history.appeal[recent])[len(recent) // 3]])
    member = FIRST_ACCOUNT + np.arange(n)
    at = START + day * DAY + rng.integers(0, strategy.spread, n)
    age = MINUTE + (rng.random(n) * max(strategy.age, 10 * MINUTE)).astype(np.int64)
    network = _some(strategy.n_networks, n, 200_000, rng)
    agent = _some(strategy.n_agents, n, 0, rng) if strategy.n_agents else rng.integers(0, 60, n)
    own = Votes(np.full(n, target), member, at, at - age, network, agent)
    decoys = _decoys(history, strategy, own, target, rng)
    votes = Votes.together(own, decoys)
    keep = votes.at < history.plan.end
    votes = votes.take(keep)
    views = np.zeros_like(history.views)
    np.add.at(views, (votes.idea, (votes.at - START) // DAY), strategy.looks)
    return target, Extra("ring", votes, views)


def _some(kinds: int | None, n: int, first: int, rng: np.random.Generator) -> Integers:
    if kinds is None:
        return first + rng.permutation(10 * n)[:n]
    return first + rng.integers(0, kinds, n)


def _decoys(history: History, strategy: Strategy, own: Votes, target: int, rng: np.random.Generator) -> Votes:
    least, most = strategy.decoys
    n = len(own)
    count = rng.integers(least, most + 1, n) if most else np.zeros(n, dtype=np.int64)
    row = np.repeat(np.arange(n), count)
    at = own.at[row] + rng.integers(-10 * MINUTE, 10 * MINUTE, len(row))
    if strategy.several_days:
        at = own.joined_at[row] + (rng.random(len(row)) * 40 * DAY).astype(np.int64)
    at = np.maximum(at, own.joined_at[row] + 1)
    day = np.clip((at - START) // DAY - 1, 0, history.plan.n_days - 1)
    if strategy.same_decoys:
        day = np.full(len(row), day.min()) if len(row) else day
    width = most + 1 if strategy.same_decoys else history.front.shape[1]
    idea = history.front[day, rng.integers(0, width, len(row))]
    fine = (idea >= 0) & (idea != target)
    row, idea, at = row[fine], idea[fine], at[fine]
    found = Votes(idea, own.member[row], at, own.joined_at[row], own.network[row], own.agent[row])
    _, first = np.unique(found.member * 10_000_000 + found.idea, return_index=True)
    return found.take(first)
