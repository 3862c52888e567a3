"""What must hold for a verdict: arms of the size that chance gave, alike before, that got what they were to get."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from livingroom.measure.lift.reading import Check

RATIO_REFUSED_BELOW = 0.001
BALANCE_DOUBTED_BELOW = 0.01
LARGE_DIFFERENCE = 0.25
LEAST_COMPLIANCE = 0.9
_EXACT_UP_TO = 10_000


def sample_ratio(counts: Mapping[str, int], shares: Mapping[str, float]) -> Check:
    """Whether the arms have the sizes that the design promised.

    Parameters
    ----------
    counts : mapping of str to int
        How many people or units each arm has.
    shares : mapping of str to float
        The share that each was to have; they sum to 1.

    Returns
    -------
    Check
        "sample ratio"; not passed if p < 0.001, and then no verdict is due.

    Raises
    ------
    ValueError
        If the arms differ, shares do not sum to 1, or a count is negative.

    Source
    ------
    A. Fabijan et al. (2019), "Diagnosing Sample Ratio Mismatch in Online Controlled Experiments", KDD. Exact binomial
    test for two arms up to 10,000, else chi-square.
    """
    from scipy.stats import binomtest, chisquare

    if set(counts) != set(shares) or abs(sum(shares.values()) - 1) > 1e-9 or min(counts.values()) < 0:
        raise ValueError("Give a count and a share for every arm; shares sum to 1.")
    n = sum(counts.values())
    names = sorted(counts)
    found = ", ".join(f"{name} {counts[name]:,} (expected {shares[name] * n:,.1f})" for name in names)
    if n == 0:
        return Check("sample ratio", True, "Nobody was assigned yet.")
    if len(names) == 2 and n <= _EXACT_UP_TO:
        p = float(binomtest(counts[names[0]], n, shares[names[0]]).pvalue)
    else:
        p = float(chisquare([counts[name] for name in names], [shares[name] * n for name in names]).pvalue)
    passed = p >= RATIO_REFUSED_BELOW
    verdict = (
        "as drawn"
        if passed
        else "not what chance was to give: some were lost or added on one side, so no verdict"
    )
    return Check("sample ratio", passed, f"{found}: {verdict}.", p)


def balance(values: Mapping[str, ArrayLike], treated: NDArray[np.bool_]) -> Check:
    """Whether the arms looked alike before the test.

    Parameters
    ----------
    values : mapping of str to array of float, shape (n,)
        What was known before: level, trend, age of the account.
    treated : array of bool, shape (n,)

    Returns
    -------
    Check
        "balance": the largest standardised difference, and the joint test. Under chance alone it fails once in a
        hundred; the analysis adjusts for the past all the same.

    Source
    ------
    Hotelling's T² with its F distribution; standardised differences as in P. C. Austin (2009), Statistics in
    Medicine 28.
    """
    names = list(values)
    table = np.column_stack([np.asarray(values[name], dtype=np.float64) for name in names])
    known = np.isfinite(table).all(axis=1)
    inside, outside = table[known & treated], table[known & ~treated]
    if min(len(inside), len(outside)) < 2:
        return Check("balance", True, "Too few units on one side to compare the arms.")
    apart = inside.mean(axis=0) - outside.mean(axis=0)
    pooled = np.sqrt((inside.var(axis=0, ddof=1) + outside.var(axis=0, ddof=1)) / 2)
    standardised = np.divide(apart, pooled, out=np.zeros_like(apart), where=pooled > 0)
    worst = int(np.argmax(np.abs(standardised)))
    p = _hotelling(inside, outside)
    passed = p >= BALANCE_DOUBTED_BELOW
    size = (
        "small" if abs(standardised[worst]) < LARGE_DIFFERENCE else "large, as chance may give with few units"
    )
    verdict = size if passed else "more than chance gives: look how the arms were made"
    sentence = f"The arms differ most in {names[worst]}: by {standardised[worst]:+.2f} standard deviations, {verdict}."
    return Check("balance", passed, sentence, p)


def _hotelling(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> float:
    from scipy.stats import f

    n_inside, n_outside, k = len(inside), len(outside), inside.shape[1]
    apart = inside.mean(axis=0) - outside.mean(axis=0)
    within = (n_inside - 1) * np.atleast_2d(np.cov(inside, rowvar=False))
    within = within + (n_outside - 1) * np.atleast_2d(np.cov(outside, rowvar=False))
    df = n_inside + n_outside - 2
    rank = int(np.linalg.matrix_rank(within))
    if rank == 0 or df - k + 1 <= 0:
        return 1.0
    statistic = n_inside * n_outside / (n_inside + n_outside) * apart @ np.linalg.pinv(within / df) @ apart
    return float(f.sf(statistic * (df - rank + 1) / (df * rank), rank, df - rank + 1))


def compliance(
    assigned: NDArray[np.bool_], delivered: NDArray[np.bool_], overrides: Sequence[str] = ()
) -> Check:
    """Whether those who were to be treated were, and those to be left out were left out.

    Parameters
    ----------
    assigned, delivered : array of bool, shape (units, times)
        What chance decided, and what really happened.
    overrides : sequence of str
        What people decided against the assignment, a sentence each.

    Returns
    -------
    Check
        "compliance"; not passed below 90 % on either side. The analysis keeps to what was assigned (intention to
        treat), so that an override dilutes the lift and does not bias it.
    """
    treated_right = float(delivered[assigned].mean()) if assigned.any() else 1.0
    left_out_right = float((~delivered[~assigned]).mean()) if (~assigned).any() else 1.0
    passed = min(treated_right, left_out_right) >= LEAST_COMPLIANCE
    sentence = f"{treated_right:.1%} of what was to be treated was, {left_out_right:.1%} of what was to be left out was."
    if overrides:
        shown = "; ".join(overrides[:3])
        sentence += f" {len(overrides)} override{'s' if len(overrides) > 1 else ''}: {shown}."
    if not passed:
        sentence += " The lift is of what was assigned, and smaller than that of what was done."
    return Check("compliance", passed, sentence)


def placebo_dates(p_values: Mapping[str, float], level: float = 0.95) -> Check:
    """Whether the analysis finds nothing at dates when nothing happened.

    Parameters
    ----------
    p_values : mapping of str to float
        The p-value of the very analysis at each placebo date.
    level : float
        1 − level is what all dates together may find by chance (Holm).
    """
    from livingroom.measure.design.several import holm

    if not p_values:
        return Check("placebo", True, "There is too little history for placebo dates.")
    adjusted = dict(zip(p_values, holm(list(p_values.values())), strict=True))
    found = [day for day, p in adjusted.items() if p < 1 - level]
    smallest = min(adjusted.values())
    if found:
        sentence = f"An effect is found where none was: {', '.join(found)}. Do not trust this analysis here."
        return Check("placebo", False, sentence, smallest)
    sentence = f"Nothing is found at {len(p_values)} dates before the test, as it should be."
    return Check("placebo", True, sentence, smallest)


def wash_out(wash_out_days: int, horizon_days: int) -> Check:
    """Whether the days left away at the start of a block are as long as an offer pulls orders forward."""
    passed = wash_out_days >= horizon_days
    compared = "not shorter than" if passed else "shorter than"
    sentence = f"The wash-out of {wash_out_days} days is {compared} the {horizon_days} days that an offer pulls orders forward."
    if not passed:
        sentence += " Pull-forward would be counted as lift."
    return Check("wash-out", passed, sentence)


def as_drawn(is_as_drawn: bool) -> Check:
    """Whether the log is what its seed and rule give."""
    says = "is" if is_as_drawn else "is not"
    return Check("assignment log", is_as_drawn, f"The assignment log {says} what its seed and its rule give.")
