"""A claim's two pictures: evidence by month, and what is left for every share that was added."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from livingroom.shared.chart_kinds import over_time
from livingroom.shared.charts import Chart, Column, Spec, axis_words, to_encoding


def months_chart(document: Mapping[str, Any]) -> Chart:
    currency = document["terms"]["currency"]
    rows = []
    for month in document["figures"]["months"]:
        at = date.fromisoformat(f"{month['month']}-01")
        floor, ceiling = month["floor_minor"], month["ceiling_minor"]
        rows.append({"month": at, "grade": "Floor: A and B", "net": floor})
        rows.append({"month": at, "grade": "Above it: C to E", "net": ceiling - floor})
    return over_time(
        "Net revenue with evidence, by month",
        rows,
        at=Column("month", "Month", "month"),
        value=Column("net", "Net revenue", "money", currency),
        series=Column("grade", "Evidence"),
        mark="bar",
        height=240,
        name="claim-months",
    )


def contribution_chart(document: Mapping[str, Any]) -> Chart | None:
    """Without a margin there is no line to draw."""
    earned, currency = document["figures"]["return"], document["terms"]["currency"]
    if "refused" in earned:
        return None
    rows: list[dict[str, Any]] = [
        {
            "share": point["incrementality"],
            "left": point["value"],
            "low": point["low"],
            "high": point["high"],
            "mark": "",
        }
        for point in earned["line"]
    ]
    even = earned["break_even_after_discounts"]
    if "refused" not in even and 0 <= even["value"] <= 1:
        rows.append({"share": even["value"], "left": 0, "low": None, "high": None, "mark": "breaks even"})
    tested, left = earned["incrementality"], earned["contribution_minor"]
    if "refused" not in tested and "refused" not in left and 0 <= tested["value"] <= 1:
        rows.append(
            {"share": tested["value"], "left": left["value"], "low": None, "high": None, "mark": "tested"}
        )
    return Chart(
        title="What is left, by the share of this revenue that was new",
        columns=_columns(currency),
        rows=rows,
        encoding=_line(currency),
        note="Margin on the new part, less discounts on the rest, less all costs.",
        name="claim-line",
    )


def _columns(currency: str) -> list[Column]:
    money = [
        Column(name, label, "money", currency)
        for name, label in (("left", "Left"), ("low", "Low"), ("high", "High"))
    ]
    return [Column("share", "Share that was new", "share"), *money, Column("mark", "Mark")]


@cache
def _line(currency: str) -> Spec:
    import altair as alt

    share, left, *_ = _columns(currency)
    x: Any = alt.X(
        "share:Q",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(
            labelExpr="format(datum.value, '.0%')", tickCount=5, title=share.label, titlePadding=10
        ),
    )
    y = alt.Y("left:Q", axis=alt.Axis(labelExpr=axis_words(left)))
    tooltip: Any = [
        alt.Tooltip("share:Q", title=share.label, format=".0%"),
        alt.Tooltip("left:Q", title=f"Left ({currency})", format=",.0f"),
    ]
    line = alt.Chart().transform_filter("datum.mark == ''")
    mark = alt.Chart().transform_filter("datum.mark != ''")
    drawn = alt.layer(
        line.mark_area(fillOpacity=0.16).encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        mark.mark_rule(strokeDash=[4, 4], aria=False).encode(y=alt.datum(0)),
        line.mark_line().encode(x=x, y=y, tooltip=tooltip),
        mark.mark_point(size=110, opacity=1, filled=True).encode(x=x, y=y, tooltip=tooltip),
        mark.mark_text(
            align=alt.ExprRef("datum.share > 0.7 ? 'right' : 'left'"),
            dx=alt.ExprRef("datum.share > 0.7 ? -9 : 9"),
            dy=19,
            fontWeight=600,
        ).encode(x=x, y=y, text="mark:N"),
    )
    return to_encoding(drawn.properties(height=260))
