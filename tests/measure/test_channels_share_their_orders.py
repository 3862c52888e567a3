"""The overlap of channels: who was there alone, who with whom, and that every order is counted once."""

import json

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from livingroom.measure.cli import measure
from livingroom.measure.engine import connect
from livingroom.measure.overlap import Part, overlap
from livingroom.measure.summary import FLOOR, GRADES
from tests.measure.tables import click, code, day, mail, order, order_table, touch_table

# ann met X only; bob X and mail; cem mail only, but says Twitter; dot redeems a code and nothing else; eva met nothing.
TOUCHES = [
    click("c1", "ann", day(1)),
    code("r1", "ann", day(2)),
    click("c2", "bob", day(1)),
    mail("m2", "bob", day(1)),
    mail("m3", "cem", day(1)),
    code("r4", "dot", day(2)),
    click("c5", "eva", day(-60)),
]
ORDERS = [
    order("1", "ann", day(2), 1_000),
    order("2", "bob", day(2), 200),
    order("3", "cem", day(2), 30, said_channel="Twitter"),
    order("4", "dot", day(2), 4),
    order("5", "eva", day(2), 50_000),
]


def found(touches, orders):
    with connect(threads=1) as connection:
        return overlap(connection, touches=touch_table(touches), orders=order_table(orders))


def test_twitter_alone():
    x = found(TOUCHES, ORDERS).presence("x", "USD")

    assert x.alone == Part(2, 1_004)  # ann's, and dot's on the word of its code
    assert x.with_others == Part(1, 200)
    assert x.others_only == Part(1, 30)


def test_the_floor_of_alone_is_what_can_be_shown():
    x = found(TOUCHES, ORDERS).presence("x", "USD", FLOOR)

    assert (x.alone, x.with_others, x.others_only) == (Part(1, 1_000), Part(), Part())


def test_the_matrix_says_who_touched_the_same_orders():
    matrix = found(TOUCHES, ORDERS).matrix("USD")

    assert matrix == {
        "x": {"x": Part(3, 1_204), "mail": Part(1, 200)},
        "mail": {"x": Part(1, 200), "mail": Part(2, 230)},
    }


def test_the_social_programme_has_its_company():
    counted = found(TOUCHES, ORDERS)

    companies = {
        name: counted.in_company(name, "USD", GRADES) for name in ("social", "both", "other", "nothing")
    }

    assert companies == {
        "social": Part(2, 1_004),
        "both": Part(1, 200),
        "other": Part(1, 30),
        "nothing": Part(1, 50_000),
    }


def test_currencies_stay_apart():
    orders = [ORDERS[0], ORDERS[1] | {"currency": "JPY"}]

    counted = found(TOUCHES, orders)

    assert counted.presence("x", "USD").touched == Part(1, 1_000)
    assert counted.presence("x", "JPY").touched == Part(1, 200)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.sampled_from(["x", "mail", "search"])),
        max_size=12,
    ),
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.integers(0, 99)), min_size=1, max_size=5
    ),
)
def test_every_order_is_counted_once(met, bought):
    touches = [
        click(f"t{number}", who, day(at), channel=channel)
        | ({} if channel == "x" else {"branch_id": None, "placement_id": None})
        for number, (who, at, channel) in enumerate(met)
    ]
    orders = [order(f"o{number}", who, day(at), minor) for number, (who, at, minor) in enumerate(bought)]

    counted = found(touches, orders)

    every = [counted.in_company(name, "USD", GRADES) for name in ("social", "both", "other", "nothing")]
    assert sum(part.n_orders for part in every) == len(orders)
    assert sum(part.revenue_minor for part in every) == sum(minor for _, _, minor in bought)
    for channel in counted.channels("USD", GRADES):
        there = counted.presence(channel, "USD", GRADES)
        assert (there.touched + there.others_only).n_orders == len(orders) - every[3].n_orders


@pytest.fixture
def files(tmp_path):
    import pyarrow.parquet as pa_parquet

    pa_parquet.write_table(touch_table(TOUCHES), tmp_path / "touches.parquet")
    pa_parquet.write_table(order_table(ORDERS), tmp_path / "orders.parquet")
    return ["--touches", str(tmp_path / "touches.parquet"), "--orders", str(tmp_path / "orders.parquet")]


def test_the_command_prints_it_and_gives_it_as_json(files):
    printed = CliRunner().invoke(measure, ["evidence", *files])
    told = CliRunner().invoke(measure, ["evidence", *files, "--json"])

    assert printed.exit_code == told.exit_code == 0, printed.output + told.output
    assert "Alone?" in printed.stdout
    assert "both touched (USD)" in printed.stdout
    json_text = json.loads(told.stdout)
    assert json_text["overlap"]["USD"]["channels"]["x"]["ceiling"]["alone"] == {
        "n_orders": 2,
        "revenue_minor": 1_004,
    }
    assert json_text["without_leaks"]["USD"]["leaked_minor"] == 0
    assert json_text["out"] is None


def test_the_leaks_command_writes_a_line_for_every_code(files, tmp_path):
    done = CliRunner().invoke(measure, ["leaks", *files, "--out", str(tmp_path / "leaks.csv"), "--json"])

    assert done.exit_code == 0, done.output
    (summer,) = json.loads(done.stdout)["codes"]
    assert (summer["code"], summer["n_uses"], summer["n_touched"], summer["proposal"]) == (
        "SUMMER",
        2,
        1,
        "keep",
    )
    assert (tmp_path / "leaks.csv").read_text().splitlines()[1].startswith('"SUMMER","11","1","USD",2,1,1004')


def test_a_result_that_cannot_be_written_is_refused_before_any_work(files, tmp_path):
    done = CliRunner().invoke(measure, ["leaks", *files, "--out", str(tmp_path / "leaks.xlsx")])

    assert done.exit_code == 2
    assert "named .parquet or .csv" in done.stderr
