"""What groups of people bought: orders and net revenue by which of some segments the buyers are in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Count, Q, Sum

from livingroom.attribution.models import CEILING, FLOOR
from livingroom.dashboards.period import Period
from livingroom.orders.models import Order
from livingroom.segments.asking import condition, masked
from livingroom.segments.models import SegmentVersion

PARTS = ("all", "floor", "ceiling")
_SQL = (Path(__file__).parent / "sql" / "bought_by_pattern.sql").read_text()


@dataclass
class Bought:
    """Orders and net revenue (reporting currency) by part, and how many people are behind each part."""

    people: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))
    orders: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))
    net_minor: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))

    def add(self, other: "Bought") -> None:
        for mine, its in (
            (self.people, other.people),
            (self.orders, other.orders),
            (self.net_minor, other.net_minor),
        ):
            for part, amount in its.items():
                mine[part] += amount


def bought_by_pattern(
    versions: Sequence[SegmentVersion], now: datetime, period: Period | None = None
) -> dict[int, Bought]:
    """By pattern of memberships (bit k for version k). Each person has one, so people add up without being counted twice."""
    people = masked([condition(version, now) for version in versions]).values("pk", "mask")
    buyers, buyers_params = _buyers(period).query.sql_with_params()
    facts, facts_params = people.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(buyers=buyers, people=facts), [*buyers_params, *facts_params])
        return {int(mask): _bought(told) for mask, *told in cursor.fetchall()}


def told_parts(people: Mapping[str, int], smallest: int, *, has_evidence: bool) -> dict[str, bool]:
    """Which parts have enough people behind them, and differ from the next larger one by enough."""

    def enough(n: int) -> bool:
        return n == 0 or n >= smallest

    is_all = enough(people["all"])
    if not has_evidence:
        return {"all": is_all, "floor": False, "ceiling": False}
    return {
        "all": is_all,
        "ceiling": enough(people["ceiling"]) and enough(people["all"] - people["ceiling"]),
        "floor": enough(people["floor"])
        and enough(people["ceiling"] - people["floor"])
        and enough(people["all"] - people["floor"]),
    }


def added(bought: Mapping[int, Bought], masks: Iterable[int]) -> Bought:
    whole = Bought()
    for mask in masks:
        whole.add(bought.get(mask, Bought()))
    return whole


def _buyers(period: Period | None) -> Any:
    """One row for each customer who bought: orders and net revenue of each part."""
    rows = Order.objects.filter(customer__isnull=False)
    if period is not None:
        rows = rows.filter(placed_at__gte=period.start_at, placed_at__lt=period.end_at)
    floor, ceiling = (Q(evidence__grade__in=grades) for grades in (FLOOR, CEILING))
    return rows.order_by().values("customer").annotate(
        n_all=Count("pk"), n_floor=Count("pk", filter=floor), n_ceiling=Count("pk", filter=ceiling),
        net_all=Sum("net_reporting_minor"), net_floor=Sum("net_reporting_minor", filter=floor),
        net_ceiling=Sum("net_reporting_minor", filter=ceiling),
    )  # fmt: skip


def _bought(told: Sequence[int | None]) -> Bought:
    people, orders, net = (told[start : start + 3] for start in (0, 3, 6))
    return Bought(
        *({part: int(n or 0) for part, n in zip(PARTS, some, strict=True)} for some in (people, orders, net))
    )
