"""Pairs of ideas that may be one, the likest first, for a person to decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livingroom.ideas.likeness.index import title_key
from livingroom.ideas.likeness.meaning import open_meaning
from livingroom.ideas.models import Board, Idea, NotTheSame
from livingroom.measure.words.embedding import unpacked

NEWEST = 500  # each of these is held against all
SHOWN = 25


@dataclass(frozen=True)
class Pair:
    """Two ideas, the one with more votes first: it would be kept."""

    kept: Idea
    other: Idea
    likeness: float
    is_same_title: bool


def likely_pairs(board: Board, at_most: int = SHOWN) -> list[Pair]:
    """Public ideas that mean nearly the same, without those that somebody told apart. Their votes decide which is kept."""
    columns = ("pk", "title", "vector", "vector_model")
    rows = list(Idea.objects.public().filter(board=board).order_by("-pk").values_list(*columns))
    found = _by_title(rows) | _by_meaning(rows, at_most * 4)
    apart = set(NotTheSame.objects.filter(one__board=board).values_list("one", "other"))
    best = sorted(((score, pair) for pair, score in found.items() if pair not in apart), reverse=True)[
        :at_most
    ]
    ideas = (
        Idea.objects.defer("vector")
        .select_related("board", "category", "member")
        .in_bulk({pk for _, pair in best for pk in pair})
    )
    return [_pair(ideas[one], ideas[other], score) for score, (one, other) in best]


def _by_title(rows: Sequence[tuple[Any, ...]]) -> dict[tuple[int, int], float]:
    first: dict[str, int] = {}
    found = {}
    for pk, title, _, _ in sorted(rows):
        key = title_key(title)
        if key and key in first:
            found[first[key], pk] = 1.0
        first.setdefault(key, pk)
    return found


def _by_meaning(rows: Sequence[tuple[Any, ...]], at_most: int) -> dict[tuple[int, int], float]:
    meaning = open_meaning()
    known = [row for row in rows if meaning and row[2] is not None and row[3] == meaning.name]
    if meaning is None or len(known) < 2:
        return {}
    numbers = np.array([row[0] for row in known])
    vectors = unpacked(
        np.frombuffer(b"".join(bytes(row[2]) for row in known), dtype=np.int8).reshape(len(known), -1)
    )
    likeness: NDArray[np.float32] = vectors[:NEWEST] @ vectors.T
    likeness[np.arange(len(vectors))[None, :] <= np.arange(len(likeness))[:, None]] = -1  # each pair once
    near = np.argwhere(likeness >= meaning.pair_from)
    order = np.argsort(-likeness[near[:, 0], near[:, 1]], kind="stable")[:at_most]
    return {
        (int(numbers[old]), int(numbers[new])): float(likeness[new, old]) for new, old in near[order].tolist()
    }


def _pair(one: Idea, other: Idea, score: float) -> Pair:
    kept, left = (one, other) if one.n_for >= other.n_for else (other, one)
    return Pair(kept, left, score, title_key(one.title) == title_key(other.title))
