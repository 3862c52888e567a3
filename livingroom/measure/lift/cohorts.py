"""Staged launches: units that began together are a cohort; effects add up over cohorts by treated cells."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.lift.panel import Panel
from livingroom.measure.lift.synthetic import Effect, Floats, Method, fit

Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class Cohort:
    """Units treated over the same times.

    Parameters
    ----------
    rows : array of int
        The units' rows in the panel.
    pre, post : array of bool, shape (t,)
        Times before they began, and times they were treated.
    """

    rows: NDArray[np.int64]
    pre: Booleans
    post: Booleans

    @property
    def n_cells(self) -> int:
        return len(self.rows) * int(self.post.sum())


@dataclass(frozen=True)
class Together:
    """All cohorts of one method.

    Parameters
    ----------
    effects : tuple of Effect
        In the order of the cohorts.
    att : float
        Mean effect over treated cells.
    expected : float
        What treated cells would have been, in the mean.
    past : float
        What the treated units were before, in the mean over treated cells.
    """

    effects: tuple[Effect, ...]
    att: float
    expected: float
    past: float

    @property
    def relative(self) -> float:
        """The effect as a share of what would have been; nan where that is not above zero."""
        return self.att / self.expected if self.expected > 0 else float("nan")


def cohorts_of(panel: Panel) -> tuple[Cohort, ...] | str:
    """Return the cohorts in order of their start, or why there are none."""
    found: dict[bytes, list[int]] = {}
    for row in np.flatnonzero(panel.treated.any(axis=1)):
        times = np.flatnonzero(panel.treated[row])
        if times[-1] - times[0] + 1 != len(times):
            return f"{panel.units[row]} is treated, left out and treated again: that is a switchback."
        found.setdefault(panel.treated[row].tobytes(), []).append(int(row))
    cohorts = []
    for rows in found.values():
        post = panel.treated[rows[0]]
        first = int(np.argmax(post))
        pre = (
            panel.pre & (np.arange(len(post)) < first)
            if panel.pre[first:].any()
            else np.arange(len(post)) < first
        )
        cohorts.append(Cohort(np.array(rows), pre, post))
    return tuple(sorted(cohorts, key=lambda cohort: int(np.argmax(cohort.post))))


def together(
    method: Method,
    outcome: Floats,
    cohorts: Sequence[Cohort],
    controls: NDArray[np.int64],
    *,
    as_published: bool = False,
) -> Together:
    """Fit every cohort against the controls and add up.

    Parameters
    ----------
    method : str
        Which method.
    outcome : array, shape (n, t)
        All units.
    cohorts : sequence of Cohort
        Who was treated when.
    controls : array of int
        Rows of the units that were never treated.
    as_published : bool
        As for `fit`.

    Source: Arkhangelsky et al. 2021, appendix; Clarke et al. 2023 for the sum over cohorts.
    """
    compared = outcome[controls]
    effects, added, expected, past, n_cells = [], 0.0, 0.0, 0.0, 0
    for cohort in cohorts:
        mean = outcome[cohort.rows].mean(axis=0)
        effect = fit(
            method, mean, compared, cohort.pre, len(cohort.rows), cohort.post, as_published=as_published
        )
        effects.append(effect)
        added += effect.att * cohort.n_cells
        expected += float(effect.expected[cohort.post].mean()) * cohort.n_cells
        past += float(mean[cohort.pre].mean()) * cohort.n_cells
        n_cells += cohort.n_cells
    return Together(tuple(effects), added / n_cells, expected / n_cells, past / n_cells)


def placebos(
    method: Method,
    outcome: Floats,
    cohorts: Sequence[Cohort],
    chosen: NDArray[np.int64],
    controls: NDArray[np.int64],
) -> Floats:
    """Return what the method finds among controls that stand in for the treated, shape (draws, 2): ATT, and ATT ÷ past.

    `chosen` has a draw in each row: controls that stand in for the treated units, cohort after cohort.
    """
    found = np.empty((len(chosen), 2))
    for draw, stand_ins in enumerate(chosen):
        at, moved = 0, []
        for cohort in cohorts:
            moved.append(Cohort(stand_ins[at : at + len(cohort.rows)], cohort.pre, cohort.post))
            at += len(cohort.rows)
        left = controls[~np.isin(controls, stand_ins)]
        effect = together(method, outcome, moved, left)
        found[draw] = effect.att, effect.att / effect.past if effect.past else np.nan
    return found


def stand_ins(controls: NDArray[np.int64], n_treated: int, n_draws: int, seed: int) -> NDArray[np.int64]:
    """Return draws of controls that stand in for the treated: each once if one unit was treated, else by chance."""
    if n_treated == 1:
        return controls[:, None]
    drawn = np.random.default_rng(seed).permuted(np.tile(controls, (n_draws, 1)), axis=1)
    return drawn[:, :n_treated]


def jackknife_variance(
    method: Method, outcome: Floats, cohorts: Sequence[Cohort], controls: NDArray[np.int64]
) -> float:
    """Return the variance of the ATT when each unit in turn is left away and weights stay as they are.

    Needs at least two units in every cohort. Source: Arkhangelsky et al. 2021, algorithm 3.
    """
    fitted = together(method, outcome, cohorts, controls, as_published=True)
    n_cells = sum(cohort.n_cells for cohort in cohorts)

    def att(without: int) -> float:
        added = 0.0
        cells = 0
        for cohort, effect in zip(cohorts, fitted.effects, strict=True):
            rows = cohort.rows[cohort.rows != without]
            kept = controls != without
            weights = effect.unit_weights[kept]
            weights = (
                weights / weights.sum() if weights.sum() > 0 else np.full(len(weights), 1 / len(weights))
            )
            gap = outcome[rows].mean(axis=0) - weights @ outcome[controls[kept]]
            n = len(rows) * int(cohort.post.sum())
            added += (float(gap[cohort.post].mean()) - float(effect.time_weights @ gap[cohort.pre])) * n
            cells += n
        return added / cells

    everyone = np.concatenate([controls, *(cohort.rows for cohort in cohorts)])
    left = np.array([att(int(row)) for row in everyone])
    return float((len(left) - 1) / len(left) * ((left - left.mean()) ** 2).sum()) if n_cells else float("nan")
