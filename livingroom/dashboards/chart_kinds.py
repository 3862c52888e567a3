"""Chart kinds of this room: a line with its break-even, dots with intervals, and days with the day on which something changed."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from livingroom.shared.charts import Chart, Column, Row, Spec, axis_words, to_encoding


def line_with_marks(
    title: str, rows: Sequence[Row], *, share: Column, value: Column, low: Column, high: Column, label: str, **words: Any
) -> Chart:  # fmt: skip
    """Draw `value` with its interval over a share from 0 to 1; rows with a `label` are marked points."""
    columns = [share, value, low, high, Column(label, "Mark")]
    encoding = _line_with_marks(share, value, low, high, label)
    return Chart(title=title, columns=columns, rows=rows, encoding=encoding, **words)


def dots(
    title: str, rows: Sequence[Row], *, band: Column, series: Column, group: Column, value: Column,
    low: Column, high: Column, **words: Any,
) -> Chart:  # fmt: skip
    """Draw a dot with its interval for every band and series; series of one group share a colour."""
    columns = [band, series, group, value, low, high]
    encoding = _dots(band, series, group, value, low, high)
    return Chart(title=title, columns=columns, rows=rows, encoding=encoding, **words)


def days_with_change(
    title: str, rows: Sequence[Row], *, at: Column, value: Column, series: Column, change: str, **words: Any
) -> Chart:
    """Draw a bar a day, in parts, and a rule at the day that a row of the column `change` names."""
    columns = [at, series, value, Column(change, "Changes")]
    encoding = _days_with_change(at, value, series, change)
    return Chart(title=title, columns=columns, rows=rows, encoding=encoding, series=series.name, **words)


@cache
def _line_with_marks(share: Column, value: Column, low: Column, high: Column, label: str) -> Spec:
    import altair as alt

    x: Any = alt.X(
        f"{share.name}:Q",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(
            labelExpr="format(datum.value, '.0%')", tickCount=5, title=share.label, titlePadding=10
        ),
    )
    y = alt.Y(f"{value.name}:Q", axis=alt.Axis(labelExpr=axis_words(value)), scale=alt.Scale(zero=True))
    tooltip: Any = [
        alt.Tooltip(f"{share.name}:Q", title=share.label, format=".0%"),
        alt.Tooltip(f"{value.name}:Q", title=f"{value.label} ({value.currency})", format=",.0f"),
    ]
    line = alt.Chart().transform_filter(f"datum.{label} == ''")
    mark = alt.Chart().transform_filter(f"datum.{label} != ''")
    # A label stands below its point, where the rising line is not, and turns away from the picture's edge.
    side = f"datum.{share.name} > 0.6 ? 'right' : 'left'"
    drawn = alt.layer(
        line.mark_area(fillOpacity=0.16, aria=False).encode(
            x=x, y=alt.Y(f"{low.name}:Q"), y2=f"{high.name}:Q"
        ),
        mark.mark_rule(strokeDash=[4, 4], aria=False).encode(y=alt.datum(0)),
        line.mark_line().encode(x=x, y=y),
        line.mark_point(opacity=0, size=160, aria=False).encode(x=x, y=y, tooltip=tooltip),
        mark.mark_rule(strokeWidth=1.5, aria=False).encode(x=x),
        mark.mark_point(size=110, opacity=1).encode(x=x, y=y, tooltip=tooltip),
        mark.mark_text(
            align=alt.ExprRef(f"{side}"),
            dx=alt.ExprRef(f"datum.{share.name} > 0.6 ? -10 : 10"),
            dy=18,
            fontWeight=600,
            aria=False,
        ).encode(x=x, y=y, text=f"{label}:N"),
    )
    return to_encoding(drawn.properties(height=320))


@cache
def _dots(band: Column, series: Column, group: Column, value: Column, low: Column, high: Column) -> Spec:
    import altair as alt

    axis = alt.Axis(labelExpr=axis_words(value), grid=True)
    tooltip: Any = [
        alt.Tooltip(f"{band.name}:N", title=band.label),
        alt.Tooltip(f"{series.name}:N", title=series.label),
        *(
            alt.Tooltip(f"{one.name}:Q", title=f"{one.label} ({one.currency})", format=",.0f")
            for one in (value, low, high)
        ),
    ]
    channels: Any = {
        "y": alt.Y(f"{band.name}:N", sort=None, axis=alt.Axis(grid=False, labelLimit=160, tickBand="extent")),
        "yOffset": alt.YOffset(f"{series.name}:N", sort=None, scale=alt.Scale(paddingInner=0.2)),
        "color": alt.Color(f"{group.name}:N", sort=None),
        "tooltip": tooltip,
    }
    base = alt.Chart().encode(**channels)
    reach = base.mark_rule(strokeWidth=2.5, opacity=0.55, aria=False).encode(
        x=alt.X(f"{low.name}:Q", axis=axis), x2=f"{high.name}:Q"
    )
    point = base.mark_point(size=56).encode(x=alt.X(f"{value.name}:Q", axis=axis))
    drawn = alt.layer(reach, point).properties(height=alt.Step(10, **{"for": "offset"}))
    return to_encoding(drawn)


@cache
def _days_with_change(at: Column, value: Column, series: Column, change: str) -> Spec:
    import altair as alt

    x: Any = alt.X(
        f"utcyearmonthdate({at.name}):T",
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(
            labelExpr="utcdate(datum.value) == 1 ? utcFormat(datum.value, '%b %Y') : utcFormat(datum.value, '%d %b')",
            tickCount=8,
            labelOverlap="parity",
        ),
    )
    tooltip: Any = [
        alt.Tooltip(f"utcyearmonthdate({at.name}):T", title=at.label, format="%d %b %Y"),
        alt.Tooltip(f"{series.name}:N", title=series.label),
        alt.Tooltip(f"{value.name}:Q", title=value.label, format=",.0f"),
    ]
    base = alt.Chart()
    bars = (
        base.transform_filter(f"datum.{change} == ''")
        .mark_bar()
        .encode(
            x=x,
            y=alt.Y(f"{value.name}:Q", stack="zero", axis=alt.Axis(tickMinStep=1, format=",.0f")),
            color=alt.Color(f"{series.name}:N", sort=None, legend=alt.Legend(offset=28)),
            order=alt.Order("place:Q"),
            tooltip=tooltip,
        )
    )
    changed = base.transform_filter(f"datum.{change} != ''")
    rule = changed.mark_rule(strokeWidth=2, strokeDash=[5, 3], aria=False).encode(x=x)
    said = changed.mark_text(
        align="left", dx=-2, dy=-6, baseline="bottom", fontWeight=600, aria=False
    ).encode(x=x, y=alt.value(0), text=f"{change}:N")
    return to_encoding(alt.layer(bars, rule, said).properties(height=260))
