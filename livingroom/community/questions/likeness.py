"""Questions that mean the same: by sentence vectors in one matrix product, and by words where the model cannot read.

With the multilingual model (an extra) a question finds its like in any language. The house's own model reads English: a
question in another language is looked for among those of its language, by the words both have and then by the vectors.
"""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Count, Max
from numpy.typing import NDArray

from livingroom.branches.questions.matching import nearest
from livingroom.community.questions.models import Question
from livingroom.community.words import WORDS
from livingroom.ideas.likeness.meaning import Meaning, open_meaning

if TYPE_CHECKING:
    from livingroom.measure.words.language import Languages

HOUSE_MODEL = "MiniLM int8"  # what rows say that the house's own model read
READ_BY_HOUSE_MODEL = "en"
SHOWN = 5
# Under this nothing in common is meant; the order decides, the line only keeps a nearly empty list from showing anything.
LEAST = 0.25
# In a language the model cannot read, vectors alone prove nothing below this.
LEAST_UNREAD = 0.6
READ_AGAIN_AT_ONCE = 100
MOST_BY_WORDS = 5_000  # the newest: words are compared one title at a time


@dataclass(frozen=True)
class Index:
    """The vectors of the public questions, as they were."""

    state: tuple[str, int, int]
    ids: NDArray[np.int64]
    languages: NDArray[np.str_]
    vectors: NDArray[np.float32]


_lock = threading.Lock()
_kept: Index | None = None


def note_meanings(questions: Sequence[Question]) -> None:
    """Keep what questions mean; without a model nothing is kept."""
    from livingroom.measure.words.embedding import packed

    meaning = open_meaning()
    if meaning is None or not questions:
        return
    rows = packed(meaning.vectors([meant(row) for row in questions]))
    for question, row in zip(questions, rows, strict=True):
        question.vector, question.vector_model = row.tobytes(), _name_of(meaning)
    Question.objects.bulk_update(questions, ["vector", "vector_model"], batch_size=200)


def read_again(at_most: int = READ_AGAIN_AT_ONCE) -> int:
    """Read with today's model what another one read, some at a time. Returns how many."""
    meaning = open_meaning()
    if meaning is None:
        return 0
    rows = list(Question.objects.public().exclude(vector_model=_name_of(meaning)).order_by("-pk")[:at_most])
    note_meanings(rows)
    return len(rows)


def meant(question: Question) -> str:
    """What counts as its meaning: the title, and the first words below it."""
    return f"{question.title}\n{question.text[:300]}".strip()


def nearest_questions(
    text: str, n: int = SHOWN, *, solved: bool = False, languages: Collection[str] = ()
) -> list[tuple[Question, float]]:
    """Return public questions that mean nearly the same, the nearest first, each with how near (0 to 1).

    `languages` are those the asker reads, where that is known; else the text's own is guessed.
    """
    if not text.strip():
        return []
    index, meaning = _index(), open_meaning()
    if meaning is None or not index.ids.size:
        return _by_words(text, n, solved=solved)
    shares = _shares(meaning, index.vectors @ meaning.vectors([text])[0])
    if _is_multilingual(meaning):
        return _best(index, shares, n, solved=solved)
    read = set(languages) or _language_of(text)
    if not read or READ_BY_HOUSE_MODEL in read:
        return _best(index, shares, n, solved=solved)
    return _best_unread(text, index, shares, n, read, solved=solved)


def _best(index: Index, shares: NDArray[np.float32], n: int, *, solved: bool) -> list[tuple[Question, float]]:
    best = np.argsort(-shares, kind="stable")[: n * 4]
    rows = _rows([int(index.ids[place]) for place in best], solved=solved)
    found = [
        (rows[number], float(shares[place])) for place in best if (number := int(index.ids[place])) in rows
    ]
    return [(row, share) for row, share in found if share >= LEAST][:n]


def _best_unread(
    text: str, index: Index, shares: NDArray[np.float32], n: int, languages: Collection[str], *, solved: bool
) -> list[tuple[Question, float]]:
    """Of the asker's languages: what shares words with the text, helped by the vectors, and what is very like it."""
    near = {
        int(index.ids[place]): float(shares[place])
        for place in np.flatnonzero(np.isin(index.languages, list(languages)))
    }
    spoken = Question.objects.solved() if solved else Question.objects.public()
    known = list(
        spoken.filter(language__in=list(languages)).order_by("-pk").values_list("pk", "title")[:MOST_BY_WORDS]
    )
    words = {known[one.place][0]: one.score for one in nearest(text, [title for _, title in known], n * 4)}
    alike = sorted(
        (number for number in near if near[number] >= LEAST_UNREAD), key=lambda number: -near[number]
    )
    rows = _rows([*words, *alike[: n * 4]], solved=solved)
    scored = [
        (row, max(words.get(number, 0.0), share if (share := near.get(number, 0.0)) >= LEAST_UNREAD else 0.0))
        for number, row in rows.items()
    ]
    scored.sort(key=lambda pair: -(words.get(pair[0].pk, 0.0) + near.get(pair[0].pk, 0.0) / 2))
    return [(row, share) for row, share in scored if share >= LEAST][:n]


def _shares(meaning: Meaning, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    """The cosines on one scale: what a pair worth a look, and the same matter, reach with the house's own model."""
    slope = (0.7 - 0.4) / (meaning.same_from - meaning.pair_from)
    found: NDArray[np.float32] = np.clip(0.4 + (cosines - meaning.pair_from) * slope, 0.0, 1.0).astype(
        np.float32
    )
    return found


def _is_multilingual(meaning: Meaning) -> bool:
    return meaning.name.startswith("multilingual")


def _name_of(meaning: Meaning) -> str:
    return meaning.name[:40] if _is_multilingual(meaning) else HOUSE_MODEL


def _language_of(text: str) -> set[str]:
    """The language it is written in; nothing where that is unsure."""
    guess = _languages().guess(text)
    return set() if guess.unsure else {guess.value}


@lru_cache(maxsize=1)
def _languages() -> "Languages":
    from livingroom.measure.words.language import Languages

    return Languages(tuple(WORDS))


def _rows(numbers: Sequence[int], *, solved: bool) -> dict[int, Question]:
    rows = Question.objects.solved() if solved else Question.objects.public()
    return rows.filter(pk__in=numbers).select_related("member", "accepted").in_bulk()


def _index() -> Index:
    global _kept
    from livingroom.measure.words.embedding import DIMENSIONS, unpacked

    meaning = open_meaning()
    model = _name_of(meaning) if meaning else ""
    public = Question.objects.public().filter(vector_model=model).exclude(vector=None)
    told = public.aggregate(n=Count("pk"), last=Max("pk"))
    state = (model, told["n"], told["last"] or 0)
    with _lock:
        if _kept is None or _kept.state != state:
            rows = list(public.order_by("pk").values_list("pk", "vector", "language"))
            packed = np.frombuffer(b"".join(bytes(row[1] or b"") for row in rows), dtype=np.int8)
            ids = np.array([row[0] for row in rows], dtype=np.int64)
            languages = np.array([row[2][:2] for row in rows], dtype=np.str_)
            _kept = Index(state, ids, languages, unpacked(packed.reshape(-1, DIMENSIONS)))
        return _kept


def _by_words(text: str, n: int, *, solved: bool) -> list[tuple[Question, float]]:
    rows = Question.objects.solved() if solved else Question.objects.public()
    known = list(rows.order_by("-pk").values_list("pk", "title")[:MOST_BY_WORDS])
    found = nearest(text, [title for _, title in known], n)
    by_number = _rows([known[near.place][0] for near in found], solved=solved)
    return [
        (by_number[number], near.score) for near in found if (number := known[near.place][0]) in by_number
    ]
