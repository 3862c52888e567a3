"""A board's votes of the last months as plain columns for `measure.ballots`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

import numpy as np
from numpy.typing import NDArray

from livingroom.ideas.counting import microseconds
from livingroom.ideas.models import Board, Vote, VoteReview
from livingroom.measure.ballots import Votes

WINDOW = timedelta(days=180)


@dataclass(frozen=True)
class Gathered:
    """Votes with their numbers, and from when on all are known.

    An idea's votes for and against are kept apart: its number is twice the idea's, and one more for those against.
    """

    votes: Votes
    numbers: NDArray[np.int64]
    since: int


def gather(board: Board, now: datetime) -> Gathered:
    """Everything that stands or was removed; what a person found honest is not asked about again."""
    since = now - WINDOW
    rows = (
        Vote.objects.filter(root__board=board, at__gte=since, at__lte=now, stands=True)
        .exclude(review__state=VoteReview.State.HONEST)
        .order_by("pk")
        .values_list("pk", "root", "sign", "member", "at", "member__joined_at", "network", "agent")
    )
    found = list(rows.iterator(chunk_size=10_000))
    if not found:
        return Gathered(Votes(*(_column([]) for _ in range(6))), _column([]), microseconds(since))
    number, root, sign, member, at, joined, network, agent = zip(*found, strict=True)
    votes = Votes(
        _column(root) * 2 + (_column(sign) < 0),
        _column(member),
        _column([microseconds(one) for one in at]),
        _column([microseconds(one) for one in joined]),
        _hashes(network),
        _hashes(agent),
    )
    return Gathered(votes, _column(number), _known_since(board, since))


def _known_since(board: Board, since: datetime) -> int:
    """A board younger than the window is known from its beginning: all votes of its oldest members are there."""
    return 0 if board.made_at >= since else microseconds(since)


def _hashes(names: Sequence[str]) -> NDArray[np.int64]:
    numbers, free = {"": 0}, count(1)
    return _column(
        [numbers[name] if name in numbers else numbers.setdefault(name, next(free)) for name in names]
    )


def _column(values: Sequence[int]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)
