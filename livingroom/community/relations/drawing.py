"""The graph as a chart of the house: lines for ties, points for people, and everybody's figures as the table beneath."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from livingroom.community.relations.graph import Drawn, Person
from livingroom.shared.charts import Chart, Column, Row, Spec, to_encoding

COLUMNS = (
    Column("name", "Person"), Column("kind", "Kind"), Column("n_given", "Answers given", "number"),
    Column("n_received", "Answers received", "number"), Column("n_partners", "People answered or answered by", "number"),
)  # fmt: skip

NAMED = 12  # in the picture; everybody is named in the table beneath


@dataclass(frozen=True)
class Graph(Chart):
    """A chart whose picture needs other rows than its table: where points stand, and the lines between them."""

    drawn: Sequence[Row] = field(default=(), repr=False)

    @cached_property
    def spec(self) -> Spec:
        return {**self.encoding, "data": {"values": list(self.drawn)}}


def graph_chart(found: Drawn) -> Graph:
    people = [
        {"name": one.name, "kind": one.kind, "n_given": one.n_given, "n_received": one.n_received,
         "n_partners": one.n_partners}
        for one in found.people
    ]  # fmt: skip
    named = _named(found.people)
    lines = [
        {"what": "tie", "x": tie.giver.x, "y": tie.giver.y, "x2": tie.taker.x, "y2": tie.taker.y, "n": tie.n,
         "tie": f"{tie.giver.name} → {tie.taker.name}"}
        for tie in found.ties
    ]  # fmt: skip
    points = [
        {**row, "what": "person", "x": one.x, "y": one.y, "size": one.n_given + one.n_received,
         "label": one.name if one.key in named else ""}
        for row, one in zip(people, found.people, strict=True)
    ]  # fmt: skip
    shown = len(found.people) < found.n_people
    note = (
        f"The strongest {len(found.people)} of {found.n_people:,} people, "
        if shown
        else f"{found.n_people:,} people, "
    )
    return Graph(
        title="Who answers whom",
        columns=COLUMNS,
        rows=people,
        encoding=_encoding(),
        note=note
        + f"{found.n_ties:,} pairs. A line is thicker the more was answered; near is who talks with each other.",
        when_empty="The picture appears with the first answer from one person to another.",
        name="relations",
        drawn=[*lines, *points],
    )


def _named(people: Sequence[Person]) -> set[str]:
    """The strongest whose names do not stand in each other's way."""
    places: dict[str, tuple[float, float]] = {}
    for one in people:
        is_free = all(abs(one.x - x) > 0.22 or abs(one.y - y) > 0.08 for x, y in places.values())
        if is_free and len(places) < NAMED:
            places[one.key] = (one.x, one.y)
    return set(places)


@cache
def _encoding() -> Spec:
    import altair as alt

    x, y = (alt.X("x:Q", axis=None), alt.Y("y:Q", axis=None))
    lines = (
        alt.Chart()
        .transform_filter("datum.what == 'tie'")
        .mark_rule(opacity=0.35)
        .encode(
            x=x, y=y, x2="x2:Q", y2="y2:Q",
            strokeWidth=alt.StrokeWidth("n:Q", scale=alt.Scale(type="sqrt", range=[0.6, 5]), legend=None),
            tooltip=[alt.Tooltip("tie:N", title="Who, whom"), alt.Tooltip("n:Q", title="Answers", format=",.0f")],
        )
    )  # fmt: skip
    points = (
        alt.Chart()
        .transform_filter("datum.what == 'person'")
        .mark_circle(opacity=0.95, strokeWidth=1)
        .encode(
            x=x, y=y,
            size=alt.Size("size:Q", scale=alt.Scale(type="sqrt", range=[30, 700]), legend=None),
            color=alt.Color("kind:N", sort=["Customer", "One of us"], title=None),
            tooltip=[
                alt.Tooltip("name:N", title="Person"), alt.Tooltip("kind:N", title="Kind"),
                alt.Tooltip("n_given:Q", title="Answers given", format=",.0f"),
                alt.Tooltip("n_received:Q", title="Answers received", format=",.0f"),
            ],
        )
    )  # fmt: skip
    names = (
        alt.Chart()
        .transform_filter("datum.what == 'person' && datum.label != ''")
        .mark_text(dy=-14, fontSize=12, fontWeight=600)
        .encode(x=x, y=y, text="label:N")
    )
    return to_encoding(alt.layer(lines, points, names).properties(height=520))
