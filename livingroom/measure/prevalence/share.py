"""Count less, correct more: the share of negatives from a classifier's scores and a few audited messages."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.estimate import Estimate, NotEnoughData

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FEWEST_PER_CLASS = 10
LEAST_GAP = 0.05  # between mean scores of negatives and others: below, the scores say nothing
N_DRAWS = 1000
EXACT_DRAWS = (
    3000  # messages up to which every draw is drawn; of more the mean's normal distribution is as good
)
UNIFORM = 0.5  # from which score a message is counted, when they are just counted


@dataclass(frozen=True)
class Audit:
    """Messages that people have read.

    Parameters
    ----------
    scores : (a,) float
        What the classifier gave them, 0 to 1.
    is_positive : (a,) bool
        Whether they are of the class (negative, spam, …).
    is_random_part : bool
        Whether they were drawn at random from the very messages that are estimated. Then their own share speaks, too.

    Raises
    ------
    ValueError
        If the two are not of one length, or a score is not between 0 and 1.
    """

    scores: Floats
    is_positive: Flags
    is_random_part: bool = False

    def __post_init__(self) -> None:
        if len(self.scores) != len(self.is_positive):
            raise ValueError("Every audited message has one score and one verdict.")
        check_scores(self.scores)


@dataclass(frozen=True)
class Prevalence:
    """A share, estimated in several ways.

    Parameters
    ----------
    corrected : Estimate or NotEnoughData
        PACC: the classifier's mean score, corrected by how it scored audited messages. It holds when the mix has changed.
    assisted : Estimate or NotEnoughData
        The audit's own share, helped by the scores. It holds when the audit is a random part, and is then the sharper one.
    counted : float
        How many the classifier would just count; for comparison.
    n, n_audited : int
        Messages, and those that people have read.
    """

    corrected: Estimate | NotEnoughData
    assisted: Estimate | NotEnoughData
    counted: float
    n: int
    n_audited: int

    @property
    def best(self) -> Estimate | NotEnoughData:
        """The one to show."""
        return self.corrected if isinstance(self.assisted, NotEnoughData) else self.assisted


def check_scores(scores: Floats) -> None:
    if len(scores) and not (np.all(np.isfinite(scores)) and scores.min() >= 0 and scores.max() <= 1):
        raise ValueError("A score is a probability between 0 and 1.")


def prevalence(
    scores: Floats, audit: Audit, *, seed: int = 0, level: float = 0.95, threshold: float = UNIFORM
) -> Prevalence:
    """Estimate the share of a class.

    Parameters
    ----------
    scores : (n,) float
        The classifier's probability for every message of the period.
    audit : Audit
        Messages that people have read; 200 a month are a good number.
    seed : int
        Of the draws behind the interval.
    level : float
        Of the interval.
    threshold : float
        From which score `counted` counts.

    Raises
    ------
    ValueError
        If there is no message, or a score is not between 0 and 1.

    Source
    ------
    PACC: Bella and others, Quantification via probability estimators, ICDM 2010. Assisted: Angelopoulos and others,
    Prediction-powered inference, Science 382 (2023), with the weight of their 2024 sequel; docs/methods/prevalence.md.
    """
    if len(scores) == 0:
        raise ValueError("There is no message to estimate a share of.")
    check_scores(scores)
    n_positive = int(audit.is_positive.sum())
    return Prevalence(
        _refused(audit, n_positive) or _corrected(scores, audit, np.random.default_rng(seed), level),
        _assisted(scores, audit, level),
        float(np.mean(scores >= threshold)),
        len(scores),
        len(audit.scores),
    )


def _refused(audit: Audit, n_positive: int) -> NotEnoughData | None:
    n_others = len(audit.scores) - n_positive
    if min(n_positive, n_others) < FEWEST_PER_CLASS:
        return NotEnoughData(
            f"the audit holds {n_positive} of the class and {n_others} others, and {FEWEST_PER_CLASS} of each are needed. "
            "Read more messages"
        )
    gap = audit.scores[audit.is_positive].mean() - audit.scores[~audit.is_positive].mean()
    if gap < LEAST_GAP:
        return NotEnoughData(
            f"the scores hardly tell the class from others (mean scores differ by {gap:.3f}, and {LEAST_GAP} are needed)"
        )
    return None


def _corrected(scores: Floats, audit: Audit, random: np.random.Generator, level: float) -> Estimate:
    """Draw messages, audited ones of the class and audited others anew, each by itself."""
    own, others = audit.scores[audit.is_positive], audit.scores[~audit.is_positive]
    value = pacc(scores.mean(), own.mean(), others.mean())
    mean, true_rate, false_rate = (_means(column, random) for column in (scores, own, others))
    draws = _pacc_draws(mean, true_rate, false_rate, float(own.mean() - others.mean()))
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(value, min(float(low), value), max(float(high), value), level, len(audit.scores), "PACC")


def pacc(mean: float, true_rate: float, false_rate: float) -> float:
    """Return the share whose mix of the two rates has this mean, within 0 and 1.

    Parameters
    ----------
    mean : float
        Mean score of all messages.
    true_rate, false_rate : float
        Mean score of audited messages of the class, and of others.
    """
    return float(np.clip((mean - false_rate) / (true_rate - false_rate), 0, 1))


def _pacc_draws(mean: Floats, true_rate: Floats, false_rate: Floats, gap: float) -> Floats:
    # A draw in which the classes fall together would divide by nothing; it knows no more than that any share may be.
    gaps = np.maximum(true_rate - false_rate, gap / 10)
    return np.clip((mean - false_rate) / gaps, 0, 1)


def _means(column: Floats, random: np.random.Generator) -> Floats:
    """Return means of the column drawn anew many times."""
    n = len(column)
    if n > EXACT_DRAWS:
        return random.normal(column.mean(), column.std() / np.sqrt(n), N_DRAWS)
    chosen = random.integers(0, n, size=(N_DRAWS, n), dtype=np.int32)
    means: Floats = column[chosen].mean(axis=1, dtype=np.float64)
    return means


def _assisted(scores: Floats, audit: Audit, level: float) -> Estimate | NotEnoughData:
    """The audit's mean verdict, moved by how far its scores lie from all messages', weighed so that the variance is least."""
    if not audit.is_random_part:
        return NotEnoughData("the audit is no random part of these messages")
    n_audited, n = len(audit.scores), len(scores)
    verdicts = audit.is_positive.astype(np.float64)
    if min(verdicts.sum(), n_audited - verdicts.sum()) < FEWEST_PER_CLASS:
        return NotEnoughData(f"the audit holds fewer than {FEWEST_PER_CLASS} of the class or of others")
    from scipy.special import ndtri

    spread = float(scores.var())
    together = float(np.cov(verdicts, audit.scores)[0, 1])
    weight = float(np.clip(together / (spread * (1 + n_audited / n)), 0, 1)) if spread > 0 else 0.0
    value = verdicts.mean() + weight * (scores.mean() - audit.scores.mean())
    error = np.sqrt(np.var(verdicts - weight * audit.scores, ddof=2) / n_audited + weight**2 * spread / n)
    half = float(ndtri((1 + level) / 2)) * float(error)
    low, middle, high = (float(np.clip(end, 0, 1)) for end in (value - half, value, value + half))
    return Estimate(middle, low, high, level, n_audited, "assisted")
