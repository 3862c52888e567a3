"""The Return page's two pictures: what is left for every share of orders that was added, and what is left month by month."""

from collections.abc import Sequence

from livingroom.dashboards.chart_kinds import line_with_marks
from livingroom.dashboards.earned import Books
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.returns import MonthReturn, Return
from livingroom.shared.chart_kinds import over_time
from livingroom.shared.charts import Chart, Column

ALL, NONE, TESTED = (
    "If every order was added",
    "If none of them was",
    "At the tested lift",
)
SHARE = Column("share", "Share of this revenue that would not have come anyway", "share")


def break_even_chart(result: Return) -> Chart:
    """The contribution over incrementality, with the break-even and, where there is one, the tested lift."""
    left, low, high = _money("left", "Left", result.currency), *_ends(result.currency)
    rows: list[dict[str, object]] = [
        {"share": point.incrementality, "label": "", **_interval(point.contribution)} for point in result.line
    ]
    rows += _mark(result.break_even_after_discounts, 0.0, "Breaks even at")
    if isinstance(result.incrementality, Estimate) and isinstance(result.contribution, Estimate):
        rows += _mark(result.incrementality, result.contribution.value, "Tested:")
    return line_with_marks(
        "What is left, by the share of orders that was added",
        rows,
        share=SHARE,
        value=left,
        low=low,
        high=high,
        label="label",
        note="Margin on added orders, less the discount on the others, less all costs.",
        when_empty="The line appears with the first orders that have social evidence.",
        name="break-even",
    )


def months_chart(books: Books, tested: Sequence[MonthReturn], currency: str, *, is_cumulated: bool) -> Chart:
    """What is left by month, between the two ends and, where there is one, at the tested lift.

    Every month at the margin of all, as the measuring room does it, so that the months add up to the whole.
    """
    months = books.months
    rows: list[dict[str, object]] = []
    for name, share in ((ALL, 1.0), (NONE, 0.0)):
        so_far = 0.0
        for month, earned in sorted(months.items()):
            left = earned.left_at(share, books.total.margin)
            left = -earned.cost if isinstance(left, NotEnoughData) else left
            so_far = so_far + left if is_cumulated else left
            rows.append({"at": month, "name": name, "left": round(so_far)})
    for month, one in zip(sorted(months), tested, strict=False):
        left_tested = one.cumulated if is_cumulated else one.contribution
        if isinstance(left_tested, Estimate):
            rows.append({"at": month, "name": TESTED, "left": round(left_tested.value)})
    return over_time(
        f"What is left, {'cumulated' if is_cumulated else 'month by month'}",
        rows,
        at=Column("at", "Month", "month"),
        value=_money("left", "Left", currency),
        series=Column("name", "If"),
        mark="line",
        note="The truth lies between the two ends, unless posts also made people buy who left no trace.",
        when_empty="No month of this period has orders or costs.",
        name="months",
    )


def _mark(share: Estimate | NotEnoughData, left: float, words: str) -> list[dict[str, object]]:
    if isinstance(share, NotEnoughData) or not 0 <= share.value <= 1:
        return []
    return [
        {
            "share": share.value,
            "label": f"{words} {share.value:.0%}",
            "left": round(left),
            "low": None,
            "high": None,
        }
    ]


def _interval(estimate: Estimate) -> dict[str, object]:
    return {"left": round(estimate.value), "low": round(estimate.low), "high": round(estimate.high)}


def _ends(currency: str) -> tuple[Column, Column]:
    return _money("low", "Low", currency), _money("high", "High", currency)


def _money(name: str, label: str, currency: str) -> Column:
    return Column(name, label, "money", currency)
