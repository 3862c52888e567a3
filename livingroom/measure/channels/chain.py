"""A Markov chain of order k over channels: its states are the last k channels met, its moves are counted steps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.channels.bootstrap import Floats
from livingroom.measure.channels.tally import Counted, Integers


@dataclass(frozen=True)
class Steps:
    """Counted steps: each cell is a history of up to `memory` channels and the channel met next.

    Parameters
    ----------
    counted : Counted
        Cells numbered history · base + channel, the history a number with one digit of that base per channel, the latest
        last, 0 where there was none yet. Columns: steps, converted (the last of a journey that ended in an order),
        and reward_0, reward_1, … (what those orders brought, by currency).
    base : int
        One more than there are channels; channels are numbered from 1.
    memory : int
        How many steps back the histories go.
    n_rewards : int
        How many columns of rewards there are.
    """

    counted: Counted
    base: int
    memory: int
    n_rewards: int

    def of_order(self, order: int) -> "Steps":
        """Return the steps with shorter histories. Raises ValueError if they were not kept long enough."""
        if order > self.memory:
            raise ValueError(f"A chain of order {order} needs histories of {order} steps, not {self.memory}.")
        if order == self.memory:
            return self
        history, channel = np.divmod(self.counted.cells, self.base)
        cells = history % self.base**order * self.base + channel
        return Steps(self.counted.merged(cells), self.base, order, self.n_rewards)


@dataclass(frozen=True)
class Counts:
    """What is counted in each cell of one draw of people: the columns of Steps, each of shape (…, m)."""

    steps: Floats
    converted: Floats
    rewards: tuple[Floats, ...]


class Chain:
    """Where each cell of Steps leads: the same for every draw of people, so it is worked out once.

    Attributes
    ----------
    ends_in : (n,) int
        The channel of each state, numbered from 0.
    leads_to : (m,) int
        The state that each cell leads to.
    starts, moves : (…,) int
        The cells that open a journey, and those that go on from another state.
    moves_from : (…,) int
        The state that each of `moves` goes on from.
    """

    def __init__(self, steps: Steps) -> None:
        history, channel = np.divmod(steps.counted.cells, steps.base)
        after = channel + steps.base * (history % steps.base ** (steps.memory - 1))
        states, self.leads_to = np.unique(after, return_inverse=True)
        self.ends_in: Integers = states % steps.base - 1
        self.n_states, self.n_channels = len(states), steps.base - 1
        self.starts = np.flatnonzero(history == 0)
        self.moves = np.flatnonzero(history)
        self.moves_from: NDArray[np.intp] = np.searchsorted(states, history[self.moves])

    def parts(self, counts: Counts) -> tuple[Floats, Floats, Floats]:
        """Return how journeys start, move and end.

        Returns
        -------
        start : (n,) float
            The share of journeys that open in each state.
        moving : (number of moves,) float
            The probability of each of `moves`, given the state before it.
        ending : (n, 1 + number of rewards) float
            The probability that a journey in a state ends there in an order, and the mean reward it then brings.
        """
        arrivals = self._by_state(counts.steps)
        shares = np.divide(1.0, arrivals, out=np.zeros_like(arrivals), where=arrivals > 0)
        start = np.bincount(self.leads_to[self.starts], counts.steps[self.starts], self.n_states)
        start = start / max(start.sum(), 1e-300)
        moving = counts.steps[self.moves] * shares[self.moves_from]
        outcomes = [self._by_state(column) for column in (counts.converted, *counts.rewards)]
        ending: Floats = np.column_stack(outcomes) * shares[:, None]
        return start, moving, ending

    def _by_state(self, column: Floats) -> Floats:
        return np.bincount(self.leads_to, column, self.n_states).astype(np.float64)
