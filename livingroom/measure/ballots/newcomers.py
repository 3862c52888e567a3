"""Ideas whose votes come from accounts that did nothing before and nothing after."""

from dataclasses import dataclass, replace

import numpy as np

from livingroom.measure.ballots.surplus import ByDay, surprise
from livingroom.measure.ballots.votes import DAY, YOUNG, Flags, Floats, Integers, Told

FEWEST = 5  # more votes of the kind than expected
RATIO = 3.0  # times as many as expected
LEAST_SURPRISE = 3.0


@dataclass(frozen=True)
class Kind:
    """A kind of voter: how a sentence calls them, which votes are theirs, and with whose they are compared."""

    about: str
    is_it: Flags
    references: tuple[Flags, ...]


@dataclass(frozen=True)
class Newcomers:
    """Thin or young voters on one idea, of whom there are far more than elsewhere.

    Parameters
    ----------
    idea : int
        Numbered from 0.
    rows : (k,) int
        Their votes on it.
    n : int
        How many of them are of the kind that surprises most.
    expected : float
        How many there would be, did such accounts like what others liked on the same days.
    surprise : float
        −log10 of the chance.
    about : str
    """

    idea: int
    rows: Integers
    n: int
    expected: float
    surprise: float
    about: str

    def without(self, is_taken: Flags) -> "Newcomers | None":
        """Return what is left of it without votes that are accounted for, or None if that is no surplus."""
        left = self.rows[~is_taken[self.rows]]
        if len(left) == len(self.rows):
            return self
        if len(left) - self.expected < FEWEST or len(left) < RATIO * self.expected:
            return None
        surprised = float(surprise(np.array([float(len(left))]), np.array([self.expected]))[0])
        return (
            replace(self, rows=left, n=len(left), surprise=surprised) if surprised >= LEAST_SURPRISE else None
        )


def kinds_of(told: Told, counts: Flags) -> tuple[Kind, ...]:
    """Return the kinds of thin accounts among votes that count, from the narrow to the broad, and that of young ones."""
    is_new, is_only = told.age < DAY, told.n_cast == 1
    is_brief, is_regular = told.is_brief & counts, ~told.is_brief & counts
    is_first = told.is_first_day
    often, fresh = is_regular & ~is_first, is_regular & is_first
    usual = (often, fresh)
    # Old favourites get their votes from young accounts only, for the others have voted: so of young ideas only.
    on_young = is_regular & told.is_young_idea
    young = on_young & (told.age < YOUNG)
    return (
        Kind("accounts made within a day before, with this vote only", is_brief & is_new & is_only, usual),
        Kind("accounts with this vote only", is_brief & is_only, usual),
        Kind("accounts made within a day before, which voted on that day only", is_brief & is_new, usual),
        Kind("accounts that were silent until one day of votes", is_brief & ~is_new, usual),
        Kind("accounts that voted on one day only", is_brief, usual),
        Kind("accounts less than a month old", young, (on_young & ~young,)),
    )


def newcomers(told: Told, by_day: ByDay, is_taken: Flags) -> list[Newcomers]:
    """Return every idea with a surplus of thin or young accounts, with all kinds of which there is one.

    Votes that are taken, for they are accounted for, neither make a surplus nor hide another's.
    """
    kinds = kinds_of(told, ~is_taken)
    shares = {
        id(kind.references): by_day.shares(kind.references)
        for kind in {id(k.references): k for k in kinds}.values()
    }
    found = [_of_kind(told, by_day, kind, shares[id(kind.references)]) for kind in kinds]
    surprises = np.array([one for one, _ in found])
    chosen = np.flatnonzero(surprises.max(axis=0) >= LEAST_SURPRISE)
    rows = np.flatnonzero(np.isin(told.idea, chosen))
    order = rows[np.argsort(told.idea[rows], kind="stable")]
    ends = np.searchsorted(told.idea[order], [chosen, chosen + 1])
    groups = []
    for idea, start, end in zip(chosen.tolist(), *ends, strict=True):
        own, best = order[start:end], int(surprises[:, idea].argmax())
        many = np.flatnonzero(surprises[:, idea] >= LEAST_SURPRISE)
        is_it = np.any([kinds[one].is_it[own] for one in many], axis=0)
        expected = max(float(found[one][1][idea]) for one in many)
        n_best = int(kinds[best].is_it[own].sum())
        groups.append(
            Newcomers(idea, own[is_it], n_best, expected, float(surprises[best, idea]), kinds[best].about)
        )
    return groups


def _of_kind(told: Told, by_day: ByDay, kind: Kind, shares: Floats) -> tuple[Floats, Floats]:
    observed = np.bincount(told.idea[kind.is_it], minlength=told.n_ideas).astype(np.float64)
    expected = by_day.expected(kind.is_it, shares)
    is_many = (observed - expected >= FEWEST) & (observed >= RATIO * expected)
    surprised = np.zeros(told.n_ideas)
    surprised[is_many] = surprise(observed[is_many], expected[is_many])
    return surprised, expected
