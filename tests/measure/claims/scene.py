"""A month of a small shop, as Arrow tables, and claims made of it."""

import tempfile
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pyarrow as pa

from livingroom.measure import claims
from livingroom.measure.engine import connect
from tests.measure.tables import click, code, day, mail, order, order_table, touch_table

NOW = datetime(2009, 7, 15, 9, tzinfo=UTC)
TERMS = claims.Terms("Social in June", "USD", date(2009, 6, 1), date(2009, 6, 30), margin=0.2)
TESTED = {
    "value": 0.1,
    "low": 0.05,
    "high": 0.2,
    "level": 0.95,
    "n": 40,
    "method": "geo",
    "name": "Half left out",
}


def touches():
    return touch_table(
        [
            click("c1", "ann", day(0)),
            code("r1", "ann", day(1)),
            click("c2", "bob", day(2), branch=2, placement=21, channel="forum"),
            click("c3", "cem", day(3)),
            mail("m3", "cem", day(4)),
            code("r4", "dot", day(5)),
            click("c6", "gil", day(6), **{"class": "bot"}),
        ]
    )


def orders(**changed):
    """Ann A, Bob C on the forum, Cem C with a mail too, Dot D, Eva E, Fay nothing at all, Gil only a bot."""
    rows = [
        order("1", "ann", day(1), 100_00),
        order("2", "bob", day(5), 200_00),
        order("3", "cem", day(5), 300_00),
        order("4", "dot", day(5), 400_00),
        order("5", "eva", day(6), 500_00, said_channel="Twitter"),
        order("6", "fay", day(7), 600_00),
        order("7", "gil", day(7), 700_00),
    ]
    rows = [row | changed.get(f"o{row['order_id']}", {}) for row in rows]
    table = order_table(rows)
    extra = {
        "discount_minor": pa.array([10_00] * len(rows), pa.int64()),
        "goods_minor": pa.array([int((row["revenue_minor"] or 0) * 0.8) for row in rows], pa.int64()),
        "is_first_order": pa.array([row["order_id"] in "135" for row in rows], pa.bool_()),
    }
    for name, column in extra.items():
        table = table.append_column(name, column)
    return table


def costs():
    return pa.Table.from_pylist(
        [
            {"on": "2009-06-05", "kind": "staff", "amount": "50.00", "currency": "USD", "branch": "1"},
            {"on": "2009-06-20", "kind": "tools", "amount": "10.00", "currency": "USD", "branch": ""},
            {"on": "2009-07-01", "kind": "staff", "amount": "99.00", "currency": "USD", "branch": "1"},
        ]
    )


def made(folder: Path, *, terms=TERMS, threads=1, lifts=(), place="", **tables):
    inputs = claims.ClaimInputs(
        tables.get("touches", touches()),
        tables.get("orders", orders()),
        tables.get("costs", costs()),
        tables.get("refunds"),
        lifts,
        tables.get("panels", ()),
    )
    with connect(threads=threads) as connection:
        return claims.build(connection, inputs=inputs, terms=terms, folder=folder, now=NOW, place=place)


@cache
def plain():
    """The claim without a test, made once for all who only read it."""
    return made(Path(tempfile.mkdtemp()))


@cache
def with_a_test():
    """The same with a test."""
    return made(Path(tempfile.mkdtemp()), lifts=(TESTED,))


def saved(tmp_path: Path, **options):
    """A claim as the command leaves it: JSON, PDF, and the inputs beside."""
    claim = made(tmp_path / "claim.inputs", **options)
    claims.write_json(claim, tmp_path / "claim.json")
    return claim, tmp_path / "claim.json"


def verified(path: Path, lake=None, current=None):
    with connect(threads=1) as connection:
        return claims.verify(connection, path, lake, current)
