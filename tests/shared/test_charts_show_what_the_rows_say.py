import json
import re
import subprocess
import sys
from datetime import date

import altair as alt
import pytest
from django.template.loader import render_to_string

from livingroom.shared.chart_kinds import bars, over_time
from livingroom.shared.chart_themes import SERIES
from livingroom.shared.charts import Chart, Column, build, to_png, to_svg

MONTH = Column("month", "Month", "month")
BRANCH = Column("branch", "Branch")
NET = Column("net", "Net revenue", "money", "USD")
ROWS = [
    {"month": date(2009, 11, 1), "branch": "Deals", "net": 120_000_75},
    {"month": date(2009, 12, 1), "branch": "Deals", "net": 180_000_00},
    {"month": date(2009, 11, 1), "branch": "Brasil </script>", "net": 40_000_00},
    {"month": date(2009, 12, 1), "branch": "Brasil </script>", "net": None},
]


def revenue(mark: str = "line") -> Chart:
    return over_time("Revenue", ROWS, at=MONTH, value=NET, series=BRANCH, mark=mark)  # type: ignore[arg-type]


def test_money_is_drawn_in_whole_units() -> None:
    drawn = revenue().spec["data"]["values"]

    assert drawn[0] == {"month": "2009-11-01", "branch": "Deals", "net": 120000.75, "place": 0}
    assert drawn[3]["net"] is None


@pytest.mark.parametrize("mark", ["line", "area"])
def test_a_single_month_is_a_bar_that_one_can_see(mark: str) -> None:
    first = [row for row in ROWS if row["month"] == date(2009, 11, 1)]

    chart = over_time("Revenue", first, at=MONTH, value=NET, series=BRANCH, mark=mark)  # type: ignore[arg-type]

    assert chart.spec["mark"]["type"] == "bar"


@pytest.mark.parametrize("mark", ["line", "area", "bar"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_same_chart_is_a_picture_for_mail(mark: str, theme: str) -> None:
    chart = revenue(mark)

    svg, png = to_svg(chart, theme=theme), to_png(chart, theme=theme, scale=1)  # type: ignore[arg-type]

    assert "Dec 2009" in svg
    assert "$100 K" in svg
    assert SERIES[theme][1] in svg
    assert png.startswith(b"\x89PNG")


def test_a_picture_has_the_width_that_was_asked_for() -> None:
    narrow, wide = (int(re.search(r'width="(\d+)"', to_svg(revenue(), width=w))[1]) for w in (300, 900))  # type: ignore[index]

    assert wide - narrow == 600


def test_series_are_stacked_in_the_order_of_their_rows() -> None:
    drawn = revenue("area").spec

    assert [one["place"] for one in drawn["data"]["values"]] == [0, 0, 1, 1]
    assert drawn["layer"][0]["encoding"]["order"]["field"] == "place"


def test_bars_keep_the_order_of_their_rows() -> None:
    rows = [{"branch": name, "net": net} for name, net in [("Zulu", 5000), ("Alpha", 9000), ("Mike", 100)]]

    svg = to_svg(bars("Branches", rows, name=BRANCH, value=NET))

    assert sorted(["Zulu", "Alpha", "Mike"], key=svg.index) == ["Zulu", "Alpha", "Mike"]


def test_any_altair_chart_comes_through_the_same_door() -> None:
    drawing = alt.Chart().mark_tick().encode(x="net:Q")

    chart = build(drawing, title="Orders", columns=[NET], rows=[{"net": 100}])

    assert chart.spec["data"]["values"] == [{"net": 1.0}]
    assert "config" not in chart.spec
    assert to_svg(chart).startswith("<svg")


def test_the_figures_stand_as_a_table_below() -> None:
    page = render_to_string("components/chart.html", {"chart": revenue(), "id": "revenue"})

    assert "Nov 2009" in page
    assert "$120,001" in page  # whole dollars, rounded
    assert "Net revenue" in page


def test_names_cannot_break_out_of_the_page() -> None:
    page = render_to_string("components/chart.html", {"chart": revenue()})

    block = re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)

    assert block
    assert json.loads(block[1])["spec"]["data"]["values"][2]["branch"] == "Brasil </script>"


def test_without_rows_the_chart_says_when_it_comes() -> None:
    chart = bars("Answers", [], name=BRANCH, value=NET, when_empty="It comes with the first answer.")

    page = render_to_string("components/chart.html", {"chart": chart})

    assert "It comes with the first answer." in page
    assert "<table" not in page


def test_pages_without_charts_pay_nothing() -> None:
    code = "import sys, livingroom.shared.chart_kinds; print(sorted({'altair', 'vl_convert'} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
