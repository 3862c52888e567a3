"""Removal effects: which part of the orders, and of their revenue, a chain would lose without a channel.

The channel's states become a dead end: every journey that reaches one ends there in nothing. Solved, not simulated.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from livingroom.measure.channels.bootstrap import Floats
from livingroom.measure.channels.chain import Chain, Counts, Steps

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

ORDERS = {"markov": 1, "markov_2": 2, "markov_3": 3}
_TOLERANCE = 1e-9
_MOST_ROUNDS = 400
_DRAWS_AT_ONCE = 25


def removal_effects(steps: Steps, weights: Floats | None = None) -> tuple[Floats, Floats]:
    """Return the removal effect of every channel, on orders and on each reward.

    Parameters
    ----------
    steps : Steps
        What was counted; the chain's order is its memory.
    weights : (n_replicates, 256) float, optional
        Weights of the buckets in each replicate of the bootstrap.

    Returns
    -------
    effects : (1 + n_rewards, n_channels) float
        1 minus what is left without the channel over what there is with all; first for orders, then for each reward.
        NaN where there is nothing to lose. They do not sum to 1.
    replicates : (n_replicates, 1 + n_rewards, n_channels) float

    Source
    ------
    Anderl, Becker, von Wangenheim, Schumann, Mapping the customer journey, International Journal of Research in
    Marketing 33, 2016; docs/methods/credit.md for the solution.
    """
    chain = Chain(steps)
    counts = _totals(steps)
    if chain.n_states == 0:
        nothing = np.full((1 + steps.n_rewards, chain.n_channels), np.nan)
        return nothing, np.repeat(nothing[None], 0 if weights is None else len(weights), axis=0)
    draws = _draws(steps, weights)
    if steps.memory == 1:
        effects = _by_inverse(chain, counts)
        replicates = [_by_inverse(chain, draw) for draw in draws]
    else:
        visits = _visits_by_elimination(chain, counts)
        effects = _effects(chain, counts, visits)
        replicates = [_effects(chain, draw, _visits_by_iteration(chain, draw, visits)) for draw in draws]
    return effects, np.array(replicates).reshape(-1, *effects.shape)


def _totals(steps: Steps) -> Counts:
    counted = steps.counted
    rewards = tuple(counted.total(f"reward_{number}") for number in range(steps.n_rewards))
    return Counts(counted.total("steps"), counted.total("converted"), rewards)


def _draws(steps: Steps, weights: Floats | None) -> Iterator[Counts]:
    if weights is None:
        return
    names = ["steps", "converted", *(f"reward_{number}" for number in range(steps.n_rewards))]
    for part in np.array_split(weights, -(-len(weights) // _DRAWS_AT_ONCE)):
        columns = [steps.counted.weighted(name, part) for name in names]
        for draw in range(len(part)):
            yield Counts(columns[0][draw], columns[1][draw], tuple(column[draw] for column in columns[2:]))


def _by_inverse(chain: Chain, counts: Counts) -> Floats:
    """Order 1: one inverse gives every channel's effect, by the chance to hit it and what follows from there."""
    start, moving, ending = chain.parts(counts)
    among = np.zeros((chain.n_states, chain.n_states))
    among[chain.moves_from, chain.leads_to[chain.moves]] = moving
    passing = np.linalg.inv(np.eye(chain.n_states) - among)
    hit = start @ passing / np.diag(passing)
    worth = passing @ ending
    whole = start @ worth
    effects = np.full((ending.shape[1], chain.n_channels), 0.0)
    effects[:, chain.ends_in] = (hit[:, None] * worth).T
    return _relative(effects, whole)


def _relative(lost: Floats, whole: Floats) -> Floats:
    there = np.abs(whole) > 1e-12
    return np.where(there[:, None], lost / np.where(there, whole, 1.0)[:, None], np.nan)


def _effects(chain: Chain, counts: Counts, visits: Floats) -> Floats:
    """From visits (n, 1 + n_channels), with nothing removed and then with each channel removed, to effects."""
    _, _, ending = chain.parts(counts)
    worth = ending.T @ visits
    return _relative(worth[:, :1] - worth[:, 1:], worth[:, 0])


def _transposed(chain: Chain, moving: Floats) -> "csr_matrix":
    from scipy.sparse import csr_matrix

    places = (chain.leads_to[chain.moves], chain.moves_from)
    return csr_matrix((moving, places), shape=(chain.n_states, chain.n_states))


def _visits_by_elimination(chain: Chain, counts: Counts) -> Floats:
    """Expected visits of each state by sparse elimination, once with all channels and once without each."""
    from scipy.sparse import eye
    from scipy.sparse.linalg import splu

    start, moving, _ = chain.parts(counts)
    system = (eye(chain.n_states, format="csr") - _transposed(chain, moving)).tocsc()
    visits = np.zeros((chain.n_states, 1 + chain.n_channels))
    for removed in range(-1, chain.n_channels):
        kept = np.flatnonzero(chain.ends_in != removed)
        if len(kept):
            visits[kept, removed + 1] = splu(system[kept][:, kept]).solve(start[kept])
    return visits


def _visits_by_iteration(chain: Chain, counts: Counts, nearby: Floats) -> Floats:
    """The same for a draw that differs a little, walking on from the visits of all people.

    What is still missing after a round is bounded by the size of its last change, because no state is worth more than one
    order. Every fourth round leaps along the slowest direction.
    """
    start, moving, _ = chain.parts(counts)
    onto = _transposed(chain, moving)
    kept = np.column_stack([chain.ends_in != removed for removed in range(-1, chain.n_channels)])
    first = start[:, None] * kept
    visits, change = nearby, np.zeros_like(nearby)
    following: Floats
    for round_number in range(1, _MOST_ROUNDS):
        before = change
        following = kept * (onto @ visits) + first
        change = following - visits
        if np.abs(change).sum(axis=0).max() < _TOLERANCE:
            return following
        visits = following
        if round_number % 4 == 0:
            slowing = (change * before).sum(axis=0) / np.maximum((before * before).sum(axis=0), 1e-300)
            slowing = np.clip(slowing, 0, 0.99)
            visits = visits + change * (slowing / (1 - slowing))
            change = np.zeros_like(change)
    return _visits_by_elimination(chain, counts)
