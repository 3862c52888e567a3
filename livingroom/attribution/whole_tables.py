"""All orders, touches and clicks as the measuring of the whole house reads them, and the orders of one span of months."""

from datetime import UTC, date, datetime

import duckdb
import pyarrow as pa

from livingroom.attribution.inputs import read_codes, read_links
from livingroom.attribution.named_sql import named_sql
from livingroom.attribution.spans import Months
from livingroom.lake import Lake, UnknownTable
from livingroom.shared.models import Brand
from livingroom.shared.months import months_after


def gather(duck: duckdb.DuckDBPyConnection, lake: Lake) -> bool:
    """Make `orders_of_people` and `touches_of_people`, in the reporting currency; False while the lake holds none."""
    try:
        duck.register("orders", lake.read("orders"))
        duck.register("touches", lake.read("touches"))
        duck.register("conversations", lake.read("conversations"))
    except UnknownTable:
        return False
    duck.register("links", read_links())
    duck.register("codes", read_codes())
    lake.relation("clicks", duck)
    currency = Brand.current().reporting_currency
    duck.execute(
        f"""
        CREATE TEMP TABLE orders_of_people AS
        SELECT order_id, CAST(customer_id AS VARCHAR) AS customer_id, orders.at, reporting_minor AS revenue_minor,
               '{currency}' AS currency
        FROM orders
        """  # noqa: S608 - a currency's code, checked when it was set
    )
    duck.execute(
        """
        CREATE TEMP TABLE touches_of_people AS
        SELECT CAST(customer_id AS VARCHAR) AS customer_id, touches.at, channel, touch_id
        FROM touches WHERE class = 'human'
        """
    )
    duck.execute(f"CREATE TEMP TABLE unknown_visitors AS {named_sql('unknown_visitors')}")
    # Known customers whom we answered and who never ordered: they say of answers what strangers' clicks say of links.
    counted = "TRUE" if Brand.current().counts_answers else "FALSE"
    duck.execute(
        f"""
        CREATE TEMP TABLE unknown_people AS
        SELECT customer_id, unknown_visitors.at, channel, touch_id FROM unknown_visitors
        UNION ALL
        SELECT CAST(customer_id AS VARCHAR), conversations.at, channel, touch_id
        FROM conversations
        WHERE {counted} AND NOT is_clicked AND customer_id NOT IN (SELECT orders.customer_id FROM orders)
        """  # noqa: S608 - true or false
    )
    return True


def set_span(duck: duckdb.DuckDBPyConnection, span: Months) -> pa.Table:
    """Make the table `span` and return the orders of it."""
    first, last = span
    start_at, end_at = _microseconds(first), _microseconds(months_after(last, 1))
    duck.execute(
        "CREATE OR REPLACE TEMP TABLE span AS SELECT CAST(? AS BIGINT) AS start_at, CAST(? AS BIGINT) AS end_at",
        [start_at, end_at],
    )
    return duck.sql(
        "SELECT orders_of_people.* FROM orders_of_people, span "
        "WHERE orders_of_people.at >= start_at AND orders_of_people.at < end_at"
    ).to_arrow_table()


def _microseconds(on: date) -> int:
    return int(datetime(on.year, on.month, on.day, tzinfo=UTC).timestamp()) * 1_000_000
