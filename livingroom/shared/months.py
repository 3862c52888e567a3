"""Whole months in an address: ?from=2008-01&to=2009-12, both ends included, each may be missing."""

from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True)
class Months:
    """`start` is the first day, `end` the first day after; None is open."""

    start: date | None = None
    end: date | None = None

    @property
    def parameters(self) -> dict[str, str]:
        last = months_after(self.end, -1) if self.end else None
        return {name: f"{day:%Y-%m}" for name, day in (("from", self.start), ("to", last)) if day}

    def lookups(self, field: str) -> dict[str, date | datetime]:
        """The same as filters over a date (`_on`, `on`) or a moment (`_at`)."""
        bounds = {f"{field}__gte": self.start, f"{field}__lt": self.end}
        return {name: _moment(day) if field.endswith("_at") else day for name, day in bounds.items() if day}


def read_months(first: str, last: str) -> Months:
    """The months that were asked for; what cannot be read is open."""
    end = read_month(last)
    return Months(read_month(first), months_after(end, 1) if end else None)


def read_month(text: str | None) -> date | None:
    try:
        return datetime.strptime(text or "", "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def months_after(month: date, n_months: int) -> date:
    """The first day of the month `n_months` later (or earlier, when negative)."""
    number = month.year * 12 + month.month - 1 + n_months
    return date(number // 12, number % 12 + 1, 1)


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
