"""A local level with regression, by Gaussian algebra: what a series would have done, unknown parameters included.

    y(t) = level(t) + x(t)'b + noise(t),    level(t) = level(t − 1) + step,    noise(t) = memory × noise(t − 1) + shock

Start of the level and coefficients are left open (diffuse). For given memory and a given ratio of step variance to noise
variance the forecast is a Student t; both are averaged over by their likelihood. So the interval knows that all parameters
were learnt from one short past, which a forecast at the likeliest parameters does not. Without memory, noise that lingers
for a few days would pass for steps of the level, and every forecast would be far too wide.

Source: Durbin and Koopman 2012 for the model; Patterson and Thompson 1971 for the likelihood without the coefficients.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RATIOS = (0.0, *np.logspace(-5, 1, 13).tolist())
MEMORIES = (0.0, 0.3, 0.5, 0.7, 0.85)


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
class Given:
    """The forecast for one memory and one ratio of variances.

    Parameters
    ----------
    score : float
        Logarithm of the likelihood, up to a constant.
    smooth : array, shape (n,)
        What the model makes of the past, noise taken out.
    mean : array, shape (m,)
        Forecast.
    root : array, shape (m, m)
        A root of the forecast's covariance, in units of the noise variance.
    squares, df : float, int
        The noise variance is squares ÷ χ²(df).
    """

    score: float
    smooth: Floats
    mean: Floats
    root: Floats
    squares: float
    df: int


@dataclass(frozen=True)
class Forecast:
    """What the series would have done.

    Parameters
    ----------
    smooth : array, shape (n,)
        What the model makes of the past.
    mean : array, shape (m,)
        The forecast.
    paths : array, shape (draws, m)
        Simulated outcomes, noise included.
    """

    smooth: Floats
    mean: Floats
    paths: Floats


def forecast(past: Past, *, n_draws: int, seed: int) -> Forecast:
    """Learn from the past and simulate on.

    Parameters
    ----------
    past : Past
        The series up to the change.
    n_draws, seed : int
        How many paths, and the seed of their chance.

    Returns
    -------
    Forecast
    """
    given = [_given(past, ratio, memory) for memory in MEMORIES for ratio in RATIOS]
    # No value of the grid is preferred: the data weigh them.
    scores = np.array([each.score for each in given])
    weights = np.exp(scores - scores.max())
    weights /= weights.sum()
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(n_draws, weights)
    paths = [
        each.mean
        + (rng.standard_normal((count, len(each.mean))) @ each.root.T)
        * np.sqrt(each.squares / rng.chisquare(each.df, count))[:, None]
        for each, count in zip(given, counts, strict=True)
        if count
    ]
    smooth, mean = (
        np.asarray(weights @ np.array(rows)) for rows in ([g.smooth for g in given], [g.mean for g in given])
    )
    return Forecast(smooth, mean, np.concatenate(paths))


def _given(past: Past, ratio: float, memory: float) -> Given:
    n, m = len(past.at), len(past.later_at)
    fixed = np.column_stack([np.ones(n), past.regressors])
    fixed_later = np.column_stack([np.ones(m), past.later])
    level = partial(_level, ratio=ratio, first=min(past.at[0], past.later_at[0]) - 1)
    own_level = level(past.at, past.at)
    own = own_level + _noise(past.at, past.at, memory)
    cross = level(past.later_at, past.at) + _noise(past.later_at, past.at, memory)
    ahead = level(past.later_at, past.later_at) + _noise(past.later_at, past.later_at, memory)
    root = np.linalg.cholesky(own)
    white = np.linalg.solve(root, np.column_stack([past.outcome, fixed, cross.T]))
    seen, white_fixed, white_cross = (
        white[:, 0],
        white[:, 1 : 1 + fixed.shape[1]],
        white[:, 1 + fixed.shape[1] :],
    )
    basis, triangle = np.linalg.qr(white_fixed)
    coefficients = np.linalg.solve(triangle, basis.T @ seen)
    rest = seen - white_fixed @ coefficients
    squares, df = float(rest @ rest), n - fixed.shape[1]
    size = float(np.log(np.diag(root)).sum()) + float(np.log(np.abs(np.diag(triangle))).sum())
    open_ends = np.linalg.solve(triangle.T, (fixed_later - white_cross.T @ white_fixed).T)
    covariance = ahead - white_cross.T @ white_cross + open_ends.T @ open_ends
    return Given(
        score=-size - df / 2 * float(np.log(squares)),
        smooth=fixed @ coefficients + own_level @ np.linalg.solve(root.T, rest),
        mean=fixed_later @ coefficients + white_cross.T @ rest,
        root=np.linalg.cholesky(covariance + 1e-10 * np.eye(m)),
        squares=squares,
        df=max(df - past.n_spent, 3),
    )


def _level(one: Floats, other: Floats, *, ratio: float, first: float) -> Floats:
    """Return the covariance of the level at two sets of times, in units of the noise variance."""
    common: Floats = ratio * (np.minimum.outer(one, other) - first)
    return common


def _noise(one: Floats, other: Floats, memory: float) -> Floats:
    """Return the covariance of the noise at two sets of times, in units of its variance."""
    apart = np.abs(np.subtract.outer(one, other))
    kept: Floats = np.where(apart == 0, 1.0, memory**apart) if memory > 0 else (apart == 0).astype(float)
    return kept
