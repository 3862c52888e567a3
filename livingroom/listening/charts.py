"""What is said, day by day."""

from collections.abc import Sequence
from datetime import date
from functools import cache

from livingroom.shared.chart_kinds import over_time
from livingroom.shared.charts import Chart, Column, Row, Spec, axis_words, to_encoding

DAY = Column("on", "Day", "day")
N = Column("n", "Mentions", "number")
LANGUAGE = Column("language", "Language")
MONTH = Column("month", "Month", "month")
SHARE, LOW, HIGH = (
    Column("share", "Share", "share"),
    Column("low", "From", "share"),
    Column("high", "To", "share"),
)


def volume(rows: Sequence[tuple[date, int]], title: str = "Mentions a day") -> Chart:
    return over_time(
        title, [{"on": on, "n": n} for on, n in rows], at=DAY, value=N, mark="area", height=220, name="volume",
        note="Standing mentions by the day they were said, UTC; hidden spam is not counted.",
    )  # fmt: skip


def volume_by_language(rows: Sequence[tuple[date, str, int]]) -> Chart:
    return over_time(
        "Mentions a day, by language", [{"on": on, "language": language, "n": n} for on, language, n in rows],
        at=DAY, value=N, series=LANGUAGE, mark="area", height=260, name="volume",
        note="Standing mentions by the day they were said, UTC; hidden spam is not counted.",
        when_empty="The picture appears with the first mentions.",
    )  # fmt: skip


def volume_hours(rows: Sequence[tuple[date, int]]) -> Chart:
    return volume(rows, "Mentions a day around the alarm")


def share_by_month(rows: Sequence[Row]) -> Chart:
    """The share of negatives as points with their intervals."""
    return Chart(
        title="Share of negatives by month",
        columns=[MONTH, SHARE, LOW, HIGH],
        rows=rows,
        encoding=_share_encoding(),
        name="share",
        note="Estimated from all mentions and those that people read, with 95 % intervals (docs/methods/prevalence.md).",
        when_empty="Read 200 of a month’s mentions, and its share stands here.",
    )


def share_by_week(rows: Sequence[Row]) -> Chart:
    """The share of negatives of each week as a point with its interval."""
    return Chart(
        title="Share of negatives by week",
        columns=[Column("part", "Week from", "day"), SHARE, LOW, HIGH],
        rows=[{**row, "part": date.fromisoformat(str(row["part"]))} for row in rows],
        encoding=_parts_encoding(is_time=True),
        name="share",
        note="From what people read of each week where that suffices, else PACC by the months before; 95 % intervals.",
        when_empty="Read 200 of a month’s mentions, and the weeks stand here.",
    )


def share_by_language(rows: Sequence[Row]) -> Chart:
    """The share of negatives in each language, the most spoken first."""
    return Chart(
        title="Share of negatives by language",
        columns=[Column("part", "Language"), SHARE, LOW, HIGH],
        rows=rows,
        encoding=_parts_encoding(is_time=False),
        name="share",
        note="From what people read in each language where that suffices, else PACC by the months before; 95 % intervals.",
        when_empty="A language stands here when ten negative and ten other mentions in it were read.",
    )


@cache
def _parts_encoding(*, is_time: bool) -> Spec:
    import altair as alt

    axis = alt.Axis(labelExpr=axis_words(SHARE))
    part = (
        alt.X("utcyearmonthdate(part):T", scale=alt.Scale(type="utc"), title=None)
        if is_time
        else alt.Y("part:N", sort=None, title=None)
    )
    where = (
        alt.Tooltip("utcyearmonthdate(part):T", title="Week from", format="%d %b %Y")
        if is_time
        else alt.Tooltip("part:N", title="Language")
    )
    tooltip = [
        where,
        alt.Tooltip("share:Q", title="Share", format=".1%"),
        alt.Tooltip("low:Q", title="From", format=".1%"),
        alt.Tooltip("high:Q", title="To", format=".1%"),
    ]
    rule = alt.Chart().mark_rule(strokeWidth=3, opacity=0.45)
    point = alt.Chart().mark_point(filled=True, size=70, opacity=1)
    if is_time:
        bar = rule.encode(x=part, y=alt.Y("low:Q", axis=axis), y2="high:Q", tooltip=tooltip)
        dot = point.encode(x=part, y=alt.Y("share:Q"), tooltip=tooltip)
    else:
        bar = rule.encode(y=part, x=alt.X("low:Q", axis=axis), x2="high:Q", tooltip=tooltip)
        dot = point.encode(y=part, x=alt.X("share:Q"), tooltip=tooltip)
    return to_encoding(alt.layer(bar, dot).properties(height=240))


@cache
def _share_encoding() -> Spec:
    import altair as alt

    months = alt.X("utcyearmonth(month):T", scale=alt.Scale(type="utc"), title=None)
    tooltip = [
        alt.Tooltip("utcyearmonth(month):T", title="Month", format="%b %Y"),
        alt.Tooltip("share:Q", title="Share", format=".1%"),
        alt.Tooltip("low:Q", title="From", format=".1%"),
        alt.Tooltip("high:Q", title="To", format=".1%"),
    ]
    axis = alt.Axis(labelExpr=axis_words(SHARE))
    bar = (
        alt.Chart()
        .mark_rule(strokeWidth=3, opacity=0.45)
        .encode(x=months, y=alt.Y("low:Q", axis=axis), y2="high:Q", tooltip=tooltip)
    )
    point = (
        alt.Chart()
        .mark_point(filled=True, size=70, opacity=1)
        .encode(x=months, y=alt.Y("share:Q"), tooltip=tooltip)
    )
    return to_encoding(alt.layer(bar, point).properties(height=240))
