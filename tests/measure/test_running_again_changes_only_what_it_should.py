import random
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from livingroom.measure import credit, engine, evidence
from livingroom.measure.channels import running
from tests.measure.tables import (
    DAY,
    click,
    code,
    credited,
    day,
    graded,
    mail,
    order,
    order_table,
    touch_table,
)


def crowd(n_people=60, seed=7):
    """A few hundred touches and orders of all sorts."""
    dice = random.Random(seed)
    touches, orders = [], []
    for person in (f"p{number}" for number in range(n_people)):
        for number in range(dice.randrange(6)):
            row = dice.choice([click, code, mail])(f"{person}-{number}", person, day(dice.uniform(0, 60)))
            touches.append(row | {"class": dice.choice(["human", "human", "bot"])})
        for number in range(dice.randrange(3)):
            orders.append(
                order(f"{person}-{number}", person, day(dice.uniform(0, 70)), dice.randrange(-5_000, 90_000))
            )
    return touches, orders


def by_key(rows):
    return {(row["order_id"], row["touch_id"], row["model"]): row for row in rows}


def test_the_same_input_gives_the_same_rows():
    touches, orders = crowd()

    assert by_key(credited(touches, orders)) == by_key(credited(touches, orders))
    assert graded(touches, orders) == graded(touches, orders)


def test_many_shards_give_what_one_gives(monkeypatch):
    touches, orders = crowd()
    one_credit, one_evidence = by_key(credited(touches, orders)), graded(touches, orders)

    monkeypatch.setattr(engine.DuckWorkspace, "rows_per_shard", property(lambda self: 25))

    assert by_key(credited(touches, orders)) == one_credit
    assert graded(touches, orders) == one_evidence


def test_a_refund_changes_the_amounts_of_its_order_and_no_share():
    touches, orders = crowd()
    before = by_key(credited(touches, orders))
    refunded = orders[3] | {"revenue_minor": 1}

    after = by_key(credited(touches, [refunded if row is orders[3] else row for row in orders]))

    assert after.keys() == before.keys()
    assert {key: row["share"] for key, row in after.items()} == {
        key: row["share"] for key, row in before.items()
    }
    changed = {key[0] for key in after if after[key] != before[key]}
    assert changed == {orders[3]["order_id"]}


def test_a_late_order_takes_its_touches_and_leaves_everyone_else_alone():
    touches, orders = crowd()
    touches += [mail("m1", "late", day(1)), mail("m2", "late", day(5))]
    orders += [order("known", "late", day(6))]
    before = by_key(credited(touches, orders))

    after = by_key(credited(touches, [*orders, order("late", "late", day(2))]))

    others = {key: row for key, row in before.items() if row["customer_id"] != "late"}
    assert {key: row for key, row in after.items() if row["customer_id"] != "late"} == others
    linear = {key[:2] for key in after if key[2] == "linear" and after[key]["customer_id"] == "late"}
    assert linear == {("late", "m1"), ("known", "m2")}


def test_a_late_touch_changes_its_own_journey_only():
    touches, orders = crowd()
    orders += [order("o", "late", day(6))]
    before = by_key(credited(touches, orders))

    after = by_key(credited([*touches, mail("m", "late", day(5))], orders))

    assert {key[0] for key in before.keys() ^ after.keys()} == {"o"}


def test_csv_gives_what_parquet_gives(tmp_path):
    touches, orders = (table(rows) for table, rows in zip((touch_table, order_table), crowd(), strict=True))
    for name, table in (("touches", touches), ("orders", orders)):
        pq.write_table(table, tmp_path / f"{name}.parquet")
        pa_csv.write_csv(table, tmp_path / f"{name}.csv")

    outs = []
    for kind in ("parquet", "csv"):
        with engine.connect(threads=1) as connection:
            sources = {"touches": tmp_path / f"touches.{kind}", "orders": tmp_path / f"orders.{kind}"}
            credit.assign(connection, **sources, out=tmp_path / f"credit.{kind}")
            evidence.grade(connection, **sources, out=tmp_path / f"evidence.{kind}")
        outs.append({result: _as_text(tmp_path / f"{result}.{kind}") for result in ("credit", "evidence")})

    assert outs[0] == outs[1]
    assert len(outs[0]["credit"]) > 100


def _as_text(path: Path):
    rows = duckdb.sql(f"SELECT * FROM '{path}'").fetchall()
    return sorted(tuple("" if cell is None else str(cell) for cell in row) for row in rows)


def test_a_relation_an_arrow_table_and_a_file_give_the_same(tmp_path):
    touches, orders = (table(rows) for table, rows in zip((touch_table, order_table), crowd(), strict=True))
    pq.write_table(touches, tmp_path / "touches.parquet")
    with engine.connect(threads=1) as connection:
        connection.execute("CREATE TABLE touches AS SELECT * FROM touches")
        connection.execute("CREATE TEMP TABLE orders AS SELECT * FROM orders")
        relation = credit.assign(
            connection, touches=connection.table("touches"), orders=connection.table("orders")
        )
        arrow = credit.assign(connection, touches=touches, orders=orders)
        path = credit.assign(connection, touches=str(tmp_path / "*.parquet"), orders=orders)

        left = connection.sql("SELECT count(*) FROM touches").fetchall()

    assert (
        by_key(relation.rows.to_pylist()) == by_key(arrow.rows.to_pylist()) == by_key(path.rows.to_pylist())
    )
    assert left == [(touches.num_rows,)]


def test_ids_leave_with_the_type_they_came_in():
    touches = pa.table(
        {"customer_id": [1], "touch_id": [5], "at": [10 * DAY], "channel": ["x"], "branch_id": [3.0]}
    )
    orders = pa.table(
        {"order_id": [7], "customer_id": ["1"], "at": [10 * DAY], "revenue_minor": [5], "currency": ["USD"]}
    )

    with engine.connect(threads=1) as connection:
        (row,) = credit.assign(connection, touches=touches, orders=orders, models=("last",)).rows.to_pylist()

    assert (row["order_id"], row["touch_id"], row["customer_id"], row["branch_id"]) == (7, 5, "1", 3)


def test_a_result_that_fails_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    out = tmp_path / "credit.parquet"
    out.write_text("the old result")
    touches, orders = crowd()
    monkeypatch.setattr(running, "add_up", lambda *_: 1 / 0)

    with engine.connect(threads=1) as connection, pytest.raises(ZeroDivisionError):
        credit.assign(connection, touches=touch_table(touches), orders=order_table(orders), out=out)

    assert out.read_text() == "the old result"
    assert [path.name for path in tmp_path.iterdir()] == ["credit.parquet"]
