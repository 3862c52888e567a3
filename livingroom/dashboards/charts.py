"""The overview's chart: revenue with social evidence over time."""

from datetime import date
from typing import Literal

from django.db.models import Sum

from livingroom.attribution.models import DailyFigure
from livingroom.branches.models import Branch
from livingroom.dashboards.overview import Point, cumulated, largest_series, revenue_by_month, without_gaps
from livingroom.dashboards.period import Period
from livingroom.shared.chart_kinds import over_time
from livingroom.shared.charts import Chart, Column
from livingroom.shared.places import country_name

Dimension = Literal["branch", "country"]
DAILY_UP_TO_MONTHS = 2  # in a young programme a month is one bar; days say more
SERIES_AT_MOST = 7
NO_BRANCH = "Buyers’ own answers"


def revenue_chart(
    period: Period, *, by: Dimension, is_cumulated: bool, currency: str, branches: list[Branch]
) -> Chart:
    is_daily = not is_cumulated and period.n_months <= DAILY_UP_TO_MONTHS
    found = revenue_by_day(period, by) if is_daily else revenue_by_month(period, by)
    points = largest_series(found, _names(by, found, branches), at_most=SERIES_AT_MOST)
    points = cumulated(points, period) if is_cumulated else without_gaps(points)
    largest_first = {name: place for place, name in enumerate(_by_size(points))}
    points.sort(key=lambda point: (point[0], largest_first[point[1]]))
    unit = "day" if is_daily else "month"
    return over_time(
        f"Net revenue with social evidence by {by}, {'cumulated' if is_cumulated else f'by {unit}'}",
        [{"at": at, "name": name, "net": net} for at, name, net in points],
        at=Column("at", unit.capitalize(), "day" if is_daily else "month"),
        value=Column("net", "Net revenue", "money", currency),
        series=Column("name", by.capitalize()),
        mark="area" if is_cumulated else "bar",
        note="The ceiling: grades A to E, after refunds, by the order’s date.",
        when_empty="No order in this period has social evidence.",
        name="revenue",
    )


def revenue_by_day(period: Period, by: Dimension) -> list[Point]:
    dimension = "branch_id" if by == "branch" else "country"
    found = (
        DailyFigure.objects.exclude(grade="none")
        .filter(on__gte=period.start_at.date(), on__lt=period.end_at.date())
        .values_list("on", dimension)
        .annotate(net=Sum("net_minor"))
        .order_by("on")
    )
    return [(on, key, int(net)) for on, key, net in found]


def _names(by: Dimension, found: list[Point], branches: list[Branch]) -> dict[str | int | None, str]:
    if by == "country":
        return {key: country_name(str(key)) if key else "Country unknown" for _, key, _ in found}
    return {None: NO_BRANCH, **{branch.pk: branch.name for branch in branches}}


def _by_size(points: list[tuple[date, str, int]]) -> list[str]:
    sums: dict[str, int] = {}
    for _, name, net in points:
        sums[name] = sums.get(name, 0) + net
    return sorted(sums, key=lambda name: (name == "Others", -sums[name]))
