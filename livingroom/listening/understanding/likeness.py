"""Which mentions say nearly the same as an earlier one: an index of the newest, kept in the process."""

import threading
from collections import deque
from collections.abc import Sequence

from livingroom.listening.models import Mention
from livingroom.measure.words.near import NearIndex

KEPT = 20_000
PRIMED = 5_000


class Likeness:
    """Made when it is first asked; a new process begins with the newest that are kept."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._index: NearIndex | None = None
        self._order: deque[int] = deque()
        self._lock = threading.Lock()

    def link(self, mentions: Sequence[Mention]) -> None:
        """Write on each mention the earliest one that it repeats."""
        with self._lock:
            index = self._index or self._prime(min(mention.pk for mention in mentions))
            found = index.add((mention.pk, mention.text) for mention in mentions)
            self._order.extend(mention.pk for mention in mentions)
            while len(self._order) > self._kept:
                index.forget(self._order.popleft())
        groups = {near.group for near in found if near.is_repeat}
        standing = (
            set(Mention.objects.filter(pk__in=groups).values_list("pk", flat=True)) if groups else set()
        )
        for mention, near in zip(mentions, found, strict=True):
            mention.like_id = near.group if near.is_repeat and near.group in standing else None

    def forget_all(self) -> None:
        """Begin anew, as another process would."""
        with self._lock:
            self._index = None
            self._order.clear()

    def _prime(self, before: int) -> NearIndex:
        self._index = NearIndex()
        rows = (
            Mention.objects.filter(pk__lt=before, understood_at__isnull=False)
            .exclude(text="")
            .order_by("-pk")
        )
        newest = list(rows.values_list("pk", "text")[:PRIMED])[::-1]
        self._index.add(newest)
        self._order.extend(pk for pk, _ in newest)
        return self._index


likeness = Likeness()
