"""The charts of experiments: what happened beside what would have, and how likely a lift is seen."""

from datetime import date
from functools import cache
from math import isfinite
from typing import Any

from livingroom.measure.design.promise import Power
from livingroom.measure.lift.reading import Reading
from livingroom.shared.charts import Chart, Column, Spec, axis_words, to_encoding
from livingroom.shared.money import decimals_of

AVERAGED_DAYS = 7


def actual_and_expected(reading: Reading, currency: str) -> Chart | None:
    """Draw the treated units together, and what they would have done, with its band. None: there is nothing to draw."""
    if not reading.moments:
        return None
    scale = 10 ** decimals_of(currency)
    rows = []
    for moment in reading.moments:
        ends = (moment.actual, moment.expected, moment.low, moment.high)
        if not all(map(isfinite, ends)):
            continue
        actual, expected, low, high = (round(end * scale) for end in ends)
        rows.append(
            {"day": date.fromisoformat(moment.time), "actual": actual, "expected": expected, "low": low, "high": high,
             "part": "test" if moment.is_test else "before"}
        )  # fmt: skip
    columns = [
        Column("day", "Day", "day"),
        Column("actual", "What happened", "money", currency),
        Column("expected", "What would have been", "money", currency),
        Column("low", "at least", "money", currency),
        Column("high", "at most", "money", currency),
        Column("part", "Part"),
    ]
    note = "The band is what would have been sold without it. What lies outside it was added, or lost."
    return Chart(
        title="What happened, and what would have been", columns=columns, rows=_weekly(rows), encoding=_band(currency),
        note=note, name="lift",
    )  # fmt: skip


def power_curve(power: Power) -> Chart:
    """Draw how likely each lift is seen."""
    farthest = max(2.5 * (power.detectable_lift or power.lift), 2 * power.lift)
    rows = [{"lift": lift, "power": chance} for lift, chance in power.curve if lift <= farthest]
    columns = [Column("lift", "Lift", "share"), Column("power", "Chance that it is seen", "share")]
    return Chart(
        title="How likely a lift is seen", columns=columns, rows=rows, encoding=_curve(), name="power"
    )


def _weekly(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Over many days a day's noise hides the picture: take the mean of weeks, none of which mixes before and test."""
    if len(rows) < 12 * AVERAGED_DAYS or (rows[1]["day"] - rows[0]["day"]).days > 1:
        return rows
    weeks: list[dict[str, Any]] = []
    for part in ("before", "test"):
        mine = [row for row in rows if row["part"] == part]
        for at in range(0, len(mine), AVERAGED_DAYS):
            some = mine[at : at + AVERAGED_DAYS]
            mean = {
                name: round(sum(row[name] for row in some) / len(some))
                for name in ("actual", "expected", "low", "high")
            }
            weeks.append({"day": some[0]["day"], **mean, "part": part})
    return weeks


@cache
def _band(currency: str) -> Spec:
    import altair as alt

    value = Column("actual", "", "money", currency)
    x = alt.X(
        "utcyearmonthdate(day):T", scale=alt.Scale(type="utc"), axis=alt.Axis(labelExpr=DAYS, tickCount=8)
    )
    axis = alt.Axis(labelExpr=axis_words(value))
    base = alt.Chart()
    area = base.mark_area(opacity=0.22).encode(x=x, y=alt.Y("low:Q", axis=axis), y2="high:Q")
    tips = [
        alt.Tooltip("utcyearmonthdate(day):T", title="Day", format="%d %b %Y"),
        alt.Tooltip("actual:Q", title=f"What happened ({currency})", format=",.0f"),
        alt.Tooltip("expected:Q", title="What would have been", format=",.0f"),
        alt.Tooltip("low:Q", title="at least", format=",.0f"),
        alt.Tooltip("high:Q", title="at most", format=",.0f"),
    ]
    said = alt.Color("said:N", sort=["What happened", "What would have been"])
    expected = (
        base.transform_calculate(said="'What would have been'")
        .mark_line(strokeDash=[5, 4], strokeWidth=1.5)
        .encode(x=x, y="expected:Q", color=said)
    )
    actual = (
        base.transform_calculate(said="'What happened'")
        .mark_line(point={"size": 24})
        .encode(x=x, y="actual:Q", color=said, tooltip=tips)
    )
    return to_encoding(alt.layer(area, expected, actual).properties(height=320))


DAYS = "utcdate(datum.value) == 1 ? utcFormat(datum.value, '%b %Y') : utcFormat(datum.value, '%d %b')"


@cache
def _curve() -> Spec:
    import altair as alt

    percent = alt.Axis(labelExpr="format(datum.value, '.0%')")
    tips = [
        alt.Tooltip("lift:Q", title="Lift", format=".1%"),
        alt.Tooltip("power:Q", title="Seen", format=".0%"),
    ]
    chart = (
        alt.Chart()
        .mark_line(point=True)
        .encode(
            x=alt.X(
                "lift:Q", axis=alt.Axis(labelExpr="format(datum.value, '~%')", tickCount=6, title="Lift")
            ),
            y=alt.Y("power:Q", axis=percent, scale=alt.Scale(domain=[0, 1])),
            tooltip=tips,
        )
    )
    return to_encoding(chart.properties(height=240))
