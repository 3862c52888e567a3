"""Questions that mean the same: by sentence vectors, in one matrix product; by words where no model is installed."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Count, Max
from numpy.typing import NDArray

from livingroom.branches.questions.matching import nearest
from livingroom.community.questions.models import Question

MODEL = "MiniLM int8"
SHOWN = 5
# Under this nothing in common is meant; the order decides, the line only keeps a nearly empty list from showing anything.
LEAST = 0.25


@dataclass(frozen=True)
class Index:
    """The vectors of the public questions, as they were."""

    state: tuple[int, int]
    ids: NDArray[np.int64]
    vectors: NDArray[np.float32]


_lock = threading.Lock()
_kept: Index | None = None


def note_meanings(questions: Sequence[Question]) -> None:
    """Keep what questions mean; without a model nothing is kept."""
    from livingroom.measure.words.embedding import open_embedder, packed

    embedder = open_embedder()
    if embedder is None or not questions:
        return
    rows = packed(embedder.vectors([meant(row) for row in questions]))
    for question, row in zip(questions, rows, strict=True):
        question.vector, question.vector_model = row.tobytes(), MODEL
    Question.objects.bulk_update(questions, ["vector", "vector_model"], batch_size=200)


def meant(question: Question) -> str:
    """What counts as its meaning: the title, and the first words below it."""
    return f"{question.title}\n{question.text[:300]}".strip()


def nearest_questions(text: str, n: int = SHOWN, *, solved: bool = False) -> list[tuple[Question, float]]:
    """Return public questions that mean nearly the same, the nearest first, each with how near (0 to 1)."""
    if not text.strip():
        return []
    from livingroom.measure.words.embedding import open_embedder

    index, embedder = _index(), open_embedder()
    if embedder is None or not index.ids.size:
        return _by_words(text, n, solved=solved)
    near = index.vectors @ embedder.vectors([text])[0]
    best = np.argsort(-near, kind="stable")[: n * 4]
    rows = _rows([int(index.ids[place]) for place in best], solved=solved)
    found = [
        (rows[number], float(near[place])) for place in best if (number := int(index.ids[place])) in rows
    ]
    return [(row, share) for row, share in found if share >= LEAST][:n]


def _rows(numbers: Sequence[int], *, solved: bool) -> dict[int, Question]:
    rows = Question.objects.solved() if solved else Question.objects.public()
    return rows.filter(pk__in=numbers).select_related("member", "accepted").in_bulk()


def _index() -> Index:
    global _kept
    from livingroom.measure.words.embedding import DIMENSIONS, unpacked

    public = Question.objects.public().filter(vector_model=MODEL)
    told = public.aggregate(n=Count("pk"), last=Max("pk"))
    state = (told["n"], told["last"] or 0)
    with _lock:
        if _kept is None or _kept.state != state:
            rows = list(public.order_by("pk").values_list("pk", "vector"))
            packed = np.frombuffer(b"".join(bytes(row[1] or b"") for row in rows), dtype=np.int8)
            ids = np.array([row[0] for row in rows], dtype=np.int64)
            _kept = Index(state, ids, unpacked(packed.reshape(-1, DIMENSIONS)))
        return _kept


def _by_words(text: str, n: int, *, solved: bool) -> list[tuple[Question, float]]:
    rows = Question.objects.solved() if solved else Question.objects.public()
    known = list(rows.order_by("-pk").values_list("pk", "title")[:5_000])
    found = nearest(text, [title for _, title in known], n)
    by_number = _rows([known[near.place][0] for near in found], solved=solved)
    return [
        (by_number[number], near.score) for near in found if (number := known[near.place][0]) in by_number
    ]
