"""A small cast of touches and orders, as Arrow tables, and the measuring room run over them."""

from typing import Any

import pyarrow as pa

from livingroom.measure import credit, evidence
from livingroom.measure.engine import connect

DAY = 86_400_000_000
NOON = 1_243_857_600_000_000  # 2009-06-01T12:00:00Z

Row = dict[str, Any]

TOUCH_TYPES = {
    "customer_id": pa.string(),
    "at": pa.int64(),
    "channel": pa.string(),
    "touch_id": pa.string(),
    "branch_id": pa.int64(),
    "placement_id": pa.int64(),
    "kind": pa.string(),
    "class": pa.string(),
    "code": pa.string(),
    "code_kind": pa.string(),
}
ORDER_TYPES = {
    "order_id": pa.string(),
    "customer_id": pa.string(),
    "at": pa.int64(),
    "revenue_minor": pa.int64(),
    "currency": pa.string(),
    "code": pa.string(),
    "click_id": pa.string(),
    "said_channel": pa.string(),
}


def day(number: float) -> int:
    """Noon of a day of June 2009, counted from 0, in microseconds UTC."""
    return NOON + round(number * DAY)


def click(touch_id: str, customer: str, at: int, *, branch: int = 1, placement: int = 11, **more: Any) -> Row:
    row: Row = {"touch_id": touch_id, "customer_id": customer, "at": at, "channel": "x", "kind": "click"}
    return row | {"branch_id": branch, "placement_id": placement} | more


def code(touch_id: str, customer: str, at: int, *, branch: int = 1, placement: int = 11, **more: Any) -> Row:
    return (
        click(touch_id, customer, at, branch=branch, placement=placement, kind="code")
        | {"code": "SUMMER"}
        | more
    )


def mail(touch_id: str, customer: str, at: int) -> Row:
    return {"touch_id": touch_id, "customer_id": customer, "at": at, "channel": "mail", "kind": "mail"}


def order(order_id: str, customer: str | None, at: int, revenue_minor: int = 10_000, **more: Any) -> Row:
    row: Row = {"order_id": order_id, "customer_id": customer, "at": at, "revenue_minor": revenue_minor}
    return row | {"currency": "USD"} | more


def touch_table(rows: list[Row]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=pa.schema(list(TOUCH_TYPES.items())))


def order_table(rows: list[Row]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=pa.schema(list(ORDER_TYPES.items())))


def graded(touches: list[Row], orders: list[Row], **options: Any) -> dict[str, Row]:
    """The evidence of every order, by its id."""
    with connect(threads=1) as connection:
        result = evidence.grade(
            connection, touches=touch_table(touches), orders=order_table(orders), **options
        )
    return {row["order_id"]: row for row in result.rows.to_pylist()}


def credited(touches: list[Row], orders: list[Row], **options: Any) -> list[Row]:
    """All rows of credit."""
    with connect(threads=1) as connection:
        result = credit.assign(
            connection, touches=touch_table(touches), orders=order_table(orders), **options
        )
    return list(result.rows.to_pylist())


def amounts(rows: list[Row], model: str) -> dict[tuple[str, str | None], int]:
    """The amount of each (order, touch) under one rule; rows with share 0 are left out."""
    return {
        (row["order_id"], row["touch_id"]): row["amount_minor"]
        for row in rows
        if row["model"] == model and row["share"] > 0
    }
