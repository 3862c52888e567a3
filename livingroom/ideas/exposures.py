"""The ideas open to votes with their votes and how many people saw them, as columns: read in one go, without a row for each."""

from dataclasses import dataclass
from itertools import chain

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from livingroom.ideas.models import Board, Idea, VoteReview
from livingroom.measure.ranking import people_who_saw

Integers = NDArray[np.int64]
_SQL = """
SELECT id, n_for, n_shown, n_members_saw, n_member_looks
FROM {idea} WHERE board_id = %s AND standing = 'public' AND state IN ({states}) ORDER BY id
"""
# What was merged was seen under its own title before; whose votes are taken off is no witness for the showings either.
_MERGED_SQL = """
SELECT id, merged_into_id, n_shown, n_members_saw, n_member_looks
FROM {idea} WHERE board_id = %s AND standing = 'merged' ORDER BY id
"""
_OFF_SQL = """
SELECT vote.root_id, COUNT(*) FROM {vote} vote
JOIN {review} review ON review.id = vote.review_id JOIN {idea} idea ON idea.id = review.idea_id
WHERE idea.board_id = %s AND review.state <> 'honest' AND vote.stands AND vote.withheld_at IS NOT NULL AND vote.sign = 1
GROUP BY vote.root_id
"""


@dataclass(frozen=True)
class Exposures:
    """Of every idea open to votes: its number, its verified votes for, and how many different people saw it."""

    idea: Integers
    votes: Integers
    people: Integers


def exposures_of(board: Board) -> Exposures:
    tables = _tables()
    states = ", ".join(f"'{state.value}'" for state in Idea.VOTABLE)
    rows = _column(_SQL.format(states=states, **tables), board, 5)
    idea, votes, (shown, first, looks) = (
        rows[:, 0],
        rows[:, 1],
        (rows[:, place].copy() for place in (2, 3, 4)),
    )
    _add_merged(_column(_MERGED_SQL.format(**tables), board, 5), idea, (shown, first, looks))
    people = people_who_saw(shown - first, first, looks)
    off = _column(_OFF_SQL.format(**tables), board, 2)
    place, is_here = _places(idea, off[:, 0])
    people[place[is_here]] -= off[is_here, 1]
    return Exposures(idea, votes, np.maximum(np.rint(people).astype(np.int64), votes))


def _add_merged(merged: Integers, idea: Integers, columns: tuple[Integers, Integers, Integers]) -> None:
    """Showings of what was merged count for what it was merged into, through as many merges as there were."""
    if not len(merged):
        return
    into = dict(zip(merged[:, 0].tolist(), merged[:, 1].tolist(), strict=True))
    roots = merged[:, 1].copy()
    for row, root in enumerate(roots.tolist()):
        for _ in range(len(into)):  # merges of merges; never in a circle, and never longer than there are
            if root not in into:
                break
            root = into[root]
        roots[row] = root
    place, is_here = _places(idea, roots)
    for column, values in zip(columns, (merged[:, 2], merged[:, 3], merged[:, 4]), strict=True):
        np.add.at(column, place[is_here], values[is_here])


def _places(idea: Integers, wanted: Integers) -> tuple[Integers, NDArray[np.bool_]]:
    """Where the wanted numbers stand among the ideas, and which do at all."""
    place = np.minimum(np.searchsorted(idea, wanted), max(len(idea) - 1, 0))
    return place, idea[place] == wanted if len(idea) else np.zeros(len(wanted), dtype=bool)


def _column(sql: str, board: Board, width: int) -> Integers:
    with connection.cursor() as cursor:
        cursor.execute(sql, [board.pk])
        return np.fromiter(chain.from_iterable(cursor.fetchall()), dtype=np.int64).reshape(-1, width)


def _tables() -> dict[str, str]:
    from livingroom.ideas.models import Vote

    models = {"idea": Idea, "vote": Vote, "review": VoteReview}
    return {name: connection.ops.quote_name(model._meta.db_table) for name, model in models.items()}
