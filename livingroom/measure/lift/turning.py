"""A past turned so that noise which lingers and a level that wanders are both independent from row to row.

One such turn serves all sizes of the level's step: what each costs then is a regression with weights.

Source: docs/methods/lift.md, "History".
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Past:
    """What is learnt from, and where the forecast is wanted.

    Parameters
    ----------
    outcome : array, shape (n,)
        The past.
    regressors, later : array, shape (n, k) and (m, k)
        What explains it, before and after.
    at, later_at : array, shape (n,) and (m,)
        Places in time, in steps: a gap lets the level wander further.
    n_spent : int
        Degrees of freedom already spent on the regressors, as when they were weighted to fit this past.
    """

    outcome: Floats
    regressors: Floats
    at: Floats
    later: Floats
    later_at: Floats
    n_spent: int = 0


@dataclass(frozen=True)
class Turned:
    """The past and what comes later for one memory, turned so that the past's covariance is 1 + (step's variance) × wander.

    Both variances are in units of that of the noise.

    Parameters
    ----------
    outcome, fixed : array, shape (n,) and (n, 1 + k)
        The past, and a constant beside the regressors.
    noise, level : array, shape (n, m)
        Covariance of the past with later noise, and with the later level per variance of a step.
    noise_ahead, level_ahead : array, shape (m, m)
        The same among later times.
    wander : array, shape (n,)
        How much each row moves with the level.
    back : array, shape (n, n)
        Brings the turned rest back to a level for each time.
    size : float
        Half the logarithm of the determinant of the noise's covariance.
    """

    outcome: Floats
    fixed: Floats
    noise: Floats
    level: Floats
    noise_ahead: Floats
    level_ahead: Floats
    wander: Floats
    back: Floats
    size: float


def turn(past: Past, memory: float) -> Turned:
    """Turn the past for one memory.

    Parameters
    ----------
    past : Past
        The series up to the change.
    memory : float
        Correlation of the noise from one time to the next, 0 to below 1.

    Returns
    -------
    Turned
    """
    at, later_at = past.at, past.later_at
    level = partial(_level, first=min(at[0], later_at[0]) - 1)
    noise = partial(_noise, memory=memory)
    new = _new_share(at, memory)
    white = partial(_forgotten, at=at, memory=memory)
    own = level(at, at)
    wander, axes = np.linalg.eigh(white(white(own).T))
    return Turned(
        outcome=axes.T @ white(past.outcome),
        fixed=axes.T @ white(np.column_stack([np.ones(len(at)), past.regressors])),
        noise=axes.T @ white(noise(at, later_at)),
        level=axes.T @ white(level(at, later_at)),
        noise_ahead=noise(later_at, later_at),
        level_ahead=level(later_at, later_at),
        wander=np.maximum(wander, 0),
        back=white(own).T @ axes,
        size=float(np.log(new).sum()),
    )


def _new_share(at: Floats, memory: float) -> Floats:
    """Return the standard deviation of what is new in the noise at each time, given the time before."""
    kept = memory ** np.diff(at) if memory > 0 else np.zeros(len(at) - 1)
    new: Floats = np.sqrt(1 - np.concatenate([[0.0], kept]) ** 2)
    return new


def _forgotten(rows: Floats, at: Floats, memory: float) -> Floats:
    """Take from each row what the noise kept of the row before, and scale: noise then is independent between rows."""
    new = _new_share(at, memory)
    kept = np.sqrt(1 - new[1:] ** 2)
    changed: Floats = rows.astype(np.float64)
    changed[1:] -= (kept * rows[:-1].T).T
    return (changed.T / new).T


def _level(one: Floats, other: Floats, first: float) -> Floats:
    """Return the covariance of the level at two sets of times, in units of a step's variance."""
    common: Floats = np.minimum.outer(one, other) - first
    return common


def _noise(one: Floats, other: Floats, memory: float) -> Floats:
    """Return the covariance of the noise at two sets of times, in units of its variance."""
    apart = np.abs(np.subtract.outer(one, other))
    kept: Floats = np.where(apart == 0, 1.0, memory**apart) if memory > 0 else (apart == 0).astype(float)
    return kept
