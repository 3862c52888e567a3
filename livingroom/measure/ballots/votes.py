"""Votes as plain columns, and what is told of the people who cast them."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
YOUNG = 30 * DAY


@dataclass(frozen=True)
class Votes:
    """Votes, one a row, in any order.

    Parameters
    ----------
    idea, member : (n,) int
    at : (n,) int
        When it was cast, microseconds UTC.
    joined_at : (n,) int
        When the member's account was made, microseconds UTC.
    network, agent : (n,) int
        Hashes of the network (an address cut to /24 or /48) and of the browser; 0 where it is not known.

    Raises
    ------
    ValueError
        If columns differ in length.
    """

    idea: Integers
    member: Integers
    at: Integers
    joined_at: Integers
    network: Integers
    agent: Integers

    def __post_init__(self) -> None:
        if len({len(column) for column in self.columns()}) > 1:
            raise ValueError("Columns of votes are of one length.")

    def __len__(self) -> int:
        return len(self.idea)

    def columns(self) -> tuple[Integers, ...]:
        return tuple(getattr(self, column.name) for column in fields(self))

    def take(self, chosen: Flags | Integers) -> "Votes":
        """Return some of them."""
        return Votes(*(column[chosen] for column in self.columns()))

    @staticmethod
    def together(*parts: "Votes") -> "Votes":
        """Return all of them as one."""
        return Votes(
            *(np.concatenate(columns) for columns in zip(*(p.columns() for p in parts), strict=True))
        )


@dataclass(frozen=True)
class Views:
    """How often ideas were seen, by day.

    Parameters
    ----------
    idea : (m,) int
    day : (m,) int
        Days since 1970, UTC.
    n : (m,) int
        People who saw it that day.
    """

    idea: Integers
    day: Integers
    n: Integers


@dataclass(frozen=True)
class Told:
    """What the votes tell of whoever cast each of them; every array is as long as the votes.

    Parameters
    ----------
    idea, member : (n,) int
        Numbered from 0, without gaps.
    day : (n,) int
        Days since 1970.
    age : (n,) int
        Of the account at the vote, microseconds.
    n_cast : (n,) int
        Votes of this member in all.
    is_brief : (n,) bool
        All of the member's votes lie within 24 hours, and the account is younger than the votes that are known.
    is_first_day : (n,) bool
        Cast within 24 hours of the member's first.
    is_young_idea : (n,) bool
        Cast within two months of the idea's first vote, and that vote is known: not on what was there when the window began.
    key : (n,) int
        Network and agent together, numbered from 0; −1 where the network is not known.
    ideas : (i,) int
        The ideas' own numbers.
    """

    idea: Integers
    member: Integers
    day: Integers
    age: Integers
    n_cast: Integers
    is_brief: Flags
    is_first_day: Flags
    is_young_idea: Flags
    key: Integers
    ideas: Integers

    @property
    def n_ideas(self) -> int:
        return len(self.ideas)


def tell(votes: Votes, since: int) -> Told:
    """Return what the votes tell of their members.

    Parameters
    ----------
    votes : Votes
    since : int
        From when on votes are known, microseconds UTC. An older account may have voted before, so it is never called brief.
    """
    ideas, idea = np.unique(votes.idea, return_inverse=True)
    _, member = np.unique(votes.member, return_inverse=True)
    n_cast = np.bincount(member)
    first = np.full(len(n_cast), np.iinfo(np.int64).max)
    last = np.full(len(n_cast), np.iinfo(np.int64).min)
    np.minimum.at(first, member, votes.at)
    np.maximum.at(last, member, votes.at)
    opened = np.full(len(ideas), np.iinfo(np.int64).max)
    np.minimum.at(opened, idea, votes.at)
    is_brief = (last - first < DAY)[member] & (votes.joined_at >= since)
    return Told(
        idea,
        member,
        votes.at // DAY,
        np.maximum(votes.at - votes.joined_at, 0),
        n_cast[member],
        is_brief,
        votes.at - first[member] < DAY,
        (votes.at - opened[idea] < 2 * YOUNG) & (opened[idea] >= since + YOUNG // 2),
        _keys(votes),
        ideas,
    )


def _keys(votes: Votes) -> Integers:
    # Two hashes mixed into one number: a chance meeting of two keys is one in 2^64.
    mixed = votes.network.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) ^ votes.agent.astype(np.uint64)
    _, key = np.unique(mixed, return_inverse=True)
    return np.where(votes.network == 0, -1, key).astype(np.int64)
