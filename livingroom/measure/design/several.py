"""Several tests at once: the more one looks for, the more one finds by chance, so each must show more."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from livingroom.measure.estimate import Estimate


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values that keep the chance of any false find at the level, whatever the tests have in common.

    Parameters
    ----------
    p_values : sequence of float, length n

    Returns
    -------
    list of float
        In the same order; compare each with the level itself.

    Source
    ------
    S. Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6.
    """
    p = _checked(p_values)
    order = np.argsort(p, kind="stable")
    stepped = np.minimum(1, np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p)))))
    adjusted = np.empty_like(p)
    adjusted[order] = stepped
    return [float(value) for value in adjusted]


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values that keep the expected share of false finds among the finds at the level.

    Valid for independent and for positively dependent tests.

    Source
    ------
    Y. Benjamini, Y. Hochberg (1995), "Controlling the false discovery rate", JRSS B 57(1).
    """
    p = _checked(p_values)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    stepped = np.minimum(1, np.minimum.accumulate(scaled[::-1])[::-1])
    adjusted = np.empty_like(p)
    adjusted[order] = stepped
    return [float(value) for value in adjusted]


def simultaneous(estimates: Sequence[Estimate], level: float = 0.95) -> list[Estimate]:
    """Intervals that hold all their truths at once with the given level.

    Parameters
    ----------
    estimates : sequence of Estimate
        Each with its own interval; its half-widths are widened from its own level on the normal scale, each side by
        itself, so that skewed intervals stay skewed.
    level : float
        How often all intervals together hold their truths.

    Returns
    -------
    list of Estimate
        The same values with wider intervals; `level` is that of all together, and the method says so.

    Source
    ------
    Z. Šidák (1967), JASA 62: each interval at level^(1/n).
    """
    from scipy.stats import norm

    if not estimates:
        return []
    each = level ** (1 / len(estimates))
    wished = norm.ppf((1 + each) / 2)
    widened = []
    for estimate in estimates:
        factor = wished / norm.ppf((1 + estimate.level) / 2)
        low = estimate.value - factor * (estimate.value - estimate.low)
        high = estimate.value + factor * (estimate.high - estimate.value)
        method = f"{estimate.method}, {len(estimates)} tests at once (Šidák)"
        widened.append(replace(estimate, low=low, high=high, level=level, method=method))
    return widened


def p_value(estimate: Estimate) -> float:
    """The two-sided p-value of no effect that an interval implies, on the normal scale of the side that faces zero."""
    from scipy.stats import norm

    reach = estimate.value - estimate.low if estimate.value > 0 else estimate.high - estimate.value
    if reach == 0:
        return 1.0 if estimate.value == 0 else 0.0
    z = abs(estimate.value) / reach * norm.ppf((1 + estimate.level) / 2)
    return float(2 * norm.sf(z))


def _checked(p_values: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or np.isnan(p).any() or (p < 0).any() or (p > 1).any():
        raise ValueError("p-values are between 0 and 1.")
    return p
