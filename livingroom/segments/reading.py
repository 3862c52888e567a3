"""What is true of some customers, read from the rows of every room. Keeping writes it down, checking holds it against that."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q

from livingroom.orders.models import Order
from livingroom.people.models import Consent, Customer, CustomerMerge, Handle
from livingroom.segments.clock import YEAR_DAYS
from livingroom.segments.facts import Kind, readers
from livingroom.segments.interests import Signs
from livingroom.segments.own_facts import network_of
from livingroom.segments.tags import Named

COLUMNS = (
    "country",
    "language",
    "n_orders",
    "n_orders_year",
    "net_minor",
    "net_year_minor",
    "first_on",
    "last_on",
)
AT_ONCE = 900  # names in one IN (…), which SQLite bounds
LONGEST = 120


@dataclass
class Truth:
    """One person's facts: columns, tags by name, numbers by fact."""

    country: str = ""
    language: str = ""
    n_orders: int = 0
    n_orders_year: int = 0
    net_minor: int = 0
    net_year_minor: int = 0
    first_on: date | None = None
    last_on: date | None = None
    tags: set[Named] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in COLUMNS)

    def add_tags(self, fact: str, values: Iterable[str]) -> None:
        self.tags.update((fact, value.strip()[:LONGEST]) for value in values if value.strip())


def truth_of(customers: Collection[int], today: date) -> dict[int, Truth]:
    """The facts of those who are people of their own; who was erased, or merged into somebody, is left out."""
    found: dict[int, Truth] = {}
    merged: set[int] = set()
    numbers = sorted(set(customers))
    wanted = set(numbers)
    for some in among("other", numbers):
        merged |= set(CustomerMerge.objects.filter(some, undone_at=None).values_list("other_id", flat=True))
    for some in among("pk", numbers):
        for pk, country, language in Customer.objects.filter(some).values_list("pk", "country", "language"):
            if pk in wanted:
                found[pk] = Truth(country=country, language=language)
    for number in merged:
        found.pop(number, None)
    _read_orders(found, today)
    _read_handles(found)
    _read_consents(found)
    _read_rooms(found)
    return found


def chunks(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE))


def among(column: str, wanted: Iterable[int]) -> list[Q]:
    """Conditions that together catch rows of these numbers. Where they lie close, one range catches them all, and some others,
    which the reader passes over: thousands of names in an IN cost more than the rows do."""
    numbers = sorted(wanted)  # a database gives rows that changed in another order
    if numbers and numbers[-1] - numbers[0] < 2 * len(numbers):
        return [Q(**{f"{column}__gte": numbers[0], f"{column}__lte": numbers[-1]})]
    return [Q(**{f"{column}__in": some}) for some in chunks(numbers)]


def _read_orders(found: Mapping[int, Truth], today: date) -> None:
    """An order counts unless all of its money went back; what it says of interests stays said."""
    year = datetime.combine(today - timedelta(days=YEAR_DAYS), time(), UTC)
    rows = [row for some in among("customer", found) for row in _orders(some) if row[0] in found]
    signs = Signs((code for row in rows for code in row[6]), (row[7] for row in rows if row[7]))
    for customer, placed_at, gross, net, reporting, product, codes, click, division in rows:
        truth = found[customer]
        if net > 0 or gross == 0:
            _count(truth, placed_at, reporting, is_recent=placed_at >= year)
        truth.add_tags("division", [division])
        truth.add_tags("product", product.split(", "))
        truth.add_tags("code", signs.shared.intersection(codes))
        truth.add_tags("interest", signs.of_order(codes, click, product, division))


def _orders(whose: Q) -> Iterable[tuple[Any, ...]]:
    return Order.objects.filter(whose).values_list(
        "customer_id", "placed_at", "gross_minor", "net_minor", "net_reporting_minor", "product", "codes", "click_id",
        "division",
    )  # fmt: skip


def _count(truth: Truth, placed_at: datetime, reporting_minor: int, *, is_recent: bool) -> None:
    on = placed_at.astimezone(UTC).date()
    truth.n_orders += 1
    truth.net_minor += reporting_minor
    truth.first_on = min(truth.first_on or on, on)
    truth.last_on = max(truth.last_on or on, on)
    if is_recent:
        truth.n_orders_year += 1
        truth.net_year_minor += reporting_minor


def _read_handles(found: Mapping[int, Truth]) -> None:
    for some in among("customer", found):
        for customer, kind, value in Handle.objects.filter(some).values_list("customer_id", "kind", "value"):
            if customer in found:
                found[customer].add_tags("network", [network_of(kind, value)])


def _read_consents(found: Mapping[int, Truth]) -> None:
    """A yes that stands, and for each purpose without one whether a yes was taken back. Those of merged customers count, too."""
    whose = {number: number for number in found}
    for some in among("kept", found):
        merges = CustomerMerge.objects.filter(some, undone_at=None).values_list("other_id", "kept_id")
        whose |= {other: kept for other, kept in merges if kept in found}
    yes: set[tuple[int, str]] = set()
    back: set[tuple[int, str]] = set()
    for some in among("customer", whose):
        rows = Consent.objects.filter(some).values_list("customer_id", "purpose", "withdrawn_at")
        for customer, purpose, withdrawn_at in rows:
            if customer in whose:
                (yes if withdrawn_at is None else back).add((whose[customer], purpose))
    for customer, purpose in yes:
        found[customer].add_tags("consent", [purpose])
    for customer, purpose in back - yes:
        found[customer].add_tags("withdrawn", [purpose])


def _read_rooms(found: Mapping[int, Truth]) -> None:
    """What other rooms registered."""
    numbers = list(found)
    for fact, read in readers():
        for customer, value in read(numbers).items():
            truth = found.get(customer)
            if truth is None:
                continue
            if isinstance(value, int):
                if value > 0:
                    truth.counts[fact.name] = truth.counts.get(fact.name, 0) + value
            elif fact.kind == Kind.TAGS:
                truth.add_tags(fact.name, value)
