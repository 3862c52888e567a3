"""Logistic regression by hand: what shipped stays the base, and what people corrected is learned on top of it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Linear:
    """Log-odds of K classes: `rows @ slopes + intercept`, with slopes (features, K) and intercept (K)."""

    slopes: Floats
    intercept: Floats

    def logits(self, rows: Any) -> Floats:
        """Return log-odds, shape (n, K); `rows` is (n, features), dense or CSR."""
        found: Floats = np.asarray(rows @ self.slopes + self.intercept, dtype=np.float32)
        return found

    def __add__(self, other: "Linear") -> "Linear":
        return Linear(self.slopes + other.slopes, self.intercept + other.intercept)


def shares(logits: Floats) -> Floats:
    """Return log-odds as shares that sum to 1 in each row."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    found: Floats = raised / raised.sum(axis=1, keepdims=True)
    return found


def learned(
    rows: Any,
    right: NDArray[np.int64],
    n_classes: int,
    *,
    base: Floats | None = None,
    trust: float = 10.0,
    weights: Floats | None = None,
    start: Linear | None = None,
    tolerance: float = 1e-4,
) -> Linear:
    """Return the smallest change to `base` that explains the labels: multinomial logistic regression with L2 shrinkage.

    Parameters
    ----------
    rows : (n, features), dense or CSR
    right : (n,) int
        The class of each row, 0 to n_classes - 1.
    base : (n, K)
        Log-odds that another model already gives these rows; the intercept then stays where it is.
    trust : float
        How far one example may move the slopes (scikit-learn's C).
    weights : (n,)
        How much each row counts; all 1 by default.
    start : Linear
        Where to begin: an earlier result makes learning a few more examples quick.

    Source: docs/methods/words.md, "Learning from corrections".
    """
    n, size = rows.shape
    # A column that no row has keeps a slope of zero: a few corrections touch a few hundred of a few hundred thousand.
    used = np.unique(rows.indices) if hasattr(rows, "tocsr") else np.arange(size)
    begin = np.zeros((len(used) + 1, n_classes))
    if start is not None:
        begin = np.vstack([start.slopes[used], start.intercept]).astype(np.float64)
    end = _descended(
        rows[:, used] if len(used) < size else rows,
        np.eye(n_classes, dtype=np.float32)[right],
        np.zeros((n, n_classes), np.float32) if base is None else base,
        np.ones(n, np.float32) if weights is None else weights,
        begin,
        trust=trust,
        tolerance=tolerance,
        moves_intercept=base is None,
    )
    slopes = np.zeros((size, n_classes), np.float32)
    slopes[used] = end[:-1]
    return Linear(slopes, end[-1])


def _descended(
    rows: Any,
    target: Floats,
    base: Floats,
    counted: Floats,
    begin: NDArray[np.float64],
    *,
    trust: float,
    tolerance: float,
    moves_intercept: bool,
) -> Floats:
    """Return slopes with the intercept as the last row, (features + 1, K)."""
    from scipy.optimize import minimize

    shape = begin.shape
    across = rows.T.tocsr() if hasattr(rows, "tocsr") else np.ascontiguousarray(rows.T)
    # On top of a base the intercept stays: three corrections to "spam" must not make all the world spam.
    free = np.float32(1 if moves_intercept else 0)

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        now = flat.reshape(shape).astype(np.float32)
        guessed = shares(rows @ now[:-1] + now[-1] + base)
        likely = np.maximum((guessed * target).sum(axis=1), 1e-30)
        miss = (guessed - target) * counted[:, None]
        pull = np.vstack([np.asarray(across @ miss) + now[:-1] / trust, miss.sum(axis=0) * free])
        value = float(-(counted * np.log(likely)).sum() + (now[:-1] ** 2).sum() / (2 * trust))
        return value, pull.ravel().astype(np.float64)

    options = {"maxiter": 200, "ftol": tolerance * 1e-2, "gtol": tolerance}
    found = minimize(loss, begin.ravel(), jac=True, method="L-BFGS-B", options=options).x
    end: Floats = found.reshape(shape).astype(np.float32)
    return end


def compacted(slopes: Floats, block: int) -> tuple[NDArray[np.int8], Floats]:
    """Return slopes as signed bytes, and their steps for the first `block` rows and for the rest, shape (2, K).

    Two blocks, since signs have slopes far above those of hashed words, and one step for both would round words to nothing.
    """
    largest = [np.abs(part).max(axis=0, initial=1e-9) for part in (slopes[:block], slopes[block:])]
    steps = (np.stack(largest) / 127).astype(np.float32)
    return np.rint(slopes / _by_row(steps, len(slopes), block)).astype(np.int8), steps


def widened(small: NDArray[np.int8], steps: Floats, block: int) -> Floats:
    """Return the slopes that `compacted` made small."""
    found: Floats = small.astype(np.float32) * _by_row(steps, len(small), block)
    return found


def _by_row(steps: Floats, n: int, block: int) -> Floats:
    first = min(block, n)
    return np.repeat(steps, [first, n - first], axis=0)
