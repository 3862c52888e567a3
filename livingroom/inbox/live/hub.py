"""What changed, read from one table by one reader for each process, however many screens listen.

Numbers of rows are given out before their transactions end, so a smaller number may show later than a larger one: the
last seconds are read again each time, and what was seen already is left out.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from livingroom.inbox.live.models import Change

POLL_SECONDS = 0.5
SETTLED_AFTER = timedelta(seconds=15)
REMEMBERED_SECONDS = 120.0
MOST_AT_ONCE = 5000
COLUMNS = ("pk", "conversation_id", "at", "is_new")
Row = tuple[int, int, datetime, bool]


@dataclass(frozen=True)
class Seen:
    """A change, and when this process first saw it (seconds since 1970)."""

    at: float
    conversation_id: int
    is_new: bool


class Hub:
    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._polled_at = 0.0
        self._settled: int | None = None
        self._known: dict[int, datetime] = {}  # what was read after the settled one, and when it was told
        self._seen: deque[Seen] = deque()

    def since(self, moment: float) -> tuple[float, list[Seen]]:
        """What this process saw after `moment`, and the moment to ask from next time."""
        self.read()
        with self._lock:
            newest = self._seen[-1].at if self._seen else self._polled_at
            return max(moment, newest), [seen for seen in self._seen if seen.at > moment]

    def read(self) -> None:
        """Read the table, unless somebody just did."""
        with self._lock:
            now = self._clock()
            if now - self._polled_at < POLL_SECONDS:
                return
            self._polled_at = now
            self._read(now)

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
