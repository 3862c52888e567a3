"""The ledger: every order, newest first, with its evidence. Pages by key, so page 8,000 costs what the first does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum
from django.http import QueryDict

from livingroom.attribution.models import CEILING, FLOOR, AnsweredOrder, Evidence, Grade, MonthFigure
from livingroom.dashboards.period import Period

PAGE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GRADE_CHOICES: dict[str, tuple[str, tuple[str, ...]]] = {
    "": ("Every order", ()),
    "ceiling": ("Ceiling: A to E", tuple(CEILING)),
    "floor": ("Floor: A and B", tuple(FLOOR)),
    **{grade.value: (f"{grade.value}: {grade.label}", (grade.value,)) for grade in CEILING},
    "none": ("No social evidence", (Grade.NONE.value,)),
}
Key = tuple[datetime, int]


@dataclass(frozen=True)
class LedgerFilter:
    grade: str = ""
    branch: str = ""  # a branch's number, or "none"
    country: str = ""
    currency: str = ""
    answered: str = ""  # after an answer: "any", of a branch's number, or "none" where no branch was named
    period: Period | None = None

    @classmethod
    def read(cls, query: QueryDict, period: Period | None) -> "LedgerFilter":
        grade, branch, answered = (query.get(name, "") for name in ("grade", "branch", "answered"))
        return cls(
            grade=grade if grade in GRADE_CHOICES else "",
            branch=branch if branch == "none" or branch.isdecimal() else "",
            country=query.get("country", "")[:2].upper(),
            currency=query.get("currency", "")[:3].upper(),
            answered=answered if answered in ("any", "none") or answered.isdecimal() else "",
            period=period,
        )

    @property
    def grades(self) -> tuple[str, ...]:
        return GRADE_CHOICES[self.grade][1]

    @property
    def parameters(self) -> dict[str, str]:
        chosen = {
            name: getattr(self, name)
            for name in ("grade", "branch", "country", "currency", "answered")
            if getattr(self, name)
        }
        return {**chosen, **(self.period.parameters if self.period else {})}

    @property
    def query(self) -> str:
        return urlencode(self.parameters)

    @property
    def is_narrow(self) -> bool:
        return bool(self.grades or self.branch or self.country or self.currency or self.answered)

    def evidence(self) -> QuerySet[Evidence]:
        rows = Evidence.objects.all()
        if self.branch:
            rows = rows.filter(branch=None if self.branch == "none" else int(self.branch))
        if self.country:
            rows = rows.filter(country=self.country)
        if self.currency:
            rows = rows.filter(currency=self.currency)
        if self.answered:
            rows = rows.filter(order__in=self._after_an_answer())
        if self.period:
            rows = rows.filter(placed_at__gte=self.period.start_at, placed_at__lt=self.period.end_at)
        return rows

    def _after_an_answer(self) -> QuerySet[AnsweredOrder, tuple[int]]:
        """Few among all orders, so that whichever way the database goes, it has little to look at."""
        rows = AnsweredOrder.objects.all()
        if self.answered != "any":
            rows = rows.filter(branch=None if self.answered == "none" else int(self.answered))
        return rows.values_list("order")


@dataclass(frozen=True)
class LedgerPage:
    rows: list[Evidence]
    newer: str = ""  # the key before which the newer page ends; empty on the newest
    older: str = ""


@dataclass(frozen=True)
class LedgerSums:
    n_orders: int
    net_minor: int


def read_page(chosen: LedgerFilter, *, after: str = "", before: str = "") -> LedgerPage:
    """Fifty orders older than the key `after`, or newer than the key `before`."""
    backwards = bool(before) and not after
    key = _parse_key(before if backwards else after)
    ids = _order_ids(chosen, key, backwards, PAGE + 1)
    has_more, ids = len(ids) > PAGE, ids[:PAGE]
    rows = _rows(ids)
    if not rows:
        return LedgerPage([])
    has_newer, has_older = (has_more, True) if backwards else (key is not None, has_more)
    return LedgerPage(
        rows,
        newer=key_of(rows[0]) if has_newer else "",
        older=key_of(rows[-1]) if has_older else "",
    )


def sums_of(chosen: LedgerFilter) -> LedgerSums:
    """How many orders and how much net revenue the filter holds: from the roll-up, which knows nothing of answers."""
    if chosen.answered:
        return _sums_of_rows(chosen)
    figures = MonthFigure.objects.all()
    if chosen.grades:
        figures = figures.filter(grade__in=chosen.grades)
    if chosen.branch:
        figures = figures.filter(branch=None if chosen.branch == "none" else int(chosen.branch))
    if chosen.country:
        figures = figures.filter(country=chosen.country)
    if chosen.currency:
        figures = figures.filter(currency=chosen.currency)
    if chosen.period:
        figures = figures.filter(month__range=(chosen.period.first, chosen.period.last))
    sums = figures.aggregate(n_orders=Sum("n_orders", default=0), net=Sum("net_minor", default=0))
    return LedgerSums(int(sums["n_orders"]), int(sums["net"]))


def _sums_of_rows(chosen: LedgerFilter) -> LedgerSums:
    rows = chosen.evidence()
    if chosen.grades:
        rows = rows.filter(grade__in=chosen.grades)
    sums = rows.aggregate(n_orders=Count("pk"), net=Sum("order__net_reporting_minor", default=0))
    return LedgerSums(sums["n_orders"], int(sums["net"]))


def every_row(chosen: LedgerFilter, *, at_a_time: int = 1000) -> Iterator[Evidence]:
    """All rows of a filter, read a page at a time so that an export of any length needs the memory of one."""
    key: Key | None = None
    while ids := _order_ids(chosen, key, False, at_a_time):
        rows = _rows(ids)
        yield from rows
        key = (rows[-1].placed_at, rows[-1].order_id)


def key_of(row: Evidence) -> str:
    return f"{(row.placed_at - EPOCH) // timedelta(microseconds=1)}-{row.order_id}"


def _parse_key(text: str) -> Key | None:
    at, _, order_id = text.partition("-")
    if not (at.isdecimal() and order_id.isdecimal() and len(at) < 18 and len(order_id) < 19):
        return None
    return EPOCH + timedelta(microseconds=int(at)), int(order_id)


def _order_ids(chosen: LedgerFilter, key: Key | None, backwards: bool, n: int) -> list[int]:
    """The next orders' ids. Each grade is one range of an index that is in the right order already, so that reading a page
    never sorts more than a page of each; the pages of the grades are then merged."""
    rows = chosen.evidence()
    if key:
        at, order_id = key
        if backwards:
            rows = rows.filter(placed_at__gte=at).exclude(Q(placed_at=at) & Q(order__lte=order_id))
        else:
            rows = rows.filter(placed_at__lte=at).exclude(Q(placed_at=at) & Q(order__gte=order_id))
    order_by = ("placed_at", "order_id") if backwards else ("-placed_at", "-order_id")
    keys = rows.order_by(*order_by).values_list("order_id", "placed_at")
    grades: Sequence[str] = chosen.grades or (Grade.values if chosen.is_narrow else ())
    parts = [keys.filter(grade=grade)[:n] for grade in grades] or [keys[:n]]
    found = _union(parts)
    found.sort(key=lambda row: (row[1], row[0]), reverse=not backwards)
    return [order_id for order_id, _ in found[:n]]


def _union(parts: Sequence[QuerySet[Evidence, tuple[int, datetime]]]) -> list[tuple[int, datetime]]:
    """The parts' rows in one round trip. (Django's own union refuses parts with a limit on SQLite.)"""
    compiled = [part.query.get_compiler(using="default").as_sql() for part in parts]
    sql = " UNION ALL ".join(
        f"SELECT * FROM ({text}) AS part_{number}"  # noqa: S608 - what Django wrote, with its parameters beside it
        for number, (text, _) in enumerate(compiled)
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for _, values in compiled for value in values])
        return list(cursor.fetchall())


def _rows(ids: list[int]) -> list[Evidence]:
    rows = {
        row.order_id: row
        for row in Evidence.objects.filter(order__in=ids).select_related("order__shop", "branch")
    }
    return sorted(rows.values(), key=lambda row: (row.placed_at, row.order_id), reverse=True)
