"""Packed days as this process has unpacked them, a calendar month at a time, and never without asking whether they changed."""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock

from django.db.models import Max, QuerySet

from livingroom.inbox.reports.columns import Columns
from livingroom.inbox.reports.models import ServiceDay
from livingroom.inbox.reports.unpacking import unpack

MOST_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Stretch:
    """Days of one calendar month: of the branches with these numbers, or of all."""

    start: date
    end: date
    branches: tuple[int, ...] | None


# A day's rows are never changed, only replaced, all at once, by rows of higher numbers. So its highest says what it holds.
Newest = tuple[tuple[date, int], ...]


class Kept:
    """What was unpacked last, up to so many bytes."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.n_bytes = 0
        self._stretches: OrderedDict[Stretch, tuple[Newest, Columns, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, stretch: Stretch, newest: Newest) -> Columns | None:
        with self._lock:
            found = self._stretches.get(stretch)
            if found is None or found[0] != newest:
                return None
            self._stretches.move_to_end(stretch)
            return found[1]

    def keep(self, stretch: Stretch, newest: Newest, columns: Columns, n_bytes: int) -> None:
        with self._lock:
            self._drop(stretch)
            self._stretches[stretch] = newest, columns, n_bytes
            self.n_bytes += n_bytes
            while self.n_bytes > self.most_bytes:
                self._drop(next(iter(self._stretches)))

    def forget(self) -> None:
        with self._lock:
            self._stretches.clear()
            self.n_bytes = 0

    def _drop(self, stretch: Stretch) -> None:
        if stretch in self._stretches:
            self.n_bytes -= self._stretches.pop(stretch)[2]


kept = Kept(MOST_BYTES)


def months(start: date, end: date, branches: Sequence[int] | None) -> list[Columns]:
    """Return the packed days from `start` to `end`, by months; only those are read that are new or have changed."""
    chosen = None if branches is None else tuple(sorted(branches))
    found = []
    for stretch, newest in _stretches(start, end, chosen):
        columns = kept.get(stretch, newest)
        if columns is None:
            columns, n_bytes = unpack(list(_days(stretch).values_list("cases", "waits", "closes")))
            kept.keep(stretch, newest, columns, n_bytes)
        found.append(columns)
    return found


def _stretches(start: date, end: date, branches: tuple[int, ...] | None) -> Iterator[tuple[Stretch, Newest]]:
    """Which months have packed days, and the highest number of each day."""
    rows = _of_branches(ServiceDay.objects.filter(on__gte=start, on__lte=end), branches)
    by_month: dict[tuple[int, int], list[tuple[date, int]]] = {}
    for on, newest in rows.order_by("on").values_list("on").annotate(Max("pk")):
        by_month.setdefault((on.year, on.month), []).append((on, newest))
    for (year, month), days in by_month.items():
        first = date(year, month, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        yield Stretch(max(start, first), min(end, last), branches), tuple(days)


def _days(stretch: Stretch) -> QuerySet[ServiceDay]:
    days = ServiceDay.objects.filter(on__gte=stretch.start, on__lte=stretch.end)
    return _of_branches(days, stretch.branches).order_by("on", "branch_number")


def _of_branches(days: QuerySet[ServiceDay], branches: tuple[int, ...] | None) -> QuerySet[ServiceDay]:
    return days if branches is None else days.filter(branch_number__in=branches)
