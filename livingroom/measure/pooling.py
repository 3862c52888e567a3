"""Estimates of several branches put together: what they have in common, how they differ, each drawn towards the rest."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ONE_ERROR_UP = 0.8413


@dataclass(frozen=True)
class Pool:
    """What branches have in common.

    Parameters
    ----------
    mean, variance : float
        The common mean and the variance of its estimate.
    between : float
        The variance of the branches' true factors around it (τ²).
    between_variance : float
        The variance of the estimate of τ².
    between_high : float
        Its upper limit, one standard error up (84 % one-sided, by Q-profile).
    """

    mean: float
    variance: float
    between: float
    between_variance: float
    between_high: float

    @property
    def of_another(self) -> float:
        """The variance of a branch that was not tested: that of the mean, and τ² at its upper limit."""
        return self.variance + self.between_high


def pool(factors: Floats, variances: Floats) -> Pool:
    """Estimate the common mean and τ².

    Parameters
    ----------
    factors, variances : array of float, shape (k,)
        One factor a branch, and its variance.

    Source
    ------
    R. C. Paule, J. Mandel (1982), Journal of Research of the National Bureau of Standards 87(5), for τ²;
    W. Viechtbauer (2007), Statistics in Medicine 26(1), for its limit by the Q-profile;
    G. S. Datta, J. N. K. Rao, D. D. Smith (2005), Biometrika 92(1), for its variance 2k / (Σ 1/(v + τ²))².
    """
    from scipy.stats import chi2

    between = paule_mandel(factors, variances)
    weights = 1 / (variances + between)
    mean = float(weights @ factors / weights.sum())
    k = len(factors)
    high = paule_mandel(factors, variances, float(chi2.ppf(1 - ONE_ERROR_UP, k - 1)))
    return Pool(mean, float(1 / weights.sum()), between, float(2 * k / weights.sum() ** 2), high)


def paule_mandel(factors: Floats, variances: Floats, expected: float | None = None) -> float:
    """τ² at which the weighted squares around the mean are as large as expected (k − 1); 0 if they are smaller without any."""
    wished = len(factors) - 1 if expected is None else expected

    def squares(between: float) -> float:
        weights = 1 / (variances + between)
        mean = weights @ factors / weights.sum()
        return float(weights @ (factors - mean) ** 2) - wished

    if squares(0.0) <= 0:
        return 0.0
    from scipy.optimize import brentq

    high = float(np.var(factors, ddof=1)) + float(variances.max())
    while squares(high) > 0:
        high *= 2
    return float(brentq(squares, 0.0, high, xtol=1e-14))


def der_simonian_laird(factors: Floats, variances: Floats) -> float:
    """τ² by moments with fixed weights: quicker, and a second opinion.

    Source
    ------
    R. DerSimonian, N. Laird (1986), Controlled Clinical Trials 7(3).
    """
    weights = 1 / variances
    mean = weights @ factors / weights.sum()
    squares = float(weights @ (factors - mean) ** 2)
    scale = float(weights.sum() - (weights**2).sum() / weights.sum())
    return max(0.0, (squares - (len(factors) - 1)) / scale)


def shrunk(factor: float, variance: float, pooled: Pool) -> tuple[float, float]:
    """A branch's factor drawn towards the common mean, and the variance of that.

    Parameters
    ----------
    factor, variance : float
        Its own.
    pooled : Pool
        What the branches have in common.

    Returns
    -------
    tuple of float
        With B = τ² / (τ² + v): B f + (1 − B) μ, and g₁ + g₂ + 2 g₃, which counts that μ and τ² are estimated too.

    Source
    ------
    R. E. Fay, R. A. Herriot (1979), JASA 74; N. G. N. Prasad, J. N. K. Rao (1990), JASA 85, for g₁, g₂, g₃.
    """
    whole = pooled.between + variance
    own = pooled.between / whole
    known = own * variance
    of_mean = (1 - own) ** 2 * pooled.variance
    of_between = variance**2 / whole**3 * pooled.between_variance
    return own * factor + (1 - own) * pooled.mean, known + of_mean + 2 * of_between


def quantile(level: float, df: int | None = None) -> float:
    """Half-width of an interval in standard errors: normal, or Student's t with so many degrees of freedom."""
    from scipy.stats import norm, t

    return float(norm.ppf((1 + level) / 2) if df is None else t.ppf((1 + level) / 2, df))
