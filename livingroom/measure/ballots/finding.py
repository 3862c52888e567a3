"""Groups of votes that look as if they were cast together: which are held, and which a person should only look at."""

from dataclasses import dataclass

import numpy as np

from livingroom.measure.ballots.alike import alike
from livingroom.measure.ballots.crowds import crowds
from livingroom.measure.ballots.judging import (
    HOLD_FROM,
    Evidence,
    Group,
    brief_evidence,
    burst_evidence,
    share_evidence,
    views_evidence,
)
from livingroom.measure.ballots.newcomers import Newcomers, newcomers
from livingroom.measure.ballots.surplus import ByDay
from livingroom.measure.ballots.votes import Flags, Integers, Told, Views, Votes, tell

_MOST_POINTS = 4.0
_MOST_LOOKS = 4


@dataclass(frozen=True)
class Found:
    """What was found among votes.

    Parameters
    ----------
    groups : tuple of Group
        The highest score first.
    is_held : (n,) bool
        Votes that should not count until a person has looked.
    """

    groups: tuple[Group, ...]
    is_held: Flags


def find_groups(votes: Votes, *, views: Views | None = None, since: int | None = None) -> Found:
    """Find votes that look as if they were cast together.

    Parameters
    ----------
    votes : Votes
        Verified votes of a window: all of them, for a group is told from others by what is usual.
    views : Views, optional
        How often ideas were seen by day; they explain a burst of new people whom somebody sent.
    since : int, optional
        From when on votes are known, microseconds UTC; by default the first of them. Older accounts are not called thin.

    Returns
    -------
    Found
        A network alone never holds a vote.

    Source
    ------
    docs/methods/ballots.md
    """
    if len(votes) == 0:
        return Found((), np.zeros(0, dtype=bool))
    told = tell(votes, int(votes.at.min()) if since is None else since)
    groups = _merged(
        votes, told, [*_of_newcomers(votes, told, views), *_of_crowds(votes, told), *_of_ballots(votes, told)]
    )
    is_held = np.zeros(len(votes), dtype=bool)
    for group in groups:
        if group.is_held:
            is_held[group.rows] = True
    return Found(tuple(sorted(groups, key=lambda group: -group.score)), is_held)


def _of_newcomers(votes: Votes, told: Told, views: Views | None) -> list[Group]:
    """Judge surpluses, and look again without what is held: a great ring hides a small one."""
    by_day = ByDay(told.idea, told.day, told.n_ideas)
    is_taken = np.zeros(len(votes), dtype=bool)
    held: list[Group] = []
    for _ in range(_MOST_LOOKS):
        surpluses = sorted(newcomers(told, by_day, is_taken), key=lambda one: -one.surprise)
        groups = _judged(votes, told, views, surpluses, is_taken)
        new = [group for group in groups if group.is_held]
        held += new
        if not new:
            break
    return [*held, *(group for group in groups if not group.is_held)]


def _judged(
    votes: Votes, told: Told, views: Views | None, surpluses: list[Newcomers], is_taken: Flags
) -> list[Group]:
    """Judge the greatest first: what its accounts cast elsewhere makes no surplus there. Marks what is held as taken."""
    groups = []
    for surplus in surpluses:
        found = surplus.without(is_taken)
        if found is None:
            continue
        own = int(told.ideas[found.idea])
        sentence = f"{found.n:,} {found.about}; {found.expected:,.1f} would be usual."
        evidence = [
            Evidence("newcomers", min(found.surprise / 2, _MOST_POINTS), sentence),
            share_evidence(told, found.rows),
            burst_evidence(votes, told, found.idea, found.rows),
            views_evidence(votes, own, found.rows, views),
        ]
        groups.append(_group(votes, own, found.rows, evidence))
        if groups[-1].is_held:
            is_taken[_with_their_others(told, found.rows)] = True
    return groups


def _of_crowds(votes: Votes, told: Told) -> list[Group]:
    by_idea: dict[int, list[Integers]] = {}
    usual: dict[int, float] = {}
    for crowd in crowds(told):
        by_idea.setdefault(crowd.idea, []).append(crowd.rows)
        usual[crowd.idea] = usual.get(crowd.idea, 0.0) + crowd.expected
    groups = []
    for idea, parts in by_idea.items():
        rows = np.concatenate(parts)
        places = "one network and browser" if len(parts) == 1 else f"{len(parts):,} networks and browsers"
        sentence = f"{len(rows):,} votes from {places}; {usual[idea]:,.1f} would be usual."
        evidence = [
            Evidence("network", 1.5, sentence),
            brief_evidence(told, rows),
            burst_evidence(votes, told, idea, rows),
        ]
        groups.append(_group(votes, int(told.ideas[idea]), rows, evidence))
    return groups


def _of_ballots(votes: Votes, told: Told) -> list[Group]:
    groups = []
    n_idea = np.bincount(told.idea)
    for members in alike(told):
        of_members = np.flatnonzero(np.isin(told.member, members))
        cast = np.bincount(told.idea[of_members], minlength=told.n_ideas)
        # The idea that they stand for most: theirs, and few others'.
        common = np.where(cast >= 0.8 * len(members), cast / n_idea, 0.0)
        idea = int(common.argmax())
        rows = of_members[told.idea[of_members] == idea]
        sentence = f"{len(members):,} members cast nearly equal ballots."
        evidence = [
            Evidence("ballots", 2.0, sentence),
            brief_evidence(told, rows),
            share_evidence(told, rows),
        ]
        groups.append(_group(votes, int(told.ideas[idea]), rows, evidence))
    return groups


def _group(votes: Votes, idea: int, rows: Integers, evidence: list[Evidence | None]) -> Group:
    known = tuple(one for one in evidence if one is not None)
    score = sum(one.points for one in known)
    # A network and a burst say where and when; without anything on who they are, people of one house look just like that.
    is_about_people = any(one.kind in ("newcomers", "ballots", "brief") and one.points > 0 for one in known)
    is_held = is_about_people and score >= HOLD_FROM
    return Group(idea, rows, np.unique(votes.member[rows]), score, known, is_held)


def _merged(votes: Votes, told: Told, groups: list[Group]) -> list[Group]:
    """Make one group of those on one idea that are held, and one of the others; who did nothing else is held altogether."""
    by_idea: dict[tuple[int, bool], list[Group]] = {}
    for group in groups:
        by_idea.setdefault((group.idea, group.is_held), []).append(group)
    merged = []
    for (idea, is_held), parts in by_idea.items():
        rows = np.unique(np.concatenate([part.rows for part in parts]))
        if is_held:
            rows = _with_their_others(told, rows)
        best = max(parts, key=lambda part: part.score)
        kinds = {one.kind for one in best.evidence}
        others = [one for part in parts if part is not best for one in part.evidence if one.kind not in kinds]
        evidence = (*best.evidence, *{one.kind: one for one in others}.values())
        merged.append(Group(idea, rows, np.unique(votes.member[rows]), best.score, evidence, is_held))
    return merged


def _with_their_others(told: Told, rows: Integers) -> Integers:
    """Add what accounts that voted on one day only cast on other ideas."""
    thin = np.zeros(int(told.member.max()) + 1, dtype=bool)
    thin[told.member[rows[told.is_brief[rows]]]] = True
    return np.union1d(rows, np.flatnonzero(thin[told.member]))
