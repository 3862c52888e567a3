"""Synthetic control, synthetic difference in differences and plain difference in differences, for one cohort.

A cohort is one series (a treated unit, or the mean of those that began together) beside control units. Weights lie on a
simplex; they are found exactly by non-negative least squares, fast enough to fit again for every placebo.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.lift.frank_wolfe import published_weights

Floats = NDArray[np.float64]
Method = Literal["sdid", "sc", "sc_intercept", "did"]
METHODS: tuple[Method, ...] = ("sdid", "sc_intercept", "sc", "did")


@dataclass(frozen=True)
class Effect:
    """What one method says of one cohort.

    Parameters
    ----------
    att : float
        Mean effect over the treated times, per treated unit.
    expected : array, shape (t,)
        What the cohort's mean would have been, by time; its mean over treated times is what was seen less `att`.
    unit_weights : array, shape (controls,)
        How much of each control.
    time_weights : array, shape (t_pre,)
        How much of each time before.
    imbalance : float
        Root of the summed squared gaps before, after the intercept where the method has one.
    """

    att: float
    expected: Floats
    unit_weights: Floats
    time_weights: Floats
    imbalance: float


def simplex_weights(columns: Floats, target: Floats, ridge: float = 0.0) -> Floats:
    """Return the weights, none negative and summing to 1, with which the columns come nearest to the target.

    Minimises |columns · w − target|² + ridge |w|².

    Parameters
    ----------
    columns : array, shape (m, n)
        One column per candidate.
    target : array, shape (m,)
        What is to be matched.
    ridge : float
        Weight of the penalty that spreads weights out.

    Returns
    -------
    array, shape (n,)

    Notes
    -----
    With weights that sum to 1, columns · w − target = C w where C has the target taken from each column. Non-negative
    least squares of C w = 0 with one more row, the sum = 1, has the same solution up to its scale: for w = s v with v on
    the simplex the loss is s² |C v|² + (s − 1)², and its least value over s grows with |C v|². So no heavy row, no
    tolerance and no step size are needed.
    """
    from scipy.optimize import nnls

    n = columns.shape[1]
    apart = columns - target[:, None]
    if ridge > 0:
        apart = np.vstack([apart, np.sqrt(ridge) * np.eye(n)])
    if apart.shape[0] > n:
        apart = np.asarray(np.linalg.qr(apart, mode="r"))
    scale = float(np.sqrt(np.mean(apart**2)))
    if scale == 0:
        return np.full(n, 1 / n)
    system = np.vstack([apart / scale, np.ones((1, n))])
    goal = np.zeros(len(system))
    goal[-1] = 1.0
    weights, _ = nnls(system, goal, maxiter=50 * n)
    result: Floats = weights / weights.sum()
    return result


def fit(
    method: Method,
    treated: Floats,
    controls: Floats,
    pre: NDArray[np.bool_],
    n_treated: int,
    post: NDArray[np.bool_],
    *,
    as_published: bool = False,
) -> Effect:
    """Fit one method to one cohort.

    Parameters
    ----------
    method : str
        "sdid", "sc" (classic simplex), "sc_intercept" (series less their own past mean) or "did".
    treated : array, shape (t,)
        Mean of the treated units.
    controls : array, shape (controls, t)
        The units that were never treated.
    pre, post : array of bool, shape (t,)
        Times before, and treated times.
    n_treated : int
        How many units `treated` is the mean of; it sets the penalty of SDID.
    as_published : bool
        SDID by the iteration it was published with, to the last digit of its figures, instead of the exact optimum.

    Returns
    -------
    Effect

    Source: Arkhangelsky et al. 2021 (SDID); Abadie, Diamond and Hainmueller 2010 (SC); Ferman and Pinto 2021 (intercept).
    """
    n_controls, n_pre = len(controls), int(pre.sum())
    past, target = controls[:, pre], treated[pre]
    times = np.full(n_pre, 1 / n_pre)
    if method == "did":
        units = np.full(n_controls, 1 / n_controls)
    elif method == "sc":
        units, times = simplex_weights(past.T, target), np.zeros(n_pre)
    elif method == "sc_intercept":
        units = simplex_weights(_centred(past).T, target - target.mean())
    else:
        noise = float(np.std(np.diff(past, axis=1), ddof=1)) if past.size > n_controls + 1 else 0.0
        penalties = (float(np.sqrt(n_treated * post.sum())) * noise**2, (1e-6 * noise) ** 2)
        after = controls[:, post].mean(axis=1)
        sides = (
            (_centred(past).T, target - target.mean()),
            (past - past.mean(axis=0), after - after.mean()),
        )
        if as_published and noise > 0:
            least = (1e-5 * noise) ** 2
            units, times = (
                published_weights(*side, penalty, least)
                for side, penalty in zip(sides, penalties, strict=True)
            )
        else:
            units, times = (
                simplex_weights(*side, len(side[1]) * penalty)
                for side, penalty in zip(sides, penalties, strict=True)
            )
    synthetic = units @ controls
    shift = float(times @ (target - synthetic[pre]))
    expected = synthetic + shift
    gaps = target - synthetic[pre]
    if method != "sc":
        gaps = gaps - gaps.mean()
    att = float((treated[post] - expected[post]).mean())
    return Effect(att, expected, units, times, float(np.sqrt(gaps @ gaps)))


def _centred(rows: Floats) -> Floats:
    centred: Floats = rows - rows.mean(axis=1, keepdims=True)
    return centred
