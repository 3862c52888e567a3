"""The rules by which chance decides: each turns uniform numbers into who is treated in which block.

One rule serves the draw that was made (numbers from the stored seed) and every other draw that could have been made
(numbers from a generator): exact tests compare the first with the others, so the two may never drift apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.design.balance import Balance
from livingroom.measure.design.draws import uniform, uniforms

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
_MOST_ATTEMPTS = 100_000


def _in_order_of(strata: tuple[str, ...], keys: Floats) -> NDArray[np.intp]:
    """Units by stratum, and by chance inside it; `keys` is (draws, units) in [0, 1)."""
    _, places = np.unique(np.array(strata), return_inverse=True)
    return np.argsort(places + keys, axis=1)


@dataclass(frozen=True)
class WithinStrata:
    """Treat a share of the units for the whole test, the same share of every stratum.

    Parameters
    ----------
    units : tuple of str, length n
        The units, in a fixed order.
    strata : tuple of str, length n
        The stratum or pair of each; all equal for no strata.
    share : float
        The share that is treated.
    balance : Balance, optional
        Draws worse balanced than this were thrown away, so re-draws must be too.

    Notes
    -----
    Units are put in order of stratum, and by chance inside it, and taken by systematic sampling from a random start:
    the number treated is n × share, up or down to a whole one, in each stratum as well as over all.
    """

    units: tuple[str, ...]
    strata: tuple[str, ...]
    share: float = 0.5
    balance: Balance | None = None
    n_blocks: int = field(default=1, init=False)

    def first(self, seed: int) -> Bools:
        for attempt in range(_MOST_ATTEMPTS):
            keys = np.array([uniform(seed, "unit", str(attempt), unit) for unit in self.units])
            start = np.array([uniform(seed, "start", str(attempt))])
            drawn = self._place(keys[None, :], start)
            if self.balance is None or self.balance.accepts(drawn)[0]:
                placed: Bools = drawn[0][:, None]
                return placed
        raise ValueError("No draw is balanced as wished: ask for less balance.")

    def many(self, n: int, generator: np.random.Generator) -> Bools:
        kept: list[Bools] = []
        n_kept = n_tried = 0
        while n_kept < n:
            drawn = self._place(generator.random((max(n, 64), len(self.units))), generator.random(max(n, 64)))
            n_tried += len(drawn)
            if self.balance is not None:
                drawn = drawn[self.balance.accepts(drawn)]
            kept.append(drawn)
            n_kept += len(drawn)
            if n_kept == 0 and n_tried > _MOST_ATTEMPTS:
                raise ValueError("No draw is balanced as wished: ask for less balance.")
        return np.concatenate(kept)[:n, :, None]

    def _place(self, keys: Floats, start: Floats) -> Bools:
        order = _in_order_of(self.strata, keys)
        steps = np.floor(np.arange(len(self.units) + 1) * self.share + start[:, None] + 1e-12)
        treated = np.empty(order.shape, dtype=np.bool_)
        np.put_along_axis(treated, order, np.diff(steps, axis=1) > 0, axis=1)
        return treated

    def as_json(self) -> dict[str, Any]:
        balance = self.balance.as_json() if self.balance else None
        return {
            "rule": "within strata",
            "units": list(self.units),
            "strata": list(self.strata),
            "share": self.share,
            "balance": balance,
        }


@dataclass(frozen=True)
class RotatingBlocks:
    """Treat every unit in the same share of blocks, and the same share of units in every block.

    Parameters
    ----------
    units, strata : tuple of str, length n
        The units and their strata.
    n_blocks : int
        The blocks of time.
    share : float
        The share of blocks that is treated: a fraction with a small denominator (1/2, 2/3, 3/4).

    Notes
    -----
    Blocks are taken in runs of as many as the denominator: two for a half. In each run chance orders the units and
    chance picks one pattern with the right number of treated blocks; the units get its rotations in turn.
    """

    units: tuple[str, ...]
    strata: tuple[str, ...]
    n_blocks: int
    share: float = 0.5

    def first(self, seed: int) -> Bools:
        runs, length = self._runs()
        orders = [[uniform(seed, "unit", str(run), unit) for unit in self.units] for run in range(runs)]
        placed: Bools = self._place(np.array([orders]), uniforms(seed, "pattern", (1, runs, length)))[0]
        return placed

    def many(self, n: int, generator: np.random.Generator) -> Bools:
        runs, length = self._runs()
        return self._place(generator.random((n, runs, len(self.units))), generator.random((n, runs, length)))

    def _runs(self) -> tuple[int, int]:
        length = Fraction(self.share).limit_denominator(12).denominator
        return -(-self.n_blocks // length), length

    def _place(self, orders: Floats, patterns: Floats) -> Bools:
        n, runs, n_units = orders.shape
        length = patterns.shape[2]
        order = _in_order_of(self.strata, orders.reshape(n * runs, n_units))
        rank = np.argsort(order, axis=1)
        n_treated = round(self.share * length)
        base = np.argsort(np.argsort(patterns.reshape(n * runs, length), axis=1), axis=1) < n_treated
        places = (np.arange(length)[None, None, :] - rank[:, :, None]) % length
        treated = np.take_along_axis(base[:, None, :], places, axis=2)
        joined = treated.reshape(n, runs, n_units, length).transpose(0, 2, 1, 3).reshape(n, n_units, -1)
        return joined[:, :, : self.n_blocks]

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": "rotating blocks",
            "units": list(self.units),
            "strata": list(self.strata),
            "n_blocks": self.n_blocks,
            "share": self.share,
        }


@dataclass(frozen=True)
class CoinPoints:
    """Toss a fair coin at some periods of a single unit; what it says holds until the next toss.

    Parameters
    ----------
    unit : str
        The unit.
    n_blocks : int
        Periods of equal length.
    points : tuple of int
        The periods, counted from 1, at which a coin is tossed; the first is 1.
    """

    unit: str
    n_blocks: int
    points: tuple[int, ...]

    @property
    def units(self) -> tuple[str, ...]:
        return (self.unit,)

    @property
    def strata(self) -> tuple[str, ...]:
        return ("",)

    def first(self, seed: int) -> Bools:
        placed: Bools = self._place(uniforms(seed, "coin", (1, len(self.points))))[0]
        return placed

    def many(self, n: int, generator: np.random.Generator) -> Bools:
        return self._place(generator.random((n, len(self.points))))

    def _place(self, coins: Floats) -> Bools:
        segment = np.searchsorted(np.array(self.points), np.arange(1, self.n_blocks + 1), side="right") - 1
        return (coins < 0.5)[:, None, segment]

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": "coin points",
            "unit": self.unit,
            "n_blocks": self.n_blocks,
            "points": list(self.points),
        }


@dataclass(frozen=True)
class Lottery:
    """Every visitor wins with the same chance, by itself, when it comes: there is no list to draw from."""

    share: float

    def as_json(self) -> dict[str, Any]:
        return {"rule": "lottery", "share": self.share}


Rule = WithinStrata | RotatingBlocks | CoinPoints | Lottery


def rule_from_json(found: Mapping[str, Any]) -> Rule:
    """The rule as it was written; ValueError names one that is not known."""
    name = found.get("rule")
    if name == "within strata":
        balance = Balance.from_json(found["balance"]) if found.get("balance") else None
        return WithinStrata(tuple(found["units"]), tuple(found["strata"]), float(found["share"]), balance)
    if name == "rotating blocks":
        units, strata = tuple(found["units"]), tuple(found["strata"])
        return RotatingBlocks(units, strata, int(found["n_blocks"]), float(found["share"]))
    if name == "coin points":
        return CoinPoints(str(found["unit"]), int(found["n_blocks"]), tuple(found["points"]))
    if name == "lottery":
        return Lottery(float(found["share"]))
    raise ValueError(f"{name!r} is no rule of drawing that this version knows.")
