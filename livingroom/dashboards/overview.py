"""What the overview shows, read from roll-ups only: its cost does not grow with the number of orders."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Sum

from livingroom.attribution import spans
from livingroom.attribution.models import BranchMonth, MonthFigure
from livingroom.branches.models import Branch
from livingroom.dashboards.money_figures import Sums
from livingroom.dashboards.period import Period

Point = tuple[date, str | int | None, int]  # a day or month, a branch's id or a country, minor units
COST_KINDS = {
    "staff": "staff",
    "tools": "tools",
    "network_fee": "network fees",
    "ads": "advertising",
    "other": "other",
}


@dataclass
class BranchFigures:
    """One row of the table. Without a branch: what belongs to the programme, but to no single branch."""

    branch: Branch | None
    hosts: list[str] = field(default_factory=list)
    sums: Sums = field(default_factory=Sums)
    followers: int = 0
    n_posts: int = 0
    n_clicks: int = 0
    n_unique_clicks: int = 0
    n_other_clicks: int = 0

    @property
    def name(self) -> str:
        return self.branch.name if self.branch else "No single branch"

    @property
    def host(self) -> str:
        return self.hosts[0] if self.hosts else ""

    @property
    def n_co_hosts(self) -> int:
        return len(self.hosts) - 1

    @property
    def co_hosts(self) -> str:
        return ", ".join(self.hosts[1:])


@dataclass
class Overview:
    period: Period
    rows: list[BranchFigures]
    total: BranchFigures
    largest_reach: int
    costs: dict[str, int]


def whole_programme(today: date) -> Period | None:
    """From the first to the last month in which anything social happened; None in an empty house."""
    whole = spans.whole_programme(today)
    return Period(*whole) if whole else None


def read_overview(period: Period) -> Overview:
    rows = {branch.pk: _row_of(branch) for branch in Branch.objects.prefetch_related("hosts")}
    nobody = BranchFigures(branch=None)
    total = BranchFigures(branch=None)
    costs: dict[str, int] = dict.fromkeys(COST_KINDS.values(), 0)
    _add_months(period, rows, nobody, total, costs)
    _add_orders(period, rows, nobody, total)
    listed = [row for row in rows.values() if _has_begun(row, period)]
    if nobody.sums.n_orders.ceiling or nobody.sums.cost:
        listed.append(nobody)
    total.followers = sum(row.followers for row in listed)
    largest = max((row.followers for row in listed), default=0)
    return Overview(period, listed, total, largest, {name: cost for name, cost in costs.items() if cost})


def revenue_by_month(period: Period, dimension: str) -> list[Point]:
    """Net revenue at the ceiling: (month, branch id or country, minor units)."""
    by = "branch_id" if dimension == "branch" else "country"
    found = (
        MonthFigure.objects.exclude(grade="none")
        .filter(month__range=(period.first, period.last))
        .values_list("month", by)
        .annotate(net=Sum("net_minor"))
        .order_by("month")
    )
    return [(month, key, int(net)) for month, key, net in found]


def largest_series(
    found: Iterable[Point], names: dict[str | int | None, str], *, at_most: int
) -> list[tuple[date, str, int]]:
    """The same with names, the smaller ones put together as Others, so that a chart stays legible."""
    found = list(found)
    sums: dict[str | int | None, int] = defaultdict(int)
    for _, key, net in found:
        sums[key] += net
    named = sorted((key for key in sums if key in names), key=lambda key: -sums[key])[:at_most]
    together: dict[tuple[date, str], int] = defaultdict(int)
    for month, key, net in found:
        together[month, names[key] if key in named else "Others"] += net
    return [(month, name, net) for (month, name), net in together.items()]


def cumulated(points: Iterable[tuple[date, str, int]], period: Period) -> list[tuple[date, str, int]]:
    """Every series added up month by month, with a point for every month."""
    by_name: dict[str, dict[date, int]] = defaultdict(dict)
    for month, name, net in points:
        by_name[name][month] = net
    result = []
    for name, months in by_name.items():
        so_far = 0
        for month in period.months:
            so_far += months.get(month, 0)
            result.append((month, name, so_far))
    return result


def without_gaps(points: Sequence[tuple[date, str, int]]) -> list[tuple[date, str, int]]:
    """Every series at every date that any series has, zero where it had nothing: stacks need all their parts."""
    known = {(at, name): net for at, name, net in points}
    names = dict.fromkeys(name for _, name, _ in points)
    return [
        (at, name, known.get((at, name), 0)) for at in sorted({at for at, _, _ in points}) for name in names
    ]


def _row_of(branch: Branch) -> BranchFigures:
    faces = sorted(branch.hosts.all(), key=lambda host: host.pk != branch.lead_id)
    return BranchFigures(branch=branch, hosts=[host.name for host in faces])


def _has_begun(row: BranchFigures, period: Period) -> bool:
    """A branch is listed once it is open, or when it has anything to show all the same."""
    branch = row.branch
    assert branch is not None
    is_open = branch.opened_on < period.end_at.date() and not (
        branch.closed_on and branch.closed_on < period.first
    )
    return is_open or bool(row.n_posts or row.n_clicks or row.sums.n_orders.ceiling or row.sums.cost)


def _add_months(
    period: Period,
    rows: dict[int, BranchFigures],
    nobody: BranchFigures,
    total: BranchFigures,
    costs: dict[str, int],
) -> None:
    for month in BranchMonth.objects.filter(month__lte=period.last).order_by("month"):
        row = rows.get(month.branch_id or 0, nobody)
        if month.followers is not None:
            row.followers = month.followers  # the last known at the period's end, also when it is from before
        if not period.holds(month.month):
            continue
        for sums in (row, total):
            sums.n_posts += month.n_posts
            sums.n_clicks += month.n_clicks
            sums.n_unique_clicks += month.n_unique_clicks
            sums.n_other_clicks += month.n_other_clicks
            sums.sums.cost += month.cost_minor
        for kind, name in COST_KINDS.items():
            costs[name] += getattr(month, f"{kind}_minor")


def _add_orders(
    period: Period, rows: dict[int, BranchFigures], nobody: BranchFigures, total: BranchFigures
) -> None:
    found = (
        MonthFigure.objects.filter(month__range=(period.first, period.last))
        .values_list("branch_id", "grade")
        .annotate(Sum("n_orders"), Sum("net_minor"), Sum("discount_minor"), Sum("goods_minor"))
    )
    for branch_id, grade, n_orders, net, discount, goods in found:
        for row in (rows.get(branch_id or 0, nobody), total):
            row.sums.add(
                grade, n_orders=int(n_orders), net=int(net), discount=int(discount), goods=int(goods)
            )
