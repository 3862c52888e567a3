"""What speaks for votes that were cast together, what against it, and whether they are held until a person has looked."""

from dataclasses import dataclass

import numpy as np

from livingroom.measure.ballots.surplus import surprise
from livingroom.measure.ballots.votes import DAY, HOUR, Integers, Told, Views, Votes
from livingroom.measure.spikes.detector import detect

HOLD_FROM = 3.0
FEWEST = 5

_SHORT = 3 * DAY
_MARGINAL_LOW, _MARGINAL_HIGH = 0.35, 0.5


@dataclass(frozen=True)
class Evidence:
    """One thing that speaks for or against: its kind, its points (below 0: against), and a sentence."""

    kind: str
    points: float
    sentence: str


@dataclass(frozen=True)
class Group:
    """Votes that look as if they were cast together, for a person to review.

    Parameters
    ----------
    idea : int
        The idea's own number.
    rows : (k,) int
        Places of the votes among those given: on this idea and, where the accounts did nothing else, on others too.
    members : (m,) int
        The members' own numbers.
    score : float
        Points of all evidence together.
    evidence : tuple of Evidence
    is_held : bool
        Whether the votes should not count until a person has looked.
    """

    idea: int
    rows: Integers
    members: Integers
    score: float
    evidence: tuple[Evidence, ...]
    is_held: bool

    @property
    def reasons(self) -> list[str]:
        """What a person reads."""
        return [one.sentence for one in self.evidence]


def share_evidence(told: Told, rows: Integers) -> Evidence | None:
    """Say whether the group shares networks and browsers more than people do who have never met."""
    key = told.key[rows]
    key = key[key >= 0]
    if len(key) < FEWEST:
        return None
    counts = np.bincount(key)
    own_pairs = float((counts * (counts - 1)).sum() / (len(key) * (len(key) - 1)))
    # A member counts once: who votes often does not make an address common.
    first = np.unique(told.member, return_index=True)[1]
    of_all = told.key[first]
    of_all = of_all[of_all >= 0]
    n = max(len(of_all), 2)
    usual = np.bincount(of_all).astype(np.float64)
    all_pairs = float((usual * (usual - 1)).sum() / (n * (n - 1)))
    crowded = int(counts[counts >= 3].sum())
    n_places = int((counts > 0).sum())
    if crowded >= 0.5 * len(key) and own_pairs >= 5 * all_pairs:
        return Evidence("network", 1.5, f"{crowded:,} of {len(key):,} votes come from {n_places:,} networks and browsers, "
                        f"{min(own_pairs / max(all_pairs, 1e-9), 9_999):,.0f} times as concentrated as elsewhere.")  # fmt: skip
    return None


def burst_evidence(votes: Votes, told: Told, idea: int, rows: Integers) -> Evidence | None:
    """Say whether the group came all at once, by the rule that finds spikes in what is said."""
    at = np.sort(votes.at[rows])
    half = len(at) // 2
    narrowest = int((at[half:] - at[: len(at) - half]).min())
    hours = max(-(-narrowest // HOUR), 1)
    if hours > 24 or not _rings(votes.at[told.idea == idea], at):
        return None
    return Evidence("burst", 1.0, f"Half of them came within {hours} hour{'s' if hours > 1 else ''}.")


def _rings(of_idea: Integers, of_group: Integers) -> bool:
    first, last = int(of_group[0] // HOUR) - 7 * 24, int(of_group[-1] // HOUR) + 1
    hour = of_idea // HOUR - first
    inside = (hour >= 0) & (hour <= last - first)
    volume = np.bincount(hour[inside], minlength=last - first + 1).astype(np.float64)
    verdicts = detect((int((first + place) * HOUR), float(one)) for place, one in enumerate(volume.tolist()))
    begins, ends = int(of_group[0]) - HOUR, int(of_group[-1]) + HOUR
    return any(one.is_alert and begins <= one.at <= ends for one in verdicts)


def views_evidence(votes: Votes, idea: int, rows: Integers, views: Views | None) -> Evidence | None:
    """Say whether the people who saw the idea in those days explain the votes. Only a short group can be told."""
    if views is None:
        return None
    day = np.sort(votes.at[rows] // DAY)
    first, last = day[int(0.05 * len(day))], day[int(0.95 * (len(day) - 1))]
    if (last - first) * DAY > _SHORT:
        return None
    own = views.idea == idea
    days, n = views.day[own], views.n[own]
    if not ((days >= first - 7) & (days <= last)).any():
        return None  # nobody counted
    seen = int(n[(days >= first) & (days <= last)].sum())
    before = n[(days >= first - 7) & (days < first)]
    usual = float(np.median(before)) if len(before) else 0.0
    more = max(seen - usual * float(last - first + 1), 1.0)
    ratio = len(rows) / more
    told = (
        f"In those days {seen:,} people saw the idea, {max(seen - more, 0):,.0f} of them as on days before."
    )
    if ratio >= _MARGINAL_HIGH:
        return Evidence("views", 1.5, f"{told} That is hardly more than these votes.")
    return (
        Evidence("views", -6.0, f"{told} So many more explain the votes.") if ratio <= _MARGINAL_LOW else None
    )


def brief_evidence(told: Told, rows: Integers) -> Evidence | None:
    """Say whether those who voted are accounts of one day, far more than elsewhere."""
    brief = int(told.is_brief[rows].sum())
    usual = float(told.is_brief.mean())
    strength = float(surprise(np.array([float(brief)]), np.array([usual * len(rows)]))[0])
    if brief < 0.6 * len(rows) or strength < 3:
        return None
    return Evidence(
        "brief",
        2.0,
        f"{brief:,} of {len(rows):,} accounts voted on one day only; of all votes {usual:.1%} are such.",
    )
