"""Terms that are new: said more than before by more than chance, weighed by how common they are anyway."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt

SURE = 3.0
FEWEST_MENTIONS = 3
PRIOR_WEIGHT = 500.0  # mentions that the prior weighs, shared out as the background has them
PRIOR_LEAST = 0.01  # weight of a term that the background never saw


@dataclass(frozen=True)
class NewTerm:
    """A term with the evidence for it.

    Parameters
    ----------
    term : str
    n_now, n_before : int
        Mentions that hold it, in the spike and before.
    log_odds : float
        Logarithm of the ratio of its odds now and before, with the prior in both.
    z : float
        The same over its standard error.
    """

    term: str
    n_now: int
    n_before: int
    log_odds: float
    z: float


def new_terms(
    now: Mapping[str, int],
    before: Mapping[str, int],
    background: Mapping[str, int] | None = None,
    *,
    most: int = 10,
    sure: float = SURE,
) -> list[NewTerm]:
    """Return the terms that mark out what is said now.

    Parameters
    ----------
    now, before : mapping of str to int
        How many mentions hold each term, in the spike and in the trailing days. Count authors instead, and one who repeats
        himself makes no new term.
    background : mapping of str to int, optional
        The same over a long time, as the prior; by default now and before together.
    most : int
        How many are returned at most, the surest first.
    sure : float
        The z from which a term is new.

    Returns
    -------
    list of NewTerm
        By falling z, equal ones by name.

    Source
    ------
    Monroe, Colaresi, Quinn, Fightin' words, Political Analysis 16 (2008): log-odds with an informative Dirichlet prior.
    """
    usual = background or {term: now.get(term, 0) + before.get(term, 0) for term in {*now, *before}}
    scale = PRIOR_WEIGHT / max(sum(usual.values()), 1)
    all_now, all_before = sum(now.values()), sum(before.values())
    found = []
    for term, n_now in now.items():
        if n_now >= FEWEST_MENTIONS:
            prior = max(usual.get(term, 0) * scale, PRIOR_LEAST)
            n_before = before.get(term, 0)
            log_odds, z = _compared(n_now, n_before, all_now, all_before, prior)
            found.append(NewTerm(term, n_now, n_before, log_odds, z))
    loud = sorted((term for term in found if term.z >= sure), key=lambda term: (-term.z, term.term))
    return loud[:most]


def _compared(n_now: int, n_before: int, all_now: int, all_before: int, prior: float) -> tuple[float, float]:
    """Return the log-odds ratio and its z."""
    # Where everybody says one word only, nothing else is left to say: the least that a term may have.
    odds_now = (n_now + prior) / max(all_now + PRIOR_WEIGHT - n_now - prior, PRIOR_LEAST)
    odds_before = (n_before + prior) / max(all_before + PRIOR_WEIGHT - n_before - prior, PRIOR_LEAST)
    log_odds = log(odds_now) - log(odds_before)
    return log_odds, log_odds / sqrt(1 / (n_now + prior) + 1 / (n_before + prior))
