"""The chart kinds that pages use most. Each is written once with Altair and kept; only rows change from page to page."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from livingroom.shared.charts import Chart, Column, Row, Spec, axis_words, to_encoding

if TYPE_CHECKING:
    import altair as alt

    from livingroom.shared.charts import AnyChart

Mark = Literal["line", "area", "bar"]


def over_time(
    title: str, rows: Sequence[Row], *, at: Column, value: Column, series: Column | None = None, mark: Mark = "line",
    height: int = 300, **words: Any,
) -> Chart:  # fmt: skip
    """Draw `value` over days or months, one line (or layer of an area, or part of a bar) for each of `series`."""
    columns = [column for column in (at, series, value) if column]
    if len({row[at.name] for row in rows}) == 1:
        mark = "bar"  # one day alone makes neither a line nor an area
    encoding = _over_time(at, value, series, mark, height)
    named = series.name if series else ""
    return Chart(title=title, columns=columns, rows=rows, encoding=encoding, series=named, **words)


def bars(title: str, rows: Sequence[Row], *, name: Column, value: Column, **words: Any) -> Chart:
    """Draw one lying bar for each row, in the rows' own order."""
    return Chart(title=title, columns=[name, value], rows=rows, encoding=_bars(name, value), **words)


@cache
def _over_time(at: Column, value: Column, series: Column | None, mark: Mark, height: int) -> Spec:
    import altair as alt

    unit = "utcyearmonth" if at.kind == "month" else "utcyearmonthdate"
    stack: Literal["zero"] | None = None if mark == "line" else "zero"
    channels: dict[str, Any] = {
        # The day as the row says it, wherever the reader sits: everything is counted in UTC.
        "x": alt.X(f"{unit}({at.name}):T", scale=alt.Scale(type="utc"), axis=_days_axis(at)),
        "y": alt.Y(f"{value.name}:Q", axis=alt.Axis(labelExpr=axis_words(value)), stack=stack),
    }
    if series:
        channels["color"] = alt.Color(f"{series.name}:N", sort=None)
        if stack:
            channels["order"] = alt.Order("place:Q")
    drawn = _marked(alt.Chart().encode(**channels), mark, _tooltip(at, value, series, unit))
    return to_encoding(drawn.properties(height=height))


def _days_axis(at: Column) -> "alt.Axis":
    import altair as alt

    style = "utcdate(datum.value) == 1 ? utcFormat(datum.value, '%b %Y') : utcFormat(datum.value, '%d %b')"
    # Whole months only, or a short period would say the same month at every week.
    ticks: Any = {"interval": "month", "step": 1} if at.kind == "month" else 8
    return alt.Axis(labelExpr=style, tickCount=ticks, labelOverlap="parity")


def _marked(base: "alt.Chart", mark: Mark, tooltip: list[Any]) -> "AnyChart":
    import altair as alt

    if mark == "bar":
        bars: alt.Chart = base.mark_bar().encode(tooltip=tooltip)
        return bars
    # A line is one thing to a pointer, so the figures are told by points that show when the pointer comes near.
    near = alt.selection_point(name="near", on="pointermove", nearest=True, empty=False, clear="pointerout")
    seen = alt.when(near).then(alt.value(1)).otherwise(alt.value(0))
    points = base.mark_point().encode(tooltip=tooltip, opacity=seen).add_params(near)
    return alt.layer(base.mark_line() if mark == "line" else base.mark_area(), points)


@cache
def _bars(name: Column, value: Column) -> Spec:
    import altair as alt

    chart = alt.Chart().mark_bar(height={"band": 0.62})
    return to_encoding(
        chart.encode(
            x=alt.X(f"{value.name}:Q", axis=alt.Axis(labelExpr=axis_words(value), grid=True)),
            y=alt.Y(f"{name.name}:N", sort=None, axis=alt.Axis(grid=False, labelLimit=200)),
            tooltip=_tooltip(name, value, None, ""),
        ).properties(height={"step": 34})
    )


def _tooltip(first: Column, value: Column, series: Column | None, unit: str) -> list[Any]:
    import altair as alt

    style = {"share": ".1%", "money": ",.2f"}.get(value.kind, ",.0f")
    label = f"{value.label} ({value.currency})" if value.currency else value.label
    when = alt.Tooltip(
        f"{unit}({first.name}):T", title=first.label, format="%b %Y" if first.kind == "month" else "%d %b %Y"
    )
    shown = [when if unit else alt.Tooltip(f"{first.name}:N", title=first.label)]
    if series:
        # An empty format: without one, Vega-Lite looks for the words in the wrong place when `nearest` is on.
        shown.append(alt.Tooltip(f"{series.name}:N", title=series.label, format=""))
    return [*shown, alt.Tooltip(f"{value.name}:Q", title=label, format=style)]
