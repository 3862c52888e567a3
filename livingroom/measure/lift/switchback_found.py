"""What a switchback finds: the lift with its intervals, what is merely pulled forward, and readings by block length."""

from dataclasses import replace

import numpy as np

from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.lift.blocks import Booleans, Cells, Integers, TwoWay, cells_of, two_way
from livingroom.measure.lift.intervals import added, around, as_share
from livingroom.measure.lift.panel import Panel
from livingroom.measure.lift.randomisation import Inversion

LEAST_CLUSTERS = 20
LEAST_BLOCKS = 3


def intervals(
    cells: Cells, fit: TwoWay, drawn: Inversion | None, level: float, n: int
) -> tuple[Estimate, ...] | NotEnoughData:
    """Return the relative lift with its intervals, the one that is due first: clusters from 20 units on, other draws below."""
    from scipy.stats import t

    scale = "log" if cells.is_log else "share of the unit's mean"
    name = f"switchback, two-way fixed effects on {scale}"
    reached = float(cells.value[cells.treated > 0].mean())
    reach = float(t.ppf((1 + level) / 2, n - 1)) * fit.spread
    effect = around(fit.effect, reach, level, n, f"{name}, clustered by unit (CR3, t, {n - 1} df)")
    clustered = as_share(effect, is_log=cells.is_log, reached=reached)
    is_exact = drawn is not None and bool(np.isfinite([drawn.low, drawn.high]).all())
    if drawn is None or (not is_exact and n >= LEAST_CLUSTERS):
        return (clustered,)
    if not is_exact:
        return NotEnoughData(
            "Chance could have given too few different assignments to tell a lift from luck."
        )
    method = f"{name}, re-randomised ({drawn.n_draws:,} draws)"
    effect = Estimate(drawn.estimate, drawn.low, drawn.high, level, n, method)
    tested = as_share(effect, is_log=cells.is_log, reached=reached)
    return (clustered, tested) if n >= LEAST_CLUSTERS else (tested, clustered)


def added_after_wash_out(
    panel: Panel, block: Integers, arms: Booleans, cells: Cells, relative: Estimate
) -> tuple[Estimate, Estimate]:
    """Return the outcome added over treated cells that survive the wash-out, and the same per cell."""
    chosen = arms[:, np.maximum(block, 0)] & cells.kept[None, :] & np.isfinite(panel.outcome)
    where = "over treated cells after the wash-out"
    return added(relative, float(panel.outcome[chosen].sum()), int(chosen.sum()), where)


def cannibalised(
    panel: Panel, block: Integers, arms: Booleans, cells: Cells, fit: TwoWay, level: float
) -> Estimate | None:
    """Return the reading without wash-out less the one with it: orders that a post merely pulled forward."""
    from scipy.stats import t

    hasty = cells_of(panel, block, arms, 0)
    quick = two_way(hasty) if hasty is not None and hasty.is_log and cells.is_log else None
    if quick is None:
        return None
    gap = float(np.expm1(quick.effect) - np.expm1(fit.effect))
    scores = np.exp(quick.effect) * quick.scores - np.exp(fit.effect) * fit.scores
    n = len(panel.units)
    reach = float(t.ppf((1 + level) / 2, n - 1) * np.sqrt(scores @ scores))
    return around(gap, reach, level, n, "switchback, without wash-out less with it, clustered by unit")


def by_length(panel: Panel, block: Integers, arms: Booleans, level: float) -> tuple[Estimate, ...]:
    """Return readings by block length, if the test had two: the shorter one shows more of what is merely pulled forward."""
    lengths = np.bincount(block[block >= 0], minlength=arms.shape[1])
    common = [int(length) for length in np.unique(lengths) if (lengths == length).sum() >= LEAST_BLOCKS]
    found: list[Estimate] = []
    for length in common if len(common) > 1 else ():
        chosen = np.flatnonzero(lengths == length)
        inside = np.isin(block, chosen)
        numbered = np.where(inside, np.searchsorted(chosen, np.where(inside, block, chosen[0])), -1)
        cells = cells_of(panel, numbered.astype(np.int64), arms[:, chosen], 0)
        fit = two_way(cells) if cells is not None else None
        estimates = intervals(cells, fit, None, level, len(panel.units)) if cells and fit else ()
        if not isinstance(estimates, NotEnoughData):
            name = f", blocks of {length} without wash-out"
            found += [replace(plain, method=plain.method + name) for plain in estimates[:1]]
    return tuple(found)
