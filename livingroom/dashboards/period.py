"""The span of months a page looks at: chosen by preset or by two months, kept in the address as ?from=2008-01&to=2009-12."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from django.http import QueryDict

from livingroom.attribution.spans import named_spans
from livingroom.shared.months import months_after, read_month


@dataclass(frozen=True)
class Period:
    """Whole months, both ends included; `first` and `last` are first days of months."""

    first: date
    last: date

    @property
    def start_at(self) -> datetime:
        return _midnight(self.first)

    @property
    def end_at(self) -> datetime:
        """The first moment after the period."""
        return _midnight(months_after(self.last, 1))

    @property
    def middle(self) -> date:
        return (self.start_at + (self.end_at - self.start_at) / 2).date()

    @property
    def n_months(self) -> int:
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    @property
    def months(self) -> list[date]:
        return [months_after(self.first, number) for number in range(self.n_months)]

    @property
    def label(self) -> str:
        if self.first == self.last:
            return f"{self.first:%B %Y}"
        return f"{self.first:%b %Y} to {self.last:%b %Y}"

    @property
    def parameters(self) -> dict[str, str]:
        return {"from": f"{self.first:%Y-%m}", "to": f"{self.last:%Y-%m}"}

    def holds(self, month: date) -> bool:
        return self.first <= month <= self.last


@dataclass(frozen=True)
class Preset:
    label: str
    url: str
    is_current: bool
    n: str | None = None


def read_period(query: QueryDict, whole: Period) -> Period:
    """The period named in the address; what is missing or cannot be read is taken from the whole programme."""
    first = read_month(query.get("from")) or whole.first
    last = read_month(query.get("to")) or whole.last
    return Period(first, last) if first <= last else Period(last, first)


def presets(whole: Period, chosen: Period, query: QueryDict) -> list[Preset]:
    """The whole programme, its last twelve and three months, and each of its years."""
    spans = {label: Period(*span) for label, span in named_spans((whole.first, whole.last)).items()}
    kept = {name: value for name, value in query.items() if name not in {"from", "to", "after", "before"}}
    return [
        Preset(
            label=label,
            url="?" + urlencode(kept if span == whole else {**kept, **span.parameters}),
            is_current=span == chosen,
        )
        for label, span in spans.items()
    ]


def _midnight(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=UTC)
