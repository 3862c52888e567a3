"""What a portal shows, what a ring moved in it, and how well the best ideas are found: the truth beside what is seen."""

from dataclasses import dataclass

import numpy as np

from livingroom.measure.ballots import Found, Views, Votes, find_groups
from livingroom.measure.ranking import (
    HALF_LIFE,
    RECENT_DAYS,
    by_score,
    management_list,
    now_score,
    popular_keys,
)
from livingroom.world.portal.lookalikes import Extra
from livingroom.world.portal.plan import DAY, HOUR, START, Flags, History, Integers

N_TRUE = 50
N_SHOWN = 100  # places that are compared: five pages
WINDOW = 180 * DAY


@dataclass(frozen=True)
class Scene:
    """Everything that was cast and seen, honest and not.

    Parameters
    ----------
    history : History
        With the look-alikes in it.
    votes : Votes
    is_honest : (n,) bool
    views : (i, d) int
    parts : dict of str to (n,) bool
        Which votes are of which look-alike, and of the ring.
    """

    history: History
    votes: Votes
    is_honest: Flags
    views: Integers
    parts: dict[str, Flags]


@dataclass(frozen=True)
class Fraud:
    """What a ring of accounts came to.

    Parameters
    ----------
    target : int
    moved : dict of str to int
        By rank, how many places the idea that moved most was moved.
    moved_unguarded : dict of str to int
        The same, were nothing held.
    n_cast : int
        Votes that the ring has cast on its target so far.
    found_share : float
        Share of the ring's votes that are held.
    honest_held_share : float
        Share of all honest votes that are held.
    honest_held : dict of str to float
        By look-alike, the share of its votes.
    """

    target: int
    moved: dict[str, int]
    moved_unguarded: dict[str, int]
    n_cast: int
    found_share: float
    honest_held_share: float
    honest_held: dict[str, float]


def scene(history: History, honest: list[Extra], ring: Extra | None = None) -> Scene:
    """Put look-alikes and a ring into a portal."""
    extras = [*honest, *([ring] if ring else [])]
    votes = Votes.together(history.votes, *(extra.votes for extra in extras))
    ends = np.cumsum([len(history.votes), *(len(extra.votes) for extra in extras)])
    place = np.arange(len(votes))
    parts = {
        extra.name: (place >= start) & (place < end)
        for extra, start, end in zip(extras, ends[:-1], ends[1:], strict=True)
    }
    is_honest = ~parts[ring.name] if ring else np.ones(len(votes), dtype=bool)
    views = history.views + sum((extra.views for extra in extras), np.zeros_like(history.views))
    return Scene(history, votes, is_honest, views, parts)


def look(shown: Scene, now: int, window: int = WINDOW) -> tuple[Flags, Found]:
    """Look for rings as the house does: at the votes of a window. Returns which of all votes are held, and what was found."""
    inside = np.flatnonzero((shown.votes.at < now) & (shown.votes.at >= now - window))
    day = np.arange(
        max((now - window - START) // DAY, 0), min(-(-(now - START) // DAY), shown.views.shape[1])
    )
    idea, place = np.nonzero(shown.views[:, day])
    views = Views(idea, day[place] + START // DAY, shown.views[idea, day[place]])
    since = now - window if now - window > START else START - 1000 * DAY
    found = find_groups(shown.votes.take(inside), views=views, since=since)
    is_held = np.zeros(len(shown.votes), dtype=bool)
    is_held[inside[found.is_held]] = True
    return is_held, found


def looked(shown: Scene, at: list[int]) -> list[Flags]:
    """Look again and again; what is held stays so, for nobody has looked at it yet."""
    held = np.zeros(len(shown.votes), dtype=bool)
    kept = []
    for now in at:
        held = held | look(shown, now)[0]
        kept.append(held)
    return kept


def ranks(shown: Scene, counts: Flags, now: int) -> dict[str, Integers]:
    """Return ideas in the order of each rank, from the votes that count at a moment."""
    history = shown.history
    n = int(np.searchsorted(history.published_at, now))
    is_past = (shown.votes.at < now) & (shown.votes.idea < n)
    # Whoever cast a vote that does not count is no witness for the exposures either.
    votes, own = shown.votes.take(counts & is_past), shown.votes.take(~counts & is_past)
    idea, published_at = np.arange(n), history.published_at[:n]
    recent = np.bincount(votes.idea[votes.at >= now - RECENT_DAYS * DAY], minlength=n)
    keys = np.zeros(n)
    voted, found = popular_keys(votes.idea, np.ones(len(votes)), votes.at, HALF_LIFE, START)
    keys[voted] = found
    last_day = min(int((now - START) // DAY), history.plan.n_days)
    cast = np.bincount(votes.idea, minlength=n)
    return {
        "now": by_score(now_score(recent, (now - published_at) / HOUR), published_at, idea),
        "popular": by_score(keys, published_at, idea),
        "per exposure": management_list(
            cast, shown.views[:n, :last_day].sum(axis=1) - np.bincount(own.idea, minlength=n)
        ),
    }


def fraud(
    history: History, honest: list[Extra], target: int, ring: Extra, at: list[int], n_shown: int = N_SHOWN
) -> list[Fraud]:
    """Compare the ranks shown with a ring in the portal to those without it, both after what is held is taken off.

    Parameters
    ----------
    at : list of int
        Moments at which the house looks, ascending; each gives one comparison.
    n_shown : int
        Places of each rank that are compared.
    """
    without, within = scene(history, honest), scene(history, honest, ring)
    held_without, held_within = looked(without, at), looked(within, at)
    return [
        _compared(without, within, (before, after), (target, ring.name), now, n_shown)
        for before, after, now in zip(held_without, held_within, at, strict=True)
    ]


def _compared(
    without: Scene, within: Scene, both: tuple[Flags, Flags], pushed: tuple[int, str], now: int, n_shown: int
) -> Fraud:
    (held_without, held), (target, name) = both, pushed
    before, after = ranks(without, ~held_without, now), ranks(within, ~held, now)
    open_to_all = ranks(within, np.ones(len(within.votes), dtype=bool), now)
    unheld = ranks(without, np.ones(len(without.votes), dtype=bool), now)
    is_past = within.votes.at < now
    parts = {part: flags & is_past for part, flags in within.parts.items() if (flags & is_past).any()}
    is_ring = parts.pop(name, np.zeros(len(is_past), dtype=bool))
    return Fraud(
        target,
        {rank: most_moved(before[rank], after[rank], n_shown) for rank in before},
        {rank: most_moved(unheld[rank], open_to_all[rank], n_shown) for rank in before},
        int((is_ring & (within.votes.idea == target)).sum()),
        float(held[is_ring].mean()) if is_ring.any() else 0.0,
        float(held[within.is_honest & is_past].mean()),
        {part: float(held[flags].mean()) for part, flags in parts.items()},
    )


def most_moved(before: Integers, after: Integers, n_shown: int) -> int:
    """Return by how many places the idea that moved most stands elsewhere, among the first places of either."""
    place_before, place_after = np.argsort(before), np.argsort(after)
    shown = np.union1d(before[:n_shown], after[:n_shown])
    return int(np.abs(place_before[shown] - place_after[shown]).max(initial=0))


def true_best_found(history: History, order: Integers) -> float:
    """Return which share of the truly best fifty stand among the first fifty of an order."""
    best = np.argsort(-history.appeal, kind="stable")[:N_TRUE]
    return float(np.isin(order[:N_TRUE], best).mean())


def finds(history: History) -> tuple[float, float]:
    """Return how many of the truly best are found by raw votes, and by votes per exposure."""
    cast = np.bincount(history.votes.idea, minlength=history.plan.n_ideas)
    raw = by_score(cast.astype(np.float64), history.published_at, np.arange(len(cast)))
    return true_best_found(history, raw), true_best_found(history, management_list(cast, history.people))
