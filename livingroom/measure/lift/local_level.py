"""A local level with regression, by Gaussian algebra: what a series would have done, unknown parameters included.

    y(t) = level(t) + x(t)'b + noise(t),    level(t) = level(t − 1) + step,    noise(t) = memory × noise(t − 1) + shock

Start of the level and coefficients are left open (diffuse). For given memory and a given size of the step beside the noise
the forecast is a Student t; both are averaged over by what speaks for them before and after the data. So the interval knows
that all parameters were learnt from one short past, which a forecast at the likeliest parameters does not. Without memory,
noise that lingers for a few days would pass for steps of the level, and every forecast would be far too wide.

What speaks for a step before the data: half of the weight is the reference prior, which weighs each size by how well such a
past could tell it from its neighbours; half is for series that are hardly noise at all, whose step is one to ten times the
noise, even in its logarithm. Where a past tells anything, the first half decides, and it has no knob; it would all but rule
out series that wander like a follower count. Sizes weighed alike from nothing to ten on a logarithmic scale, without more
ado, would say that the level most likely stands still, and intervals would be too narrow.

Source: Durbin and Koopman 2012 for the model; Patterson and Thompson 1971 for the likelihood without the coefficients;
Berger, De Oliveira and Sansó 2001 for the prior.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.lift.turning import Past, Turned, turn

Floats = NDArray[np.float64]
# Standard deviation of a step ÷ that of the noise.
STEPS: tuple[float, ...] = tuple(np.geomspace(0.001, 10, 26).tolist())
LIVELY = 1.0  # from such a step on, a series is hardly noise
MEMORIES = (0.0, 0.3, 0.5, 0.7, 0.85)


@dataclass(frozen=True)
class Given:
    """The forecast for one memory and one step.

    Parameters
    ----------
    turned : Turned
        The past for this memory.
    ratio : float
        Variance of a step ÷ variance of the noise.
    score : float
        Logarithm of the likelihood, up to a constant.
    prior : float
        Density of the reference prior at this step, up to a constant.
    smooth : array, shape (n,)
        What the model makes of the past, noise taken out.
    mean : array, shape (m,)
        Forecast.
    open_ends : array, shape (1 + k, m)
        What the coefficients, which are only estimated, leave open.
    squares, df : float, int
        The noise variance is squares ÷ χ²(df).
    """

    turned: Turned
    ratio: float
    score: float
    prior: float
    smooth: Floats
    mean: Floats
    open_ends: Floats
    squares: float
    df: int

    def root(self) -> Floats:
        """Return a root of the forecast's covariance, shape (m, m), in units of the noise variance."""
        turned, ratio = self.turned, self.ratio
        known = (turned.noise + ratio * turned.level) / np.sqrt(1 + ratio * turned.wander)[:, None]
        ahead = turned.noise_ahead + ratio * turned.level_ahead
        covariance = ahead - known.T @ known + self.open_ends.T @ self.open_ends
        root = np.linalg.cholesky(covariance + 1e-10 * np.eye(len(ahead)))
        return np.asarray(root, dtype=np.float64)


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
    given = [
        _given(past, turned, step) for turned in (turn(past, memory) for memory in MEMORIES) for step in STEPS
    ]
    scores = np.array([each.score for each in given]) + np.log(_before(given))
    weights = np.exp(scores - scores.max())
    weights /= weights.sum()
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(n_draws, weights)
    paths = [
        each.mean
        + (rng.standard_normal((count, len(each.mean))) @ each.root().T)
        * np.sqrt(each.squares / rng.chisquare(each.df, count))[:, None]
        for each, count in zip(given, counts, strict=True)
        if count
    ]
    smooth, mean = (
        np.asarray(weights @ np.array(rows)) for rows in ([g.smooth for g in given], [g.mean for g in given])
    )
    return Forecast(smooth, mean, np.concatenate(paths))


def _before(given: list[Given]) -> Floats:
    """Return what each memory and step weighs before the data: memories alike, and the two halves of the steps' prior."""
    steps = np.array(STEPS)
    widths = np.gradient(steps) if len(steps) > 1 else np.ones(1)
    # With a degree or two of freedom no size may be told from another: then all weigh by their widths.
    density = np.maximum([each.prior for each in given], 1e-12).reshape(len(MEMORIES), len(steps))
    reference = density * widths / (density * widths).sum(axis=1, keepdims=True)
    lively = np.where(steps >= LIVELY, widths / steps, 0.0)
    weights = reference + lively / max(float(lively.sum()), 1e-12)
    shares: Floats = (weights / weights.sum()).ravel()
    return shares


def _given(past: Past, turned: Turned, step: float) -> Given:
    ratio = step**2
    spread = 1 + ratio * turned.wander
    half = 1 / np.sqrt(spread)
    white_fixed = turned.fixed * half[:, None]
    basis, triangle = np.linalg.qr(white_fixed)
    coefficients = np.linalg.solve(triangle, basis.T @ (turned.outcome * half))
    rest = turned.outcome * half - white_fixed @ coefficients
    squares, df = float(rest @ rest), len(rest) - len(coefficients)
    size = turned.size + float(np.log(spread).sum()) / 2 + float(np.log(np.abs(np.diag(triangle))).sum())
    fixed, later = (np.column_stack([np.ones(len(rows)), rows]) for rows in (past.regressors, past.later))
    cross = turned.noise + ratio * turned.level
    return Given(
        turned=turned,
        ratio=ratio,
        score=-size - df / 2 * float(np.log(squares)),
        prior=2 * step * _told(turned.wander / spread, basis),
        smooth=fixed @ coefficients + ratio * (turned.back @ (half * rest)),
        mean=later @ coefficients + cross.T @ (half * rest),
        open_ends=np.linalg.solve(triangle.T, (later - cross.T @ (half[:, None] * white_fixed)).T),
        squares=squares,
        df=max(df - past.n_spent, 3),
    )


def _told(moved: Floats, basis: Floats) -> float:
    """Return how sharply such a past tells this ratio from others near it: the root of the information on it.

    With P what the regression leaves and W the wander, both in units of the noise: √(tr (PW)² − (tr PW)² ÷ df).
    """
    leverage = (basis**2).sum(axis=1)
    inner = basis.T @ (moved[:, None] * basis)
    squared = float((moved**2 * (1 - 2 * leverage)).sum() + (inner**2).sum())
    plain = float((moved * (1 - leverage)).sum())
    return float(np.sqrt(max(squared - plain**2 / (len(moved) - basis.shape[1]), 0.0)))
