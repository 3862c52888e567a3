"""Who wants an idea: by segment, country, customer or not, and the orders behind it. No group too small to be shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from livingroom.ideas.counting import COUNTS
from livingroom.ideas.models import Idea, Vote
from livingroom.ideas.rules import root_of
from livingroom.orders.models import Order
from livingroom.people.models import Member
from livingroom.segments.asking import MOST_TOGETHER, condition, overlap
from livingroom.segments.models import Customs, Segment
from livingroom.segments.privacy import is_shown, too_near
from livingroom.shared.models import Brand


@dataclass(frozen=True)
class Group:
    """So many of those who want it. `key` is a country's code or a segment's slug."""

    key: str
    name: str
    n: int
    share: float


@dataclass(frozen=True)
class Orders:
    """What the customers among the voters have bought so far."""

    n_customers: int
    n_orders: int
    net_minor: int
    currency: str


@dataclass(frozen=True)
class Wanting:
    """`n` people want it. Where a figure would tell of fewer than `smallest`, it is None, or in no group."""

    n: int
    smallest: int
    countries: list[Group]
    segments: list[Group]
    n_customers: int | None
    orders: Orders | None

    @property
    def is_told(self) -> bool:
        return bool(self.countries or self.segments or self.n_customers is not None)


def who_wants(idea: Idea, now: datetime) -> Wanting:
    """Read it from the verified votes for the idea, those of ideas merged with it included."""
    votes = Vote.objects.filter(COUNTS, root=root_of(idea), sign=1)
    n, smallest = votes.count(), Customs.current().smallest_group
    if n < smallest:
        return Wanting(n, smallest, [], [], None, None)
    buyers, orders = _orders(votes, now)
    has_customers = is_shown(buyers, n, smallest)
    return Wanting(
        n, smallest, _countries(votes, n, smallest), _segments(votes, n, smallest, now),
        buyers if has_customers else None, orders if has_customers else None,
    )  # fmt: skip


def _orders(votes: QuerySet[Vote], now: datetime) -> tuple[int, Orders]:
    """How many of them bought before, and what. Orders whose money went back are none."""
    customers = votes.filter(member__customer__isnull=False).values("member__customer")
    bought = Order.objects.filter(customer__in=customers, placed_at__lte=now, net_minor__gt=0)
    found = bought.aggregate(
        orders=Count("pk"),
        buyers=Count("customer", distinct=True),
        net=Coalesce(Sum("net_reporting_minor"), 0),
    )
    currency = Brand.current().reporting_currency
    return found["buyers"], Orders(found["buyers"], found["orders"], found["net"], currency)


def _countries(votes: QuerySet[Vote], n: int, smallest: int) -> list[Group]:
    from livingroom.shared.places import country_name

    rows = votes.values(country=F("member__country")).order_by().annotate(n=Count("pk"))
    counts = {row["country"]: row["n"] for row in rows}
    return [
        Group(code, country_name(code), counts[code], counts[code] / n)
        for code in large_enough(counts, smallest)
        if code
    ]


def large_enough(counts: Mapping[str, int], smallest: int) -> list[str]:
    """The parts of a whole that may be shown, the largest first: none is too small, nor is what the others leave."""
    order = sorted(counts, key=lambda key: (-counts[key], key))
    shown = [key for key in order if counts[key] >= smallest]
    rest = sum(counts.values()) - sum(counts[key] for key in shown)
    while shown and 0 < rest < smallest:
        rest += counts[shown.pop()]
    return shown


def _segments(votes: QuerySet[Vote], n: int, smallest: int, now: datetime) -> list[Group]:
    found = list(Segment.objects.standing()[:MOST_TOGETHER])
    if not found:
        return []
    customers = Member.objects.filter(votes__in=votes, customer__isnull=False).values("customer")
    conditions = [condition(each.current, now) for each in found if each.current]
    patterns = overlap(conditions, within=Q(pk__in=customers))
    # Voters whom segments know nothing of are in none.
    known = dict(patterns)
    known[0] = known.get(0, 0) + max(n - sum(patterns.values()), 0)
    hidden = too_near(known, len(found), smallest)
    groups = [
        Group(each.slug, each.name, size, size / n)
        for place, each in enumerate(found)
        if place not in hidden and (size := sum(k for mask, k in known.items() if mask >> place & 1))
    ]
    return sorted(groups, key=lambda group: (-group.n, group.name))
