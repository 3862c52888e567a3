"""The example of docs/methods/answers.md, worked by the query that the house runs; and that another engine can run it."""

import re
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot.errors import ErrorLevel

from livingroom.attribution.named_sql import named_sql

DOCUMENT = Path(__file__).parents[2] / "docs" / "methods" / "answers.md"
WINDOW = 30 * 86_400 * 1_000_000
NOT_PORTABLE = ("asof", "epoch_us", "quantile_cont", "qualify", "exclude", "group by all")


def table(name):
    block = re.search(rf"```csv {name}\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)[1]
    header, *rows = [line.split(",") for line in block.strip().splitlines()]
    return [dict(zip(header, row, strict=True)) for row in rows]


def micros(text):
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp()) * 1_000_000


@pytest.fixture(scope="module")
def answered():
    with duckdb.connect() as duck:
        duck.execute(
            'CREATE TABLE answers (message_id INT, conversation_id INT, customer_id INT, branch_id INT, "at" BIGINT)'
        )
        duck.executemany("INSERT INTO answers VALUES (?, ?, ?, ?, ?)", [
            [*(int(row[name]) for name in ("message_id", "conversation_id", "customer_id", "branch_id")), micros(row["at"])]
            for row in table("answers")
        ])  # fmt: skip
        duck.execute('CREATE TABLE orders (order_id BIGINT, customer_id BIGINT, "at" BIGINT)')
        orders = [
            [int(row["order_id"]), int(row["customer_id"]), micros(row["at"])] for row in table("orders")
        ]
        duck.executemany("INSERT INTO orders VALUES (?, ?, ?)", orders)
        duck.execute(f"CREATE TABLE answer_settings AS SELECT {WINDOW} AS window_us")
        duck.execute("CREATE TABLE said AS SELECT 4 AS message_id, 70 AS link_id")
        duck.execute("CREATE TABLE links AS SELECT 70 AS link_id, 7 AS branch_id")
        at = micros("2009-06-04T12:00:00")
        duck.execute(
            f"CREATE TABLE clicks AS SELECT 'c' AS click_id, 70 AS link_id, 'human' AS class, {at} AS \"at\""
        )
        duck.execute(
            "CREATE TABLE identity AS SELECT 'c' AS click_id, 3 AS customer_id, CAST(NULL AS BIGINT) AS no_later_than"
        )
        found = duck.sql(
            f"SELECT touch_id, order_id, is_clicked FROM ({named_sql('answered')}) ORDER BY touch_id"
        )
        return found.fetchall()


def test_the_touches_come_out_as_the_page_says(answered):
    said = [
        (row["touch_id"], int(row["order_id"]) if row["order_id"] else None, row["is_clicked"] == "true")
        for row in table("result")
    ]

    assert answered == said


def test_the_sums_come_out_as_the_page_says(answered):
    orders = {int(row["order_id"]): row for row in table("orders")}
    followed = [orders[order] for _, order, _ in answered if order]

    total = sum(int(row["revenue"]) for row in followed)
    alone = sum(int(row["revenue"]) for row in followed if row["grade"] == "none")

    said = re.search(
        r"= \*\*(\d+)\*\*, of it without other evidence .* = \*\*(\d+)\*\*", DOCUMENT.read_text()
    )
    assert (total, alone) == (int(said[1]), int(said[2]))


@pytest.mark.parametrize("name", ["answered", "counted_answers", "answered_orders"])
def test_the_queries_run_on_another_engine_too(name):
    sql = named_sql(name)

    (written,) = sqlglot.transpile(sql, read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE)

    code = "\n".join(line.split("--")[0] for line in sql.lower().splitlines())
    assert written
    assert [word for word in NOT_PORTABLE if word in code] == []
