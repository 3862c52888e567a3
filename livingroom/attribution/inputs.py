"""What the measuring room is given: orders, links and codes from the database, as Arrow tables.

Read by plain SQL rather than by the ORM: with hundreds of thousands of orders, making a model of each would cost more
than measuring them.
"""

from collections.abc import Sequence

import pyarrow as pa
from django.db import connection

from livingroom.orders.rates import OLDEST_DAYS_FOR_COSTS, NoRate, rate_between
from livingroom.posts.models import Offer

ORDER_SCHEMA = pa.schema(
    [
        ("order_id", pa.int64()),
        ("customer_id", pa.int64()),
        ("at", pa.int64()),
        ("revenue_minor", pa.int64()),
        ("currency", pa.string()),
        ("codes", pa.string()),
        ("click_id", pa.string()),
        ("said_channel", pa.string()),
        ("country", pa.string()),
        ("is_first_order", pa.bool_()),
        ("reporting_minor", pa.int64()),
        ("discount_minor", pa.int64()),
        ("goods_minor", pa.int64()),
        ("quantity", pa.int64()),
        ("referrer_host", pa.string()),
    ]
)
LINK_SCHEMA = pa.schema(
    [
        ("link_id", pa.int64()),
        ("channel", pa.string()),
        ("branch_id", pa.int64()),
        ("placement_id", pa.int64()),
    ]
)
CODE_SCHEMA = pa.schema(
    [
        ("code", pa.string()),
        ("link_id", pa.int64()),
        ("code_kind", pa.string()),
        ("issued_click", pa.string()),
        ("code_id", pa.int64()),
    ]
)

REFUND_SCHEMA = pa.schema(
    [("order_id", pa.int64()), ("at", pa.int64()), ("minor", pa.int64()), ("chargeback", pa.int64())]
)
OFFER_SCHEMA = pa.schema(
    [
        ("placement_id", pa.int64()),
        ("offer_id", pa.int64()),
        ("margin_share", pa.float64()),
        ("unit_cost_minor", pa.int64()),
    ]
)


def read_orders() -> pa.Table:
    """Every order, with what it is worth now. One that names no customer gets its own negative number: a person
    of whom we know this order only."""
    return read_table(
        f"""
        SELECT id, coalesce(customer_id, -id), {microseconds("placed_at")}, net_minor, currency,
               CAST(codes AS TEXT), click_id, said_channel, country, is_first_order,
               net_reporting_minor, discount_reporting_minor, goods_reporting_minor,
               quantity, referrer_host
        FROM orders_order
        """,  # noqa: S608 - the only variable part is the database's own way to say microseconds
        ORDER_SCHEMA,
    )


def read_links() -> pa.Table:
    """Every link with the branch and the placement it is for; other channels' links have neither."""
    return read_table(
        """
        SELECT link.id, link.channel, coalesce(placement.branch_id, link.branch_id), placement.id
        FROM links_link AS link LEFT JOIN posts_placement AS placement ON placement.link_id = link.id
        """,
        LINK_SCHEMA,
    )


def read_codes() -> pa.Table:
    """Every code with the link it belongs to and, for a single-use one, the click it was given to."""
    return read_table("SELECT text, link_id, kind, issued_click, id FROM links_code", CODE_SCHEMA)


def read_refunds() -> pa.Table:
    """All money that went back, as positive amounts in the reporting currency."""
    return read_table(
        f"""
        SELECT order_id, {microseconds('"at"')}, -reporting_minor,
               CASE WHEN kind = 'chargeback' THEN 1 ELSE 0 END
        FROM orders_ledgerentry WHERE kind IN ('refund', 'cancel', 'chargeback')
        """,  # noqa: S608 - the only variable part is the database's own way to say microseconds
        REFUND_SCHEMA,
    )


def read_offers(reporting_currency: str) -> pa.Table:
    """Every placement's offer with its declared margin or unit cost, the latter at the rate of the day the offer began."""
    costs = {
        offer.pk: turned
        for offer in Offer.objects.exclude(unit_cost_minor=None)
        if (turned := _unit_cost(offer, reporting_currency)) is not None
    }
    table = read_table(
        """
        SELECT placement.id, offer.id, CAST(offer.margin_share AS DOUBLE PRECISION), NULL
        FROM posts_placement AS placement
        JOIN posts_post AS post ON post.id = placement.post_id
        JOIN posts_offer AS offer ON offer.id = post.offer_id
        """,
        OFFER_SCHEMA,
    )
    found = pa.array([costs.get(offer_id) for offer_id in table["offer_id"].to_pylist()], pa.int64())
    return table.set_column(3, "unit_cost_minor", found)


def _unit_cost(offer: Offer, reporting_currency: str) -> int | None:
    try:
        rate = rate_between(
            offer.currency, reporting_currency, offer.starts_at.date(), oldest_days=OLDEST_DAYS_FOR_COSTS
        )
    except NoRate:
        return None
    return rate.turn(offer.unit_cost_minor or 0, offer.currency, reporting_currency)


def microseconds(column: str) -> str:
    """The SQL for a time as whole microseconds since 1970 (UTC)."""
    if connection.vendor == "postgresql":
        return f"CAST(extract(epoch FROM {column}) * 1000000 AS BIGINT)"
    # Only the whole seconds go through strftime, which rounds .9996 up to the next one. The doubled per cent sign is one:
    # Django reads placeholders in every statement that comes with parameters.
    fraction = f"CAST(substr(substr({column}, 21, 6) || '000000', 1, 6) AS INTEGER)"
    return (
        f"(CAST(strftime('%%s', substr({column}, 1, 19)) AS INTEGER) * 1000000"
        f" + CASE WHEN substr({column}, 20, 1) = '.' THEN {fraction} ELSE 0 END)"
    )


def read_table(sql: str, schema: pa.Schema, parameters: Sequence[int | str] = ()) -> pa.Table:
    """Run `sql` and give its rows the names and types of `schema`, in order."""
    with connection.cursor() as cursor:
        cursor.execute(sql, tuple(parameters))
        rows = cursor.fetchall()
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)
