"""What changed, read from one table by one reader for each process, however many screens listen.

Numbers of rows are given out before their transactions end, so a smaller number may show later than a larger one: the
last seconds are read again each time, and what was seen already is left out.
"""

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from livingroom.inbox.live.models import Change
from livingroom.inbox.live.seen import Mark, Seen, read_mark
from livingroom.inbox.live.telling import KEPT_FOR

POLL_SECONDS = 0.5
SETTLED_AFTER = timedelta(seconds=15)
REMEMBERED_SECONDS = 120.0
PAGE_SECONDS = 5.0  # a page takes no longer between its first question and its mark
MOST_AT_ONCE = 5000
COLUMNS = ("pk", "conversation_id", "at", "is_new")
Row = tuple[int, int, datetime, bool]


@dataclass(frozen=True)
class News:
    """What a screen has missed, and the mark to ask from next time; `many` when it is too much to name."""

    mark: Mark
    seen: list[Seen]
    many: bool = False


class Hub:
    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._name = secrets.token_hex(4)
        self.began_at = 0.0  # what was told before it is not remembered here
        self._polled_at = 0.0
        self._settled: int | None = None
        self._known: dict[int, datetime] = {}  # what was read after the settled one, and when it was told
        self._seen: deque[Seen] = deque()

    def news(self, asked: str) -> News:
        """What changed since the mark `asked`; without one, everything that comes from now on.

        A mark of this reader is exact. One of another process, or of before a pause, is answered from the table with room
        to spare: what is told twice costs a screen one look, what is not told is lost.
        """
        self.read()
        mark, now = read_mark(asked), self._clock()
        if mark is None:
            return News(self._mark(), [])
        if mark.reader == self._name and mark.moment >= max(self.began_at, now - REMEMBERED_SECONDS):
            moment, seen = self.since(mark.moment)
            return News(Mark(self._name, moment), seen)
        return self._from_table(mark, now)

    def bookmark(self) -> str:
        """The mark for a page that is being made now, from before its rows were read. A reader that sleeps gives no name."""
        now = self._clock()
        with self._lock:
            is_awake = now - self._polled_at < 4 * POLL_SECONDS
            return str(Mark(self._name, self._polled_at - PAGE_SECONDS) if is_awake else Mark("", now))

    def since(self, moment: float) -> tuple[float, list[Seen]]:
        """What this process saw after `moment`, and the moment to ask from next time."""
        self.read()
        with self._lock:
            newest = self._seen[-1].at if self._seen else self._polled_at
            return max(moment, newest), [seen for seen in self._seen if seen.at > moment]

    def _mark(self) -> Mark:
        with self._lock:
            return Mark(self._name, self._polled_at)

    def _from_table(self, mark: Mark, now: float) -> News:
        # The mark is taken before the table is read: what comes between the two is told twice rather than not at all.
        here = self._mark()
        if not now - KEPT_FOR.total_seconds() < mark.moment <= now + SETTLED_AFTER.total_seconds():
            return News(here, [], many=True)
        first = datetime.fromtimestamp(mark.moment, UTC) - SETTLED_AFTER
        rows = list(Change.objects.filter(at__gte=first).order_by("pk").values_list(*COLUMNS)[:MOST_AT_ONCE])
        seen = [Seen(now, number, is_new) for _, number, _, is_new in rows]
        return News(here, seen, many=len(rows) == MOST_AT_ONCE)

    def read(self) -> None:
        """Read the table, unless somebody just did."""
        with self._lock:
            now = round(self._clock(), 6)  # as a mark carries it
            if now - self._polled_at < POLL_SECONDS:
                return
            if now - self._polled_at > SETTLED_AFTER.total_seconds():
                self._begin_again(now)
            self._read(now)
            self._polled_at = now

    def _begin_again(self, now: float) -> None:
        """Nobody listened for a while: what was told meanwhile is nobody's news here, and old marks are read from the table."""
        self._settled, self.began_at = None, now
        self._known.clear()
        self._seen.clear()

    def _read(self, now: float) -> None:
        settled_at = timezone.now() - SETTLED_AFTER
        if self._settled is None:
            first = (
                Change.objects.filter(at__gte=settled_at).order_by("pk").values_list("pk", flat=True).first()
            )
            newest = Change.objects.order_by("-pk").values_list("pk", flat=True).first()
            self._settled = (first - 1) if first is not None else (newest or 0)
        for pk, number, at, is_new in [*self._late_ones(), *self._new_ones()]:
            self._known[pk] = at
            self._seen.append(Seen(now, number, is_new))
        self._settled = max((pk for pk, at in self._known.items() if at < settled_at), default=self._settled)
        self._forget(now)

    def _new_ones(self) -> list[Row]:
        rows = Change.objects.filter(pk__gt=max(self._known, default=self._settled or 0)).order_by("pk")
        return list(rows.values_list(*COLUMNS)[:MOST_AT_ONCE])

    def _late_ones(self) -> list[Row]:
        """What shows only now between numbers that we know; nothing is missing where there is no gap."""
        settled, newest = self._settled or 0, max(self._known, default=0)
        if newest - settled <= len(self._known):
            return []
        rows = Change.objects.filter(pk__gt=settled, pk__lte=newest).order_by("pk").values_list(*COLUMNS)
        return [row for row in rows if row[0] not in self._known]

    def _forget(self, now: float) -> None:
        while self._seen and self._seen[0].at < now - REMEMBERED_SECONDS:
            self._seen.popleft()
        settled = self._settled or 0
        for pk in [pk for pk in self._known if pk <= settled]:
            del self._known[pk]


hub = Hub()
