"""What stays wanted: votes that lose half their weight every half-life, kept as one number that needs no nightly job."""

from math import exp2, fsum

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

DAY = 86_400_000_000  # microseconds
HALF_LIFE = 7 * DAY
# A term of 2^512 and 10^9 of them stay far below the largest float (2^1024), and a key that is moved down once keeps its bits.
REBASE_AFTER = 512
_LEAST = exp2(-500)


def popular_key(votes: ArrayLike, at: ArrayLike, half_life: int, epoch: int) -> float:
    """Return K = Σ v · 2^((t − epoch) / h), the number that orders ideas by *popular* at any moment.

    The score at time T is K · 2^−((T − epoch) / h). That factor is the same for all ideas, so that ORDER BY K is right now and
    later: one indexed float. A vote adds its term and a withdrawn one takes the same term away.

    Parameters
    ----------
    votes : (n,) float
        1 for, −1 against, 0 withheld.
    at : (n,) int
        When, microseconds UTC.
    half_life : int
        Microseconds after which a vote weighs half; 7 days (`HALF_LIFE`) unless the brand wants another.
    epoch : int
        Microseconds UTC, the same for all ideas: begin with the day on which the portal opens, and see `next_epoch`.

    Raises
    ------
    ValueError
        If the half-life is not above 0, or a vote lies so far from the epoch that float64 cannot hold its term.

    Source
    ------
    docs/methods/ranking.md
    """
    signs = np.atleast_1d(np.asarray(votes, dtype=np.float64))
    # fsum, so that a key made anew does not hang on the order of the votes.
    return fsum((signs * popular_term(at, half_life, epoch)).tolist())


def popular_term(at: ArrayLike, half_life: int, epoch: int) -> Floats:
    """Return 2^((t − epoch) / h): what one vote at each time adds to the key, or takes away when it is withdrawn.

    Raises
    ------
    ValueError
        As `popular_key`.
    """
    if half_life <= 0:
        raise ValueError(f"A half-life is above 0; it is {half_life}.")
    exponent = (np.atleast_1d(np.asarray(at, dtype=np.int64)) - epoch) / half_life
    if len(exponent) and exponent.max() > 2 * REBASE_AFTER - 60:
        raise ValueError(
            f"A vote lies {exponent.max():,.0f} half-lives after the epoch, and a float holds about 1,020: move the epoch."
        )
    term: Floats = np.exp2(exponent)
    return term


def decayed_sum(votes: ArrayLike, at: ArrayLike, now: int, half_life: int = HALF_LIFE) -> float:
    """Return Σ v · 2^−((now − t) / h), the score itself: what a vote weighs today is 1, and half a half-life ago.

    Parameters
    ----------
    votes, at, half_life
        As for `popular_key`.
    now : int
        Microseconds UTC.
    """
    if half_life <= 0:
        raise ValueError(f"A half-life is above 0; it is {half_life}.")
    age = (now - np.atleast_1d(np.asarray(at, dtype=np.int64))) / half_life
    return fsum((np.atleast_1d(np.asarray(votes, dtype=np.float64)) * np.exp2(-age)).tolist())


def score_of_key(key: ArrayLike, now: int, half_life: int, epoch: int) -> Floats:
    """Return the score at a moment from stored keys; what rounding leaves below 0 after a withdrawal is 0."""
    score: Floats = np.maximum(np.asarray(key, dtype=np.float64), 0.0) * np.exp2(-((now - epoch) / half_life))
    return score


def popular_keys(
    idea: NDArray[np.int64], votes: ArrayLike, at: ArrayLike, half_life: int, epoch: int
) -> tuple[NDArray[np.int64], Floats]:
    """Make the keys of many ideas anew from their votes, as when the half-life changes.

    Parameters
    ----------
    idea : (n,) int
        Of every vote.
    votes, at, half_life, epoch
        As for `popular_key`.

    Returns
    -------
    (m,) int, (m,) float
        Ideas in ascending order, and their keys.
    """
    ideas, place = np.unique(idea, return_inverse=True)
    terms = np.asarray(votes, dtype=np.float64) * popular_term(at, half_life, epoch)
    keys = np.bincount(place, weights=terms, minlength=len(ideas)).astype(np.float64)
    return ideas, keys


def next_epoch(now: int, half_life: int, epoch: int) -> int | None:
    """Return where the epoch moves to, or None while it may stay.

    It moves once in 512 half-lives (with 7 days: every ten years; with one hour: every three weeks), by a whole number of
    half-lives, so that `rebase` multiplies by a power of two and loses no bit.
    """
    passed = (now - epoch) // half_life
    return epoch + passed * half_life if passed >= REBASE_AFTER else None


def rebase(keys: ArrayLike, epoch: int, new_epoch: int, half_life: int = HALF_LIFE) -> Floats:
    """Return the keys for another epoch.

    Keys below 2^−500 become 0: nothing was voted on them for a thousand half-lives, and databases take smaller numbers for an
    error. As SQL: `key = CASE WHEN abs(key) < 2^-500 THEN 0 ELSE key * rebase_factor(…) END`.
    """
    factor = rebase_factor(epoch, new_epoch, half_life)
    kept = np.asarray(keys, dtype=np.float64)
    moved = np.where(np.abs(kept) < _LEAST, 0.0, kept) * factor
    return np.asarray(moved, dtype=np.float64)


def rebase_factor(epoch: int, new_epoch: int, half_life: int = HALF_LIFE) -> float:
    """Return 2^−((new epoch − epoch) / h), by which every key is multiplied.

    Raises
    ------
    ValueError
        If the epoch moves so far at once that keys would leave float64's range.
    """
    steps = (new_epoch - epoch) / half_life
    if abs(steps) > REBASE_AFTER * 1.5:
        raise ValueError(
            f"The epoch moves by {steps:,.0f} half-lives at once: make the keys anew from the votes."
        )
    return exp2(-steps)
