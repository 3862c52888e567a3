"""What a switchback can show, tried on the brand's own past with the analysis that will be used."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.design.chance import ExactTest, Trial
from livingroom.measure.design.history import too_short, windows
from livingroom.measure.design.power import LEVEL, WISHED, Rejects, promised, rejects_beyond
from livingroom.measure.design.promise import Power
from livingroom.measure.design.rules import RotatingBlocks
from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift.panel import Panel

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
FEWEST_CLUSTERS = 20
DRAWS = 1_000
EXACT_DRAWS, OTHERS = 600, 399
ROUGH = 200  # draws that are enough to look for a length


def switchback_power(
    history: Panel,
    rule: RotatingBlocks,
    *,
    block_days: int,
    wash_out_days: int,
    lift: float = 0.05,
    wished: float = WISHED,
    level: float = LEVEL,
    n_draws: int = DRAWS,
    seed: int = 0,
) -> Power | NotEnoughData:
    """How often the analysis of a switchback finds a lift, tried on placebo windows of this history.

    The analysis is least squares with a level for each unit and each block on the logarithm of means over the days that
    survive the wash-out: with errors clustered by unit from 20 units on, below that by comparing with the other assignments that
    chance could have made.

    Parameters
    ----------
    history : Panel
        Past outcomes of the rule's units.
    rule : RotatingBlocks
        The rule.
    block_days, wash_out_days : int
        As planned.
    n_draws : int
        Draws over all windows together.
    seed : int
        Seed of the simulation.
    """
    n_days, length = history.outcome.shape[1], rule.n_blocks * block_days
    starts = windows(n_days, length, block_days)
    if not starts:
        return too_short(n_days, length, "one placebo window")
    generator = np.random.default_rng(seed)
    is_clustered = len(rule.units) >= FEWEST_CLUSTERS
    each = -(-(n_draws if is_clustered else min(n_draws, EXACT_DRAWS)) // len(starts))
    filled = np.nan_to_num(history.outcome)
    cells = [block_logs(filled[:, at : at + length], block_days, wash_out_days) for at in starts]
    if is_clustered:
        found = [clustered(rule.many(each, generator), cell, level) for cell in cells]
        estimates = np.concatenate([estimate for estimate, _ in found])
        rejects: Rejects = rejects_beyond(estimates, np.concatenate([reach for _, reach in found]))
        how = "errors clustered by unit"
    else:
        others = centred(rule.many(min(OTHERS, 2 * n_draws), generator).astype(np.float64))
        others = others.reshape(len(others), -1)
        trials = [
            Trial(
                cell.ravel(), centred(rule.many(each, generator).astype(np.float64)).reshape(each, -1), others
            )
            for cell in cells
        ]
        estimates = np.concatenate([trial.estimates for trial in trials])
        rejects = ExactTest(trials, level)
        how = "compared with other draws"
    method = f"two-way fixed effects on {len(starts)} placebo windows of history, {how}"
    return promised(
        rejects,
        lift=lift,
        wished=wished,
        level=level,
        standard_error=float(np.sqrt(np.mean(estimates**2))),
        n=len(rule.units),
        method=method,
    )


def days_needed(
    history: Panel,
    rule: RotatingBlocks,
    *,
    block_days: int,
    wash_out_days: int,
    lift: float,
    wished: float = WISHED,
    level: float = LEVEL,
) -> int | None:
    """The fewest whole blocks, in days, with which the lift is seen as wished; None if more than the history can try."""
    for n_blocks in range(rule.n_blocks + 2, history.outcome.shape[1] // block_days + 1, 2):
        longer = replace(rule, n_blocks=n_blocks)
        power = switchback_power(
            history, longer, block_days=block_days, wash_out_days=wash_out_days, lift=lift, wished=wished, level=level,
            n_draws=ROUGH,
        )  # fmt: skip
        if isinstance(power, Power) and power.power >= wished:
            return n_blocks * block_days
    return None


def block_logs(outcome: Floats, block_days: int, wash_out_days: int) -> Floats:
    """Logs of mean outcomes over the days of each block that survive, less unit and block means; shape (units, blocks)."""
    kept = outcome.reshape(len(outcome), -1, block_days)[:, :, wash_out_days:].mean(axis=2)
    positive = kept[kept > 0]
    smallest = positive.min() / 2 if positive.size else 1.0
    return centred(np.log(np.maximum(kept, smallest)))


def centred(values: Floats) -> Floats:
    """Without unit means and block means; the last two axes are units and blocks."""
    inside = values - values.mean(axis=-1, keepdims=True)
    without: Floats = inside - inside.mean(axis=-2, keepdims=True)
    return without


def clustered(treated: Bools, cells: Floats, level: float) -> tuple[Floats, Floats]:
    """Estimate and half-width for many draws, shape (draws,): errors clustered by unit (CR3), t on units − 1."""
    from scipy.stats import t

    effect = centred(treated.astype(np.float64))
    size = np.einsum("ijk,ijk->i", effect, effect)
    estimate = np.einsum("ijk,jk->i", effect, cells) / size
    residual = cells[None] - estimate[:, None, None] * effect
    share = np.einsum("ijk,ijk->ij", effect, effect) / size[:, None]
    scores = np.einsum("ijk,ijk->ij", effect, residual) / size[:, None] / np.maximum(1 - share, 1e-9)
    error = np.sqrt(np.einsum("ij,ij->i", scores, scores))
    return estimate, error * float(t.ppf((1 + level) / 2, len(cells) - 1))
