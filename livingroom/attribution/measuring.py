"""Hand orders and touches to the measuring room, and keep both in the lake for whoever wants to count again."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import duckdb
import pyarrow as pa

from livingroom.attribution.answers import register_answers
from livingroom.attribution.inputs import read_codes, read_links, read_orders
from livingroom.attribution.named_sql import named_sql
from livingroom.lake import Lake, UnknownTable
from livingroom.measure import credit, evidence

logger = logging.getLogger(__name__)
TABLES = ("orders", "touches", "conversations")
MODELS = ("last", "first", "linear", "time_decay", "position")


@dataclass(frozen=True)
class Inputs:
    """`touches` divide orders and grade them. `conversations` are what people of ours answered, whether it counts or not."""

    orders: pa.Table
    touches: pa.Table
    conversations: pa.Table


def gather(
    lake: Lake, *, window_days: int = 30, counts_answers: bool = False, touches_are_the_same: bool = False
) -> Inputs:
    """Join the lake's clicks and the inbox's answers to links, codes and customers.

    With `touches_are_the_same`, clicks and answers are as when the kept touches were made: those are taken again if no order's
    people, codes or clicks changed either. A refund alone need not read every click there is.
    """
    orders, links, codes = read_orders(), read_links(), read_codes()
    with lake.reading() as duck:
        for name, table in (("orders", orders), ("links", links), ("codes", codes)):
            duck.register(name, table)
        duck.execute(f"CREATE OR REPLACE TEMP TABLE order_codes AS {named_sql('order_codes')}")
        with_code = duck.sql(named_sql("orders")).to_arrow_table()
        if touches_are_the_same and _only_money_moved(duck, lake):
            return Inputs(with_code, lake.read("touches"), lake.read("conversations"))
        lake.relation("clicks", duck)
        duck.execute(f"CREATE OR REPLACE TEMP TABLE identity AS {named_sql('identity')}")
        register_answers(duck, timedelta(days=window_days) // timedelta(microseconds=1))
        duck.execute(f"CREATE OR REPLACE TEMP TABLE answered AS {named_sql('answered')}")
        counted = f" UNION ALL {named_sql('counted_answers')}" if counts_answers else ""
        touches = duck.sql(f"{named_sql('touches')}{counted}").to_arrow_table()
        conversations = duck.sql("FROM answered").to_arrow_table()
    return Inputs(with_code, touches, conversations)


def _only_money_moved(duck: duckdb.DuckDBPyConnection, lake: Lake) -> bool:
    """Whether all that touches depend on is in the orders as it was."""
    try:
        duck.register("kept_orders", lake.read("orders"))
    except UnknownTable:
        return False
    return duck.sql(named_sql("moved_orders")).fetchall() == [(0,)]


def register(duck: duckdb.DuckDBPyConnection, lake: Lake, inputs: Inputs, *, everyone: bool) -> bool:
    """Make `orders`, `touches` and `conversations` known, and the `people` to measure with theirs.

    Return whether these people are everyone; they are, too, when the lake holds nothing to compare with.
    """
    for name in TABLES:
        duck.register(name, getattr(inputs, name))
    if not everyone:
        try:
            for name in TABLES:
                duck.register(f"previous_{name}", lake.read(name))
        except UnknownTable:
            everyone = True
    people = "SELECT DISTINCT customer_id FROM orders" if everyone else named_sql("changed_people")
    duck.execute(f"CREATE TEMP TABLE people AS {people}")
    for name in TABLES:
        duck.execute(f"CREATE TEMP TABLE people_{name} AS FROM {name} SEMI JOIN people USING (customer_id)")
    return everyone


def measure(duck: duckdb.DuckDBPyConnection, *, window_days: int, networks: Sequence[str]) -> None:
    """Make the tables `evidence` and `credit` for the people in `duck`.

    The brand's networks are named because a few people's touches may not show them all.
    """
    touches = duck.sql(named_sql("measured_touches")).to_arrow_table()
    orders = duck.sql(named_sql("measured_orders")).to_arrow_table()
    graded = evidence.grade(
        duck, touches=touches, orders=orders, window_days=window_days, social_channels=tuple(networks)
    )
    credited = credit.assign(duck, touches=touches, orders=orders, window_days=window_days, models=MODELS)
    for problem in graded.report.rejected:
        logger.warning("left out of measuring: %s", problem)
    duck.register("evidence", graded.rows)
    duck.register("credit", credited.rows)


def orders_of_people(duck: duckdb.DuckDBPyConnection) -> list[int]:
    """The orders whose rows may differ: those of the measured people, and those they had before."""
    found = duck.sql(
        """
        SELECT order_id FROM people_orders
        UNION
        SELECT order_id FROM previous_orders SEMI JOIN people USING (customer_id)
        """
    )
    return [order_id for (order_id,) in found.fetchall()]


def counts(duck: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    """How many orders, touches and measured people there are."""
    found = duck.sql(
        "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM touches), (SELECT count(*) FROM people)"
    ).fetchall()
    n_orders, n_touches, n_people = found[0]
    return n_orders, n_touches, n_people


def keep(lake: Lake, inputs: Inputs) -> None:
    """Remember what was measured, so that the next run sees whose rows have changed."""
    for name in TABLES:
        lake.write_table(name, getattr(inputs, name))
