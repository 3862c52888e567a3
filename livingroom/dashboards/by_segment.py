"""What each segment bought, and how much of it social evidence reaches; never for a group so small that it tells of people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q, Sum

from livingroom.attribution.models import CEILING, FLOOR, Evidence
from livingroom.segments.asking import MOST_TOGETHER, condition, masked, overlap_of
from livingroom.segments.live import sentence_of
from livingroom.segments.models import Customs, Segment, SegmentVersion
from livingroom.segments.privacy import shown, too_near

NOT_TOLD = "not told"
_PARTS = ("all", "floor", "ceiling")


@dataclass
class Bought:
    """Orders and net revenue (reporting currency) by part, and how many people are behind each part."""

    people: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_PARTS, 0))
    orders: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_PARTS, 0))
    net_minor: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_PARTS, 0))

    def add(self, other: "Bought") -> None:
        for mine, its in (
            (self.people, other.people),
            (self.orders, other.orders),
            (self.net_minor, other.net_minor),
        ):
            for part, amount in its.items():
                mine[part] += amount


@dataclass(frozen=True)
class Row:
    """One segment; a figure that must not be told is None, and `people` says so in words."""

    version: SegmentVersion
    sentence: str
    people: str
    n_people: int | None
    n_orders: int | None = None
    net_minor: int | None = None
    floor_minor: int | None = None
    ceiling_minor: int | None = None


@dataclass(frozen=True)
class BySegment:
    rows: list[Row]
    smallest: int
    n_left_out: int = 0


def read_by_segment(now: datetime) -> BySegment:
    """Every segment in use, over all orders. Two queries, however many segments there are."""
    found = [row.current for row in Segment.objects.standing() if row.current]
    versions, smallest = found[:MOST_TOGETHER], Customs.current().smallest_group
    if not versions:
        return BySegment([], smallest)
    patterns = overlap_of(versions, now)
    hidden = too_near(patterns, len(versions), smallest)
    bought, has_evidence = _bought(versions, now), Evidence.objects.exists()
    rows = [
        _row(version, place, patterns, bought, smallest, is_hidden=place in hidden, has_evidence=has_evidence)
        for place, version in enumerate(versions)
    ]
    return BySegment(rows, smallest, len(found) - len(versions))


def _row(
    version: SegmentVersion, place: int, patterns: Mapping[int, int], bought: Mapping[int, Bought], smallest: int, *,
    is_hidden: bool, has_evidence: bool,
) -> Row:  # fmt: skip
    n = sum(count for mask, count in patterns.items() if mask >> place & 1)
    whole = Bought()
    for mask, part in bought.items():
        if mask >> place & 1:
            whole.add(part)
    if is_hidden:
        words = shown(n, smallest)
        return Row(version, sentence_of(version), words if n < smallest else NOT_TOLD, None)
    told = _told(whole.people, smallest) if has_evidence else {"all": _told(whole.people, smallest)["all"]}
    return Row(
        version,
        sentence_of(version),
        f"{n:,}",
        n,
        whole.orders["all"] if told["all"] else None,
        whole.net_minor["all"] if told["all"] else None,
        whole.net_minor["floor"] if told.get("floor") else None,
        whole.net_minor["ceiling"] if told.get("ceiling") else None,
    )


def _told(people: Mapping[str, int], smallest: int) -> dict[str, bool]:
    """Which parts have enough people behind them, and differ from the next larger one by enough."""

    def enough(n: int) -> bool:
        return n == 0 or n >= smallest

    return {
        "all": enough(people["all"]),
        "ceiling": enough(people["ceiling"]) and enough(people["all"] - people["ceiling"]),
        "floor": enough(people["floor"])
        and enough(people["ceiling"] - people["floor"])
        and enough(people["all"] - people["floor"]),
    }


def _bought(versions: Sequence[SegmentVersion], now: datetime) -> dict[int, Bought]:
    """By pattern of memberships. Each person has one pattern, so people add up without being counted twice."""
    orders, grade = "customer__orders", "customer__orders__evidence__grade"
    counts: dict[str, Count | Sum] = {}
    for part, grades in (("all", None), ("floor", FLOOR), ("ceiling", CEILING)):
        which = Q(**{f"{orders}__isnull": False}) if grades is None else Q(**{f"{grade}__in": grades})
        counts[f"people_{part}"] = Count("pk", filter=which, distinct=True)
        counts[f"orders_{part}"] = Count(orders, filter=which)
        counts[f"net_{part}"] = Sum(f"{orders}__net_reporting_minor", filter=which)
    rows = (
        masked([condition(version, now) for version in versions]).values("mask").order_by().annotate(**counts)
    )
    return {
        row["mask"]: Bought(
            {part: row[f"people_{part}"] for part in _PARTS},
            {part: row[f"orders_{part}"] for part in _PARTS},
            {part: int(row[f"net_{part}"] or 0) for part in _PARTS},
        )
        for row in rows
    }
