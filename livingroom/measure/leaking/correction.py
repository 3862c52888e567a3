"""How much of a leaking code's use would have come without the leak, and what that is worth."""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.estimate import Estimate
from livingroom.measure.leaking.baseline import Baseline
from livingroom.measure.leaking.change import Change
from livingroom.measure.leaking.days import CodeDays

METHOD = "leaks/1"
LEVEL = 0.95
_DRAWS = 2000
_NO_CHANCE = 0.001
_STRANGERS_PER_CHANCE_TOUCH = 70


@dataclass(frozen=True)
class Correction:
    """Uses and revenue (minor units) that leaked, and revenue that remains, in one currency."""

    leaked: Estimate
    leaked_minor: int
    remaining: Estimate


def correct(
    uses: CodeDays, currency: str, change: Change | None, chance: float, baseline: Baseline, seed: int
) -> Correction:
    """Take out what leaked.

    Since the leak began, the touched uses tell how many untouched ones the post itself still brings: touched times the
    code's usual odds. The rest of the untouched leaked, as far as there is a leak at all. The interval draws whether there
    is, the first day, the code's usual share, the
    post's own traffic and which of the untouched orders are the leaked ones.

    Parameters
    ----------
    uses : CodeDays
        One code's days.
    currency : str
        Which of its currencies.
    change : Change or None
        What was seen of a leak.
    chance : float
        How likely there is one.
    baseline : Baseline
        What is usual.
    seed : int
        Of the draws; a code's draws depend on nothing but this and its name.
    """
    of = uses.money[currency]
    revenue = float(of["touched_minor"].sum() + of["untouched_minor"].sum())
    n = int(of["n_touched"].sum() + of["n_untouched"].sum())
    if change is None or chance < _NO_CHANCE:
        nothing = Estimate(0.0, 0.0, 0.0, LEVEL, n, METHOD)
        return Correction(nothing, 0, Estimate(revenue, revenue, revenue, LEVEL, n, METHOD))
    after = {
        name: np.cumsum(of[name][::-1])[::-1]
        for name in ("n_touched", "n_untouched", "untouched_minor", "untouched_squares")
    }
    before_untouched = np.concatenate([[0], np.cumsum(uses.counts["n_untouched"])[:-1]])
    before_touched = np.concatenate([[0], np.cumsum(uses.counts["n_touched"])[:-1]])
    odds = (baseline.untouched + before_untouched) / np.maximum(baseline.touched + before_touched - 1, 0.5)
    counts = np.clip(after["n_untouched"] - after["n_touched"] * odds, 0, after["n_untouched"])
    worth = np.divide(
        after["untouched_minor"],
        after["n_untouched"],
        out=np.zeros(len(counts)),
        where=after["n_untouched"] > 0,
    )
    leaked, leaked_minor = (
        chance * float(change.weights @ counts),
        chance * float(change.weights @ (counts * worth)),
    )

    remaining = revenue - leaked_minor
    if chance < (1 - LEVEL) / 2:  # both ends of the interval lie where nothing leaked
        nothing_too = np.zeros(2)
        return Correction(
            _between(leaked, nothing_too, n),
            round(leaked_minor),
            _between(remaining, nothing_too + revenue, n),
        )
    random = np.random.default_rng([seed, zlib.crc32(f"{uses.code}/{currency}".encode())])
    start = random.choice(len(change.weights), size=_DRAWS, p=change.weights / change.weights.sum())
    drawn = _draw_leaked(random, after, start, before_untouched, before_touched, baseline)
    # A few strangers had met the branch by chance, and their uses count as touched.
    drawn = drawn / (1 - random.beta(1, _STRANGERS_PER_CHANCE_TOUCH, _DRAWS))
    drawn = drawn * (random.random(_DRAWS) < chance)
    drawn_minor = drawn * worth[start] + _draw_which(random, after, start, drawn, worth)
    low, high = (1 - LEVEL) / 2, (1 + LEVEL) / 2
    return Correction(
        _between(leaked, np.quantile(drawn, [low, high]), n),
        round(leaked_minor),
        _between(remaining, revenue - np.quantile(drawn_minor, [high, low]), n),
    )


def _draw_leaked(
    random: np.random.Generator,
    after: dict[str, NDArray[np.float64]],
    start: NDArray[np.int64],
    before_untouched: NDArray[np.float64],
    before_touched: NDArray[np.float64],
    baseline: Baseline,
) -> NDArray[np.float64]:
    share = random.beta(
        baseline.untouched + before_untouched[start], baseline.touched + before_touched[start]
    )
    traffic = random.gamma(after["n_touched"][start] + 0.5)
    own = random.poisson(traffic * share / np.maximum(1 - share, 1e-6))
    return np.asarray(np.clip(after["n_untouched"][start] - own, 0, None), dtype=np.float64)


def _draw_which(
    random: np.random.Generator,
    after: dict[str, NDArray[np.float64]],
    start: NDArray[np.int64],
    drawn: NDArray[np.float64],
    worth: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Noise from not knowing which of the untouched orders leaked: a draw without replacement."""
    n = np.maximum(after["n_untouched"][start], 1)
    variance = np.maximum(after["untouched_squares"][start] / n - worth[start] ** 2, 0)
    spread = np.sqrt(variance * drawn * np.clip(n - drawn, 0, None) / np.maximum(n - 1, 1))
    return np.asarray(random.normal(size=len(start)) * spread, dtype=np.float64)


def _between(value: float, ends: NDArray[np.float64], n: int) -> Estimate:
    return Estimate(value, min(value, float(ends[0])), max(value, float(ends[1])), LEVEL, n, METHOD)
