"""The one door for charts: an Altair chart becomes a `Chart` that a page shows and that PNG and SVG are made from.

A page says `{% include "components/chart.html" with chart=chart id="revenue" only %}`. Rows are dictionaries of plain
values; money stays in minor units until it is drawn. Altair and vl-convert are imported when a chart is first made.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from livingroom.shared.chart_themes import THEMES, Theme
from livingroom.shared.money import SIGNS, from_minor
from livingroom.shared.templatetags import words

if TYPE_CHECKING:
    import altair as alt

    AnyChart = alt.Chart | alt.LayerChart | alt.FacetChart

Kind = Literal["words", "number", "money", "share", "day", "month"]
Row = Mapping[str, Any]
Spec = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of a chart's rows: how it is called, and how its values are written."""

    name: str
    label: str
    kind: Kind = "words"
    currency: str = ""

    @property
    def is_number(self) -> bool:
        return self.kind in {"number", "money", "share"}


@dataclass(frozen=True)
class Cell:
    text: str
    is_number: bool


@dataclass(frozen=True)
class Chart:
    """A picture, the rows it was drawn from, and what is said beside it."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    encoding: Spec = field(repr=False)
    note: str = ""
    when_empty: str = "The picture appears with the first figures."
    name: str = "chart"
    series: str = ""

    @cached_property
    def spec(self) -> Spec:
        """The Vega-Lite specification with the rows inside."""
        values = [_drawn(row, self.columns) for row in self.rows]
        if self.series:
            # Series are stacked in the order in which they first appear, which is also the legend's.
            places = {
                name: place for place, name in enumerate(dict.fromkeys(one[self.series] for one in values))
            }
            values = [one | {"place": places[one[self.series]]} for one in values]
        return {**self.encoding, "data": {"values": values}}

    @property
    def summary(self) -> str:
        labels = ", ".join(column.label for column in self.columns)
        return f"{self.title}. {len(self.rows)} rows of {labels}; the same figures follow as a table."

    @property
    def printed_rows(self) -> list[list[Cell]]:
        return [
            [Cell(_printed(row.get(one.name), one), one.is_number) for one in self.columns]
            for row in self.rows
        ]

    @property
    def for_page(self) -> Spec:
        """What the page's script needs."""
        return {"spec": self.spec, "themes": THEMES}


def build(chart: "AnyChart", **facts: Any) -> Chart:
    """Make a Chart of any Altair chart; its data are the `rows` given here, under the names of the `columns`."""
    return Chart(encoding=to_encoding(chart), **facts)


def to_encoding(chart: "AnyChart") -> Spec:
    """The specification without data and without looks, which are added where it is drawn."""
    spec: Spec = chart.to_dict()
    for name in ("config", "datasets", "data"):
        spec.pop(name, None)
    for layer in spec.get("layer", []):
        # Altair gives a layer without data an empty one, which would hide the rows.
        if layer.get("data") == {"name": "empty"}:
            del layer["data"]
    return {**spec, "width": "container"}


def to_svg(chart: Chart, *, theme: Theme = "light", width: int = 960) -> str:
    """Draw the chart as SVG, for mail and export. Raises ValueError when the specification is wrong."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(_alone(chart, width), config=THEMES[theme])
    return svg


def to_png(chart: Chart, *, theme: Theme = "light", width: int = 960, scale: float = 2) -> bytes:
    """Draw the chart as PNG, `scale` times as fine as `width` says. Raises ValueError when the specification is wrong."""
    import vl_convert

    png: bytes = vl_convert.vegalite_to_png(
        _alone(chart, width), scale=scale, config=THEMES[theme] | _ground(theme)
    )
    return png


def _alone(chart: Chart, width: int) -> Spec:
    """The specification for a picture without a page around it: a width of its own, and its title on it."""
    return {**deepcopy(chart.spec), "width": width, "title": chart.title}


def _ground(theme: Theme) -> Spec:
    return {"background": "#fefdfb" if theme == "light" else "#211e1a"}


def _drawn(row: Row, columns: Sequence[Column]) -> dict[str, Any]:
    return {column.name: _drawable(row.get(column.name), column) for column in columns}


def _drawable(value: Any, column: Column) -> Any:
    if column.kind == "money" and value is not None:
        return float(from_minor(value, column.currency))
    if isinstance(value, date | datetime):
        return value.isoformat()
    return float(value) if column.is_number and value is not None else value


def _printed(value: Any, column: Column) -> str:
    if value is None:
        return words.NOTHING
    match column.kind:
        case "money":
            return words.money_whole(value, column.currency)
        case "number":
            return words.number(value)
        case "share":
            return words.percent(value)
        case "day":
            return words.day(value)
        case "month":
            return f"{value:%b %Y}"
        case _:
            return str(value)


def axis_words(column: Column) -> str:
    """A Vega expression that writes an axis' label as the pages write figures: $1.5 M."""
    if column.kind == "share":
        return "format(datum.value, '.0%')"
    sign = SIGNS.get(column.currency, f"{column.currency} ") if column.kind == "money" else ""
    figure = "replace(replace(replace(format(abs(datum.value), '~s'), 'G', ' B'), 'M', ' M'), 'k', ' K')"
    return f"(datum.value < 0 ? '−' : '') + '{sign}' + {figure}"
