"""The iteration by which synthetic difference in differences was published: Frank–Wolfe steps, a stopping rule, thin weights.

The published figures are those of this iteration, which stops a little before the optimum. So what is reported is found by
it. Of placebos only the spread is wanted: they are fitted by `synthetic.simplex_weights`, exactly and much faster.

Source: Arkhangelsky et al. 2021, algorithm 1, and the rules of the authors' own package (stop, and leave out small weights).
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FIRST_STEPS, MOST_STEPS = 100, 10_000
SMALL = 0.25


def published_weights(columns: Floats, target: Floats, penalty: float, least_gain: float) -> Floats:
    """Return weights on the simplex with which the columns come near to the target, small ones left out.

    Parameters
    ----------
    columns : array, shape (m, n)
        One column per candidate, means taken off.
    target : array, shape (m,)
        What is to be matched, its mean taken off.
    penalty : float
        ζ²: how much |w|² weighs beside the mean squared error.
    least_gain : float
        The iteration ends when a step makes the loss smaller by less than this.

    Returns
    -------
    array, shape (n,)
    """
    even = np.full(columns.shape[1], 1 / columns.shape[1])
    rough = _descend(columns, target, penalty, least_gain, even, FIRST_STEPS)
    kept = np.where(rough <= rough.max() * SMALL, 0.0, rough)
    return _descend(columns, target, penalty, least_gain, kept / kept.sum(), MOST_STEPS)


def _descend(
    columns: Floats, target: Floats, penalty: float, least_gain: float, weights: Floats, n_steps: int
) -> Floats:
    m = len(columns)
    ridge = m * penalty
    gram, pull = columns.T @ columns, columns.T @ target
    square = float(target @ target)
    # The loss and each step's gain need only these; they are carried along instead of being worked out anew.
    fitted = gram @ weights
    last = np.inf
    for number in range(n_steps):
        slope = fitted - pull + ridge * weights
        at = int(slope.argmin())
        toward = -weights
        toward[at] += 1
        change = gram[at] - fitted
        curve = float(toward @ change) + ridge * float(toward @ toward)
        if curve <= 0:
            break
        step = min(1.0, max(0.0, -float(slope @ toward) / curve))
        weights = weights + step * toward
        fitted = fitted + step * change
        error = float(weights @ fitted) - 2 * float(weights @ pull) + square
        loss = penalty * float(weights @ weights) + error / m
        if number and last - loss <= least_gain:
            break
        last = loss
    return weights
