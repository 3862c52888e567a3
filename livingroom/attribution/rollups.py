"""What the pages read: orders, posts, clicks, followers and costs added up, kept equal to their sources by differences."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import duckdb
import numpy as np
import pyarrow as pa

from livingroom.attribution.difference import apply_difference
from livingroom.attribution.inputs import read_offers, read_refunds, read_table
from livingroom.attribution.models import BranchMonth, DailyFigure, Milestone, MonthFigure, ReturnMonth
from livingroom.attribution.named_sql import named_sql
from livingroom.measure.returns.maturation import refund_curve
from livingroom.shared.money import decimals_of

BRANCH, MONTH = ("branch_id", pa.int64()), ("month", pa.string())


def roll_up(duck: duckdb.DuckDBPyConnection, *, currency: str, now: datetime) -> int:
    """Bring every roll-up up to date; `duck` holds all `orders`. Return how many rows were removed or written."""
    _register_values(duck, currency, now)
    _register_months(duck)
    for name in ("valued_orders", "daily_figures"):
        duck.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {named_sql(name)}")
    duck.register("refund_curve", _refund_curve(duck, _microseconds(now)))
    return (
        apply_difference(duck, DailyFigure, "daily_figures")
        + apply_difference(duck, MonthFigure, f"({named_sql('month_figures')})")
        + apply_difference(duck, ReturnMonth, f"({named_sql('return_months')})")
        + apply_difference(duck, BranchMonth, f"({named_sql('branch_months')})")
        + _apply_milestones(duck, currency)
    )


def round_figures(currency: str) -> Iterator[int]:
    """1,000, 2,000, 3,000, 5,000, 10,000 and so on, in minor units of `currency`."""
    for power in count(3 + decimals_of(currency)):
        yield from (first * 10**power for first in (1, 2, 3, 5))


def _register_values(duck: duckdb.DuckDBPyConnection, currency: str, now: datetime) -> None:
    """What an order's worth is made of beside the order itself: its grade, its refunds, and its offer's margin."""
    schema = pa.schema(
        [("order_id", pa.int64()), ("grade", pa.string()), BRANCH, ("placement_id", pa.int64())]
    )
    graded = "SELECT order_id, grade, branch_id, placement_id FROM attribution_evidence"
    duck.register("graded", read_table(graded, schema))
    duck.register("refunds", read_refunds())
    duck.register("offers", read_offers(currency))
    duck.execute(
        f"CREATE OR REPLACE TEMP TABLE clock AS SELECT CAST({_microseconds(now)} AS BIGINT) AS now_at"
    )


def _refund_curve(duck: duckdb.DuckDBPyConnection, now_at: int) -> pa.Table:
    """For every age of an order in days, the share of its price that is still to come back."""
    orders = duck.sql(
        "SELECT order_id, valued_orders.at, price_minor FROM valued_orders ORDER BY order_id"
    ).fetchnumpy()
    refunds = duck.sql(
        "SELECT order_id, refunds.at, minor FROM refunds SEMI JOIN valued_orders USING (order_id)"
    ).fetchnumpy()
    curve = refund_curve(
        orders["at"],
        orders["price_minor"],
        np.searchsorted(orders["order_id"], refunds["order_id"]),
        refunds["at"],
        refunds["minor"],
        now_at,
    )
    ages = np.arange(len(curve.share_by_age))
    return pa.table({"age_days": ages, "share_to_come": curve.still_to_come(ages)})


def _microseconds(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _register_months(duck: duckdb.DuckDBPyConnection) -> None:
    number = pa.int64()
    duck.register(
        "posts",
        read_table(
            """
            SELECT branch_id, substr(CAST(sent_at AS TEXT), 1, 7), count(*) FROM posts_placement
            WHERE state = 'sent' AND sent_at IS NOT NULL GROUP BY 1, 2
            """,
            pa.schema([BRANCH, MONTH, ("n", number)]),
        ),
    )
    duck.register(
        "clicks_by_month",
        read_table(
            """
            SELECT branch_id, substr(CAST("on" AS TEXT), 1, 7), click_class, sum(n), sum(n_unique)
            FROM links_branchclickcount GROUP BY 1, 2, 3
            """,
            pa.schema([BRANCH, MONTH, ("click_class", pa.string()), ("n", number), ("n_unique", number)]),
        ),
    )
    duck.register(
        "reach",
        read_table(
            """
            SELECT branch_id, month, followers FROM (
                SELECT branch_id, substr(CAST("on" AS TEXT), 1, 7) AS month, followers,
                       row_number() OVER (
                           PARTITION BY branch_id, substr(CAST("on" AS TEXT), 1, 7) ORDER BY "on" DESC
                       ) AS nth
                FROM branches_reachday
            ) AS by_day WHERE nth = 1
            """,
            pa.schema([BRANCH, MONTH, ("followers", number)]),
        ),
    )
    duck.register(
        "costs",
        read_table(
            """
            SELECT branch_id, substr(CAST("on" AS TEXT), 1, 7), kind, CAST(sum(reporting_minor) AS BIGINT)
            FROM orders_cost GROUP BY 1, 2, 3
            """,
            pa.schema([BRANCH, MONTH, ("kind", pa.string()), ("minor", number)]),
        ),
    )


def _apply_milestones(duck: duckdb.DuckDBPyConnection, currency: str) -> int:
    days = duck.sql(named_sql("milestone_days")).fetchall()
    amounts = round_figures(currency)
    passed: list[tuple[int, str]] = []
    amount = next(amounts)
    for on, so_far in days:
        while so_far >= amount:
            passed.append((amount, on))
            amount = next(amounts)
    schema = pa.schema([("amount_minor", pa.int64()), ("passed_on", pa.string())])
    rows = [{"amount_minor": amount, "passed_on": on} for amount, on in passed]
    duck.register("milestones", pa.Table.from_pylist(rows, schema=schema))
    return apply_difference(duck, Milestone, "milestones")
