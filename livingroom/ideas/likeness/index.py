"""What the ideas of a board mean and say, kept in the process and brought up to date by what was taken in since."""

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import QuerySet
from django.utils import timezone
from numpy.typing import NDArray

from livingroom.ideas.likeness.meaning import Meaning
from livingroom.ideas.likeness.words import WordIndex, stems_of
from livingroom.ideas.models import Idea
from livingroom.measure.words.embedding import DIMENSIONS, packed
from livingroom.shared.folding import words_of

CHUNK = 8192
TEXT_COUNTS = 400  # letters of an idea's text that belong to what it is about; its title says the rest
# What another process wrote a moment ago may become visible after what it wrote later.
LOOK_BACK = timedelta(minutes=1)


class BoardIndex:
    """One row per idea and wording; a row whose idea was worded anew is dead."""

    def __init__(self, board: int, model: str) -> None:
        self.board, self.model = board, model
        self._lock = threading.Lock()
        self._rows = np.zeros((1024, DIMENSIONS), dtype=np.int8)
        self._sizes = np.ones(1024, dtype=np.float32)
        self._ids = np.zeros(1024, dtype=np.int64)
        self._titles: dict[str, list[int]] = {}
        self._words = WordIndex()
        self._known: dict[int, tuple[int, datetime | None]] = {}
        self._seen_at: datetime | None = None
        self._looked_at: datetime | None = None
        self._waiting_after = 0

    def refresh(self, now: datetime) -> None:
        """Read what was taken in since the last time, and what waits for it: that has words already."""
        with self._lock:
            rows = Idea.objects.filter(board=self.board)
            if self._seen_at is None:
                self._read(rows.exclude(vector_at=None))
            else:
                later = rows.filter(vector_at__gte=self._since()).values_list("pk", "vector_at")
                new = [pk for pk, at in later if self._known.get(pk, (0, None))[1] != at]
                for start in range(0, len(new), 500):
                    self._read(rows.filter(pk__in=new[start : start + 500]))
            self._read(rows.filter(vector_at=None, pk__gt=self._waiting_after))
            self._looked_at = now

    def _since(self) -> datetime:
        assert self._seen_at is not None
        is_settled = self._looked_at is not None and self._looked_at > self._seen_at + LOOK_BACK
        return self._seen_at if is_settled else self._seen_at - LOOK_BACK

    def _read(self, rows: QuerySet[Idea]) -> None:
        columns = ("pk", "title", "text", "vector", "vector_model", "vector_at")
        self._take(rows.order_by("pk").values_list(*columns).iterator(chunk_size=2000))

    def best(
        self, vector: NDArray[np.float32] | None, text: str, meaning: Meaning | None, at_most: int
    ) -> list[tuple[int, float]]:
        """The ideas that are most like it, the likest first, each with its score; the same title counts 1 more."""
        with self._lock:
            n = len(self._words)
            cosines = self._cosines(vector, n) if vector is not None else np.zeros(n, dtype=np.float32)
            weight = meaning.word_weight if meaning else 1.0
            scores = cosines + np.float32(weight) * self._words.scores(stems_of(text))
            scores[self._titles.get(title_key(text), [])] += 1.0
            alive = np.flatnonzero((self._ids[:n] > 0) & (scores > 0))
            if len(alive) > at_most:
                alive = alive[np.argpartition(-scores[alive], at_most)[:at_most]]
            order = alive[np.lexsort((self._ids[alive], -scores[alive]))]
            return list(zip(self._ids[order].tolist(), scores[order].tolist(), strict=True))

    def cosines_of(self, vector: NDArray[np.float32], ideas: Iterable[int]) -> dict[int, float]:
        """How near the meaning of some ideas is, by their number."""
        with self._lock:
            known = {idea: self._known[idea][0] for idea in ideas if idea in self._known}
            places = list(known.values())
            cosines = self._rows[places].astype(np.float32) @ vector / self._sizes[places]
            return dict(zip(known, cosines.tolist(), strict=True))

    def _cosines(self, vector: NDArray[np.float32], n: int) -> NDArray[np.float32]:
        found = np.zeros(n, dtype=np.float32)
        for start in range(
            0, n, CHUNK
        ):  # bytes need a quarter of the memory; they are widened piece by piece
            rows = self._rows[start : min(start + CHUNK, n)].astype(np.float32)
            found[start : start + len(rows)] = rows @ vector
        return found / self._sizes[:n]

    def _take(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for pk, title, text, vector, model, at in rows:
            if at is None:
                self._waiting_after = max(self._waiting_after, pk)
            else:
                self._seen_at = max(self._seen_at or at, at)
            before = self._known.get(pk)
            if before is not None:
                if before[1] == at or at is None:
                    continue
                self._ids[before[0]] = 0
            place = len(self._words)
            self._make_room(place)
            self._ids[place] = pk
            readable = vector is not None and model == self.model
            row = (
                np.frombuffer(bytes(vector), dtype=np.int8)
                if readable
                else np.zeros(DIMENSIONS, dtype=np.int8)
            )
            self._rows[place] = row
            # A wording that no model has read is no direction at all: it is like nothing.
            self._sizes[place] = max(float(np.linalg.norm(row.astype(np.float32))), 1e-9)
            self._words.add([stems_of(f"{title} {text[:TEXT_COUNTS]}")])
            self._titles.setdefault(title_key(title), []).append(place)
            self._known[pk] = (place, at)

    def _make_room(self, place: int) -> None:
        if place >= len(self._ids):
            more = len(self._ids) // 2
            self._rows = np.concatenate([self._rows, np.zeros((more, DIMENSIONS), dtype=np.int8)])
            self._ids = np.concatenate([self._ids, np.zeros(more, dtype=np.int64)])
            self._sizes = np.concatenate([self._sizes, np.ones(more, dtype=np.float32)])


_boards: dict[tuple[int, str], BoardIndex] = {}


def index_of(board: int, model: str) -> BoardIndex:
    """The index of a board, up to date."""
    index = _boards.setdefault((board, model), BoardIndex(board, model))
    index.refresh(timezone.now())
    return index


def forget_all() -> None:
    """Begin anew, as another process would."""
    _boards.clear()


def vectors_of(pairs: list[tuple[str, str]], meaning: Meaning) -> NDArray[np.int8]:
    """Titles and texts as they are kept; a text and its title have equal say."""
    titles = meaning.vectors([title for title, _ in pairs])
    with_text = [place for place, (_, text) in enumerate(pairs) if text.strip()]
    if with_text:
        longer = [f"{pairs[place][0]}. {pairs[place][1][:TEXT_COUNTS]}" for place in with_text]
        titles[with_text] += meaning.vectors(longer)
    return packed(titles)


def title_key(title: str) -> str:
    return " ".join(words_of(title))
