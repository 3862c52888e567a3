"""A switchback as a table: one cell per unit and block, made of the days that survive the wash-out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.lift.linear import Floats
from livingroom.measure.lift.panel import Panel
from livingroom.measure.lift.randomisation import Inversion, invert

Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Cells:
    """Cells of a switchback, those without outcome left away.

    Parameters
    ----------
    value : array, shape (cells,)
        What is explained: the logarithm of the mean, or the mean over the unit's own mean where there are zeros.
    treated : array, shape (cells,)
        1 where treated.
    unit, block : array of int, shape (cells,)
        Where the cell is.
    shape : (int, int)
        Number of units and blocks.
    is_log : bool
        Which of the two scales.
    kept : array of bool, shape (t,)
        The times that the cells are made of.
    basis : array, shape (cells, k), optional
        Orthonormal columns that span the levels of units and of blocks; None where no cell is missing.
    """

    value: Floats
    treated: Floats
    unit: Integers
    block: Integers
    shape: tuple[int, int]
    is_log: bool
    kept: Booleans
    basis: Floats | None

    def without_levels(self, values: Floats) -> Floats:
        """Take levels of units and blocks out of the last axis."""
        if self.basis is not None:
            rest: Floats = values - (values @ self.basis) @ self.basis.T
            return rest
        table = values.reshape(*values.shape[:-1], *self.shape)
        table = table - table.mean(axis=-1, keepdims=True)
        table = table - table.mean(axis=-2, keepdims=True)
        centred: Floats = table.reshape(values.shape)
        return centred


@dataclass(frozen=True)
class TwoWay:
    """Two-way fixed effects.

    Parameters
    ----------
    effect : float
        The coefficient of treatment.
    scores : array, shape (n,)
        What each unit contributes to its error, as if that unit had been left away (jackknife, CR3).
    """

    effect: float
    scores: Floats

    @property
    def spread(self) -> float:
        """Standard error with errors clustered by unit."""
        return float(np.sqrt(self.scores @ self.scores))


def since_start(block: Integers) -> Integers:
    """Return how many times of its block came before each time, shape (t,)."""
    changed = np.concatenate([[True], block[1:] != block[:-1]])
    starts = np.flatnonzero(changed)
    return (np.arange(len(block)) - np.repeat(starts, np.diff(np.append(starts, len(block))))).astype(
        np.int64
    )


def cells_of(panel: Panel, block: Integers, arms: Booleans, wash_out: int) -> Cells | None:
    """Return the cells; None if no block is longer than the wash-out.

    Parameters
    ----------
    panel : Panel
        The panel.
    block : array of int, shape (t,)
        Block of each time, -1 outside the test.
    arms : array of bool, shape (n, blocks)
        Who was to be treated.
    wash_out : int
        Times left away at the start of each block.
    """
    kept = (block >= 0) & (since_start(block) >= wash_out)
    if not kept.any():
        return None
    n_units, n_blocks = arms.shape
    member = (block[kept][:, None] == np.arange(n_blocks)[None, :]).astype(float)
    outcome = panel.outcome[:, kept]
    known = np.isfinite(outcome)
    n_known = known.astype(float) @ member
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(known, outcome, 0.0) @ member / n_known
    there = n_known > 0
    is_log = bool((means[there] > 0).all())
    if is_log:
        values = np.log(np.where(there, means, 1.0))
    else:
        own = np.array(
            [row[here].mean() if here.any() else np.nan for row, here in zip(means, there, strict=True)]
        )
        there &= (own > 0)[:, None]
        values = means / np.where(own > 0, own, 1.0)[:, None]
    unit, place = np.nonzero(there)
    basis = None if there.all() else _levels(unit, place, n_units, n_blocks)
    return Cells(
        values[there], arms[there].astype(float), unit, place, (n_units, n_blocks), is_log, kept, basis
    )


def _levels(unit: Integers, block: Integers, n_units: int, n_blocks: int) -> Floats:
    """Return orthonormal columns that span a level for each unit and each block."""
    dummies = np.hstack(
        [np.equal.outer(unit, np.arange(n_units)), np.equal.outer(block, np.arange(n_blocks))]
    )
    vectors, sizes, _ = np.linalg.svd(dummies.astype(float), full_matrices=False)
    basis: Floats = vectors[:, sizes > 1e-9 * sizes[0]]
    return basis


def two_way(cells: Cells) -> TwoWay | None:
    """Estimate the effect with a level for each unit and each block; None if arms do not vary inside both.

    Source: docs/methods/lift.md, "Switchback"; the jackknife form of clustered errors is Bell and McCaffrey's CR3 (2002).
    """
    exposure, value = cells.without_levels(cells.treated), cells.without_levels(cells.value)
    size = float(exposure @ exposure)
    if size < 1e-9 * len(exposure):
        return None
    effect = float(exposure @ value) / size
    n_units = cells.shape[0]
    raw = np.bincount(cells.unit, weights=exposure * (value - effect * exposure), minlength=n_units) / size
    share = np.bincount(cells.unit, weights=exposure**2, minlength=n_units) / size
    return TwoWay(effect, raw / np.maximum(1 - share, 1e-9))


def exact(cells: Cells, drawn: Booleans, level: float) -> Inversion:
    """Compare with other assignments, shape (draws, n, blocks), and invert the test."""
    others = drawn[:, cells.unit, cells.block].astype(float)
    return invert(
        cells.without_levels(cells.value),
        cells.without_levels(cells.treated),
        cells.without_levels(others),
        level=level,
    )
