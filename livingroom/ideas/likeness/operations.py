"""Taking in what ideas mean, finding the ones like a text, and noticing that a declined one comes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from livingroom.ideas.duty.noticing import note
from livingroom.ideas.likeness.index import BoardIndex, index_of, title_key, vectors_of
from livingroom.ideas.likeness.meaning import LONGEST, Meaning, open_meaning
from livingroom.ideas.models import Answer, Board, DutyNotice, Idea
from livingroom.measure.words.embedding import unpacked
from livingroom.people.policy import may
from livingroom.shared.events import record_event

Vector = NDArray[np.float32]
SHOWN = 5
SHORTEST = 3  # letters
BATCH = 64
BY_WORDS = "words"
RETURNS_AFTER = timedelta(days=30)
_LOOKED_AT = 40  # of the likest, rows are read from the database; more only when too few of them may be shown
_OPEN_TO_ALL = (Idea.Standing.PUBLIC, Idea.Standing.ARCHIVED)


@dataclass(frozen=True)
class Similar:
    """An idea like what somebody writes. `via` is the one whose words were found, when it was merged into this."""

    idea: Idea
    score: float
    is_same_title: bool = False
    via: Idea | None = None
    declined_because: str = ""


def note_meaning(idea: Idea) -> None:
    """What an idea says is new: it is taken in by the next round, within seconds. Proposing never waits for the model."""
    Idea.objects.filter(pk=idea.pk).update(vector=None, vector_model="", vector_at=None)


def take_in_waiting(now: datetime, *, at_most: int = BATCH) -> int:
    """Read the words of ideas that wait for it; harmless to repeat. Returns how many."""
    meaning = open_meaning()
    rows = list(Idea.objects.filter(vector_at=None).order_by("pk")[:at_most])
    if not rows:
        return 0
    vectors = vectors_of([(row.title, row.text) for row in rows], meaning) if meaning else None
    for place, row in enumerate(rows):
        row.vector = vectors[place].tobytes() if vectors is not None else None
        row.vector_model = meaning.name if meaning else BY_WORDS
        row.vector_at = now
    with transaction.atomic():
        # Who was worded anew meanwhile has words that these vectors do not mean, and waits on.
        same = {(pk, title, text) for pk, title, text in _locked(rows)}
        rows = [row for row in rows if (row.pk, row.title, row.text) in same]
        Idea.objects.bulk_update(rows, ["vector", "vector_model", "vector_at"])
    for row in rows:
        if row.standing != Idea.Standing.ASKED:
            notice_return(row, now)
    return len(rows)


def read_again_with(model: str) -> int:
    """Another model was installed: what the last one read waits to be read again. Returns how many."""
    return Idea.objects.exclude(vector_at=None).exclude(vector_model=model).update(vector_at=None)


def similar(board: Board, text: str, n: int = SHOWN, exclude: Idea | None = None) -> list[Similar]:
    """The ideas most like a text, the likest first, whatever language it is in; merged ones answer with the one that was kept.

    They are a proposal for a person: nothing is left out for being unlike, and nothing merges by itself.
    """
    asked = text.strip()[:LONGEST]
    if len(asked) < SHORTEST:
        return []
    meaning = open_meaning()
    return _find(board.pk, meaning, meaning.vectors([asked])[0] if meaning else None, asked, n, exclude)


def like(idea: Idea, n: int = SHOWN) -> list[Similar]:
    """The ideas most like one that is there."""
    meaning = open_meaning()
    vector = None
    if meaning is not None:
        kept = _kept_vector(idea, meaning)
        vector = kept if kept is not None else unpacked(vectors_of([(idea.title, idea.text)], meaning))[0]
    return _find(idea.board_id, meaning, vector, idea.title, n, idea)


def _find(
    board: int, meaning: Meaning | None, vector: Vector | None, text: str, n: int, exclude: Idea | None
) -> list[Similar]:
    index, at_most = index_of(board, meaning.name if meaning else BY_WORDS), _LOOKED_AT
    while True:
        likest = index.best(vector, text, meaning, at_most)
        found = _shown(likest, text, n, exclude)
        if len(found) >= n or len(likest) < at_most:
            return _with_reasons(found)
        at_most *= 4


def notice_return(idea: Idea, now: datetime) -> Idea | None:
    """See whether an idea brings back one that we declined a while ago; its owner hears of it. Returns that one."""
    declined = Idea.objects.filter(
        board=idea.board_id, state=Idea.State.DECLINED, standing__in=_OPEN_TO_ALL,
        state_at__lte=min(now, idea.made_at) - RETURNS_AFTER,
    ).exclude(pk=idea.pk)  # fmt: skip
    numbers = list(declined.values_list("pk", flat=True))
    if not numbers or idea.state == Idea.State.DECLINED or idea.returns_to_id is not None:
        return None
    meaning = open_meaning()
    index = index_of(idea.board_id, meaning.name if meaning else BY_WORDS)
    number = _the_same(index, meaning, idea, numbers)
    if number is None:
        return None
    before = Idea.objects.select_related("owner").get(pk=number)
    with transaction.atomic():
        if not Idea.objects.filter(pk=idea.pk, returns_to=None).update(returns_to=before):
            return None
        idea.returns_to = before
        if idea.owner_id is None and may(before.owner, "answer_ideas"):
            idea.owner = before.owner  # who declined it hears that it is wanted still
            idea.save(update_fields=["owner"])
        note([idea], DutyNotice.Kind.RETURNED, now)
        record_event(actor="likeness", verb="noticed the return of", subject=before, now=now, idea=idea.pk)
    return before


def _the_same(index: BoardIndex, meaning: Meaning | None, idea: Idea, numbers: Sequence[int]) -> int | None:
    title = title_key(idea.title)
    for pk, other in Idea.objects.filter(pk__in=numbers).order_by("-state_at").values_list("pk", "title"):
        if title and title_key(other) == title:
            return pk
    own = _kept_vector(idea, meaning) if meaning else None
    if meaning is None or own is None:
        return None
    cosines = index.cosines_of(own, numbers)
    best = max(cosines, key=lambda pk: cosines[pk], default=None)
    return best if best is not None and cosines[best] >= meaning.same_from else None


def _kept_vector(idea: Idea, meaning: Meaning) -> Vector | None:
    if idea.vector is None or idea.vector_model != meaning.name:
        return None
    vector: Vector = unpacked(np.frombuffer(bytes(idea.vector), dtype=np.int8)[None, :])[0]
    return vector


def _locked(rows: Sequence[Idea]) -> list[tuple[int, str, str]]:
    return list(
        Idea.objects.select_for_update()
        .filter(pk__in=[row.pk for row in rows])
        .values_list("pk", "title", "text")
    )


def _shown(likest: Sequence[tuple[int, float]], asked: str, n: int, exclude: Idea | None) -> list[Similar]:
    rows = (
        Idea.objects.defer("vector")
        .select_related("board", "category", "member")
        .in_bulk([pk for pk, _ in likest])
    )
    title, found = title_key(asked), dict[int, Similar]()
    left_out = root_of(exclude).pk if exclude else None
    for pk, score in likest:
        row = rows.get(pk)
        if row is None:
            continue
        shown = root_of(row)
        if (
            shown.standing in _OPEN_TO_ALL
            and shown.pk not in found
            and shown.pk != left_out
            and pk != left_out
        ):
            via = row if shown is not row else None
            found[shown.pk] = Similar(shown, score, title_key(row.title) == title, via)
        if len(found) == n:
            break
    return list(found.values())


def root_of(idea: Idea) -> Idea:
    """The one that an idea was merged into, through as many merges as there were; itself when it was not."""
    while idea.standing == Idea.Standing.MERGED and idea.merged_into is not None:
        idea = idea.merged_into
    return idea


def _with_reasons(found: Sequence[Similar]) -> list[Similar]:
    declined = [one.idea.pk for one in found if one.idea.state == Idea.State.DECLINED]
    if not declined:
        return list(found)
    answers = Answer.objects.filter(idea__in=declined, state=Idea.State.DECLINED).order_by("at", "pk")
    reasons = dict(answers.values_list("idea", "reason"))
    return [
        Similar(one.idea, one.score, one.is_same_title, one.via, reasons.get(one.idea.pk, ""))
        for one in found
    ]
