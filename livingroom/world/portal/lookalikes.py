"""Honest people who look like cheats: a big blog's readers, an office, a school class, a club, a link that keeps giving."""

from dataclasses import dataclass

import numpy as np

from livingroom.measure.ballots.votes import Votes
from livingroom.world.portal.plan import DAY, HOUR, START, Flags, History, Integers

FIRST_MEMBER = 1_000_000  # numbers of people who are not among the portal's members
LOOKS_AROUND = 0.35  # of those who come by a link and vote


@dataclass(frozen=True)
class Extra:
    """Votes that came on top, and the views that came with them.

    Parameters
    ----------
    name : str
    votes : Votes
    views : (i, d) int
    """

    name: str
    votes: Votes
    views: Integers


def look_alikes(history: History, seed: int) -> list[Extra]:
    """Return every look-alike once, each on ideas of its own."""
    rng = np.random.default_rng([seed, 10])
    days = history.plan.n_days
    return [
        blog(history, rng, FIRST_MEMBER, day=int(days * 0.45)),
        link(history, rng, FIRST_MEMBER + 5_000, day=int(days * 0.55)),
        office(history, rng, day=int(days * 0.6)),
        school(history, rng, FIRST_MEMBER + 10_000, day=int(days * 0.7)),
        club(history, rng, day=int(days * 0.5)),
    ]


def blog(history: History, rng: np.random.Generator, first: int, day: int, n_readers: int = 1200) -> Extra:
    """A big blog links to one idea: twelve hundred readers in two days, most of whom never come back."""
    idea = _liked_idea(history, day)
    at = START + day * DAY + 9 * HOUR + (rng.exponential(10 * HOUR, n_readers)).astype(np.int64)
    return _visitors("a blog’s readers", history, rng, first, idea, at, liking=0.25)


def link(history: History, rng: np.random.Generator, first: int, day: int) -> Extra:
    """A page of help links to one idea: ten readers a day for forty days."""
    idea = _liked_idea(history, day)
    at = START + day * DAY + np.sort(rng.uniform(0, 40 * DAY, 400)).astype(np.int64)
    return _visitors("a link that keeps giving", history, rng, first, idea, at, liking=0.25)


def school(history: History, rng: np.random.Generator, first: int, day: int, n: int = 28) -> Extra:
    """A class signs up in one lesson, behind one address, on equal machines, and votes for what it likes on the page."""
    at = START + day * DAY + 10 * HOUR + rng.integers(0, HOUR, n)
    member = first + np.arange(n)
    network, agent = np.full(n, 77), np.full(n, 3)
    looked = _look_around(history, rng, member, at, network, agent, np.ones(n, dtype=bool))
    return Extra("a school class", looked.votes, looked.views)


def office(history: History, rng: np.random.Generator, day: int) -> Extra:
    """A colleague's idea goes round: a third of the largest office votes for it in one afternoon, members of long standing."""
    inside = np.flatnonzero(history.office == 0)
    inside = inside[np.isin(inside, history.votes.member[history.votes.at < START + day * DAY])]
    chosen = rng.choice(inside, max(len(inside) // 3, 1), replace=False)
    idea = _liked_idea(history, day)
    at = START + day * DAY + 13 * HOUR + rng.integers(0, 4 * HOUR, len(chosen))
    return _members("an office", history, chosen, np.full(len(chosen), idea), at)


def club(history: History, rng: np.random.Generator, day: int, n: int = 40) -> Extra:
    """Members who like the same: each votes for four in five of twelve ideas of their field within three weeks."""
    known = np.unique(history.votes.member[history.votes.at < START + day * DAY])
    people = rng.choice(known, min(n, len(known)), replace=False)
    last = max(int(np.searchsorted(history.published_at, START + day * DAY)), 13)
    field = rng.choice(np.arange(max(last - 200, 0), last), min(12, last), replace=False)
    who, idea = (grid.ravel() for grid in np.meshgrid(people, field))
    votes = rng.random(len(who)) < 0.8
    evening = {person: rng.uniform(0, 21 * DAY) for person in people.tolist()}
    start = np.array([evening[person] for person in who.tolist()])
    at = (START + day * DAY + start + rng.uniform(0, HOUR, len(who))).astype(np.int64)
    return _members("a club", history, who[votes], idea[votes], at[votes])


def _liked_idea(history: History, day: int) -> int:
    """An idea of the week before that is neither the best nor bad."""
    last = int(np.searchsorted(history.published_at, START + day * DAY))
    week = np.arange(max(last - 70, 0), last)
    return int(week[np.argsort(-history.appeal[week])[len(week) // 4]])


def _visitors(
    name: str,
    history: History,
    rng: np.random.Generator,
    first: int,
    idea: int,
    at: Integers,
    liking: float,
) -> Extra:
    """People from outside see one idea; some of those who like it make an account and vote, and some of these look around."""
    at = at[at < history.plan.end - DAY]
    views = np.zeros_like(history.views)
    np.add.at(views, (np.full(len(at), idea), (at - START) // DAY), 1)
    at = at[rng.random(len(at)) < liking]
    n = len(at)
    member = first + np.arange(n)
    network = rng.integers(100_000, 160_000, n)
    popularity = 1 / np.arange(1, 61)
    agent = rng.choice(60, n, p=popularity / popularity.sum())
    joined = at - rng.exponential(5 * 60_000_000, n).astype(np.int64)
    own = Votes(np.full(n, idea), member, at, joined, network, agent)
    looked = _look_around(history, rng, member, at, network, agent, rng.random(n) < LOOKS_AROUND, joined)
    return Extra(name, Votes.together(own, looked.votes), views + looked.views)


def _look_around(
    history: History,
    rng: np.random.Generator,
    member: Integers,
    at: Integers,
    network: Integers,
    agent: Integers,
    looks: Flags,
    joined: Integers | None = None,
) -> Extra:
    """Let people read the page of that day and vote for what they like."""
    day = (at - START) // DAY
    pages = history.front[np.maximum(day - 1, 0)]
    depth = rng.geometric(1 - history.plan.reads_on, len(member))
    seen = (np.arange(pages.shape[1]) < depth[:, None]) & looks[:, None] & (pages >= 0)
    visit, place = np.nonzero(seen)
    idea = pages[visit, place]
    views = np.zeros_like(history.views)
    np.add.at(views, (idea, day[visit]), 1)
    likes: Flags = rng.random(len(idea)) < history.appeal[idea]
    visit, idea = visit[likes], idea[likes]
    later = at[visit] + 60_000_000 * (1 + rng.integers(0, 15, len(visit)))
    since = at - 120_000_000 if joined is None else joined
    votes = Votes(idea, member[visit], later, since[visit], network[visit], agent[visit])
    return Extra("", _once(votes), views)


def _members(name: str, history: History, who: Integers, idea: Integers, at: Integers) -> Extra:
    """Votes of people who are members already, where they have not voted yet."""
    votes = history.votes
    n_ideas = history.plan.n_ideas
    is_new = ~np.isin(who * n_ideas + idea, votes.member * n_ideas + votes.idea)
    who, idea, at = who[is_new], idea[is_new], at[is_new]
    people, first = np.unique(votes.member, return_index=True)
    known = np.isin(who, people)
    who, idea, at = who[known], idea[known], at[known]
    row = first[np.searchsorted(people, who)]
    joined = np.minimum(votes.joined_at[row], at - HOUR)
    views = np.zeros_like(history.views)
    np.add.at(views, (idea, np.minimum((at - START) // DAY, history.plan.n_days - 1)), 1)
    return Extra(name, Votes(idea, who, at, joined, votes.network[row], votes.agent[row]), views)


def _once(votes: Votes) -> Votes:
    _, first = np.unique(votes.member * 10_000_000 + votes.idea, return_index=True)
    return votes.take(first)
