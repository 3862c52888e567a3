"""What the rows of a file mean: Shopify's export as it is, or columns under the names of a saved mapping."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from livingroom.orders import normalise
from livingroom.orders.facts import Fact, Nothing, Sale, Unusable
from livingroom.orders.fields import Fields
from livingroom.orders.models import ColumnMapping

Row = Mapping[str, str]
# Our names for what a column may hold; those that a file must have come first.
NEEDED = ("order_id", "placed_at", "total")
OPTIONAL = (
    "currency", "discount", "goods_cost", "refunded", "cancelled_at", "updated_at", "email", "customer_id", "country",
    "division", "product", "quantity", "code", "click_id", "landing_url", "said_channel", "referrer",
)  # fmt: skip
SHOPIFY = "shopify"

_SHOPIFY = {
    "order_id": "Name",
    "shopify_id": "Id",
    "placed_at": "Created at",
    "paid_at": "Paid at",
    "status": "Financial Status",
    "currency": "Currency",
    "total": "Total",
    "discount": "Discount Amount",
    "code": "Discount Code",
    "refunded": "Refunded Amount",
    "cancelled_at": "Cancelled at",
    "email": "Email",
    "country": "Billing Country",
    "ship_country": "Shipping Country",
    "product": "Lineitem name",
    "quantity": "Lineitem quantity",
    "notes": "Note Attributes",
}
_NOT_PAID = {"pending", "authorized", "expired", "partially_paid", "unpaid"}


@dataclass(frozen=True)
class Layout:
    """How the rows of one kind of file are read. An order may take several rows, which share `group_by`."""

    name: str
    group_by: str
    needed: tuple[str, ...]
    read: Callable[[Sequence[Row]], list[Fact] | Nothing] = field(repr=False)


def layout_called(name: str, *, currency: str, has_webhooks: bool = False) -> Layout:
    """Return Shopify's layout, or that of the mapping saved under `name`. Raises ColumnMapping.DoesNotExist.

    Shopify's webhooks know an order by its id, not by its name: a shop that has both is read by the id.
    """
    if name == SHOPIFY:
        read_rows = partial(read_shopify, order_id="shopify_id" if has_webhooks else "order_id")
        needed = ("Name", "Created at", "Financial Status", "Total", *(["Id"] if has_webhooks else []))
        return Layout(SHOPIFY, "Name", needed, read_rows)
    mapping = ColumnMapping.objects.get(name=name)
    columns: dict[str, str] = mapping.columns

    def read(rows: Sequence[Row]) -> list[Fact] | Nothing:
        return read_mapped(rows, mapping, currency)

    return Layout(name, columns["order_id"], tuple(columns.values()), read)


def read_shopify(rows: Sequence[Row], *, order_id: str = "order_id") -> list[Fact] | Nothing:
    """Read one order of Shopify's export: its first row holds the totals, all of them its lines."""
    fields = Fields(rows[0], theirs=_SHOPIFY)
    status = fields.text("status", 40).lower()
    if not status:
        raise fields.wrong("status", "is missing; only the first row of an order has one")
    if status in _NOT_PAID:
        return Nothing(f"The order is {status}: nothing was sold yet.")
    cancelled_at = fields.moment("cancelled_at")
    if status == "voided" and cancelled_at is None:
        cancelled_at = fields.needed_moment("placed_at")
    currency = fields.currency()
    lines = [Fields(row, theirs=_SHOPIFY) for row in rows]
    return [
        Sale(
            external_id=fields.needed(order_id),
            placed_at=fields.moment("paid_at") or fields.needed_moment("placed_at"),
            currency=currency,
            amount_minor=fields.needed_money("total", currency),
            discount_minor=fields.money("discount", currency),
            mail=fields.mail("email"),
            country=fields.country("country", "ship_country"),
            product=fields.text("product", 200),
            quantity=sum(line.whole("quantity") or 0 for line in lines) or None,
            codes=normalise.code_words(fields.text("code", 400)),
            refunded_minor=fields.money("refunded", currency) or 0,
            cancelled_at=cancelled_at,
            **_from_notes(fields.text("notes", 4000)),
        )
    ]


def read_mapped(rows: Sequence[Row], mapping: ColumnMapping, currency: str) -> list[Fact] | Nothing:
    """Read one order of any other file: one row, under the mapping's names."""
    if len(rows) > 1:
        raise Unusable(
            f"{mapping.columns['order_id']} is the same as in the row before. One order is one row here.",
            field=mapping.columns["order_id"],
        )
    fields = Fields(
        rows[0],
        theirs=mapping.columns,
        decimal_comma=mapping.decimal_comma,
        date_format=mapping.date_format,
        time_zone=mapping.time_zone,
    )
    currency = fields.currency(default=currency)
    clicks = (fields.text("click_id"), fields.text("landing_url", 2000))
    return [
        Sale(
            external_id=fields.needed("order_id"),
            placed_at=fields.needed_moment("placed_at"),
            currency=currency,
            amount_minor=fields.needed_money("total", currency),
            discount_minor=fields.money("discount", currency),
            goods_minor=fields.money("goods_cost", currency),
            customer_number=fields.text("customer_id", 120),
            mail=fields.mail("email"),
            country=fields.country("country"),
            division=fields.text("division", 60),
            product=fields.text("product", 200),
            quantity=fields.whole("quantity"),
            codes=normalise.code_words(fields.text("code", 400)),
            click_id=next((click for place in clicks if (click := normalise.click_id(place))), ""),
            said_channel=fields.text("said_channel", 40),
            referrer_host=normalise.host_of(fields.text("referrer", 2000)),
            said_at=fields.moment("updated_at"),
            refunded_minor=fields.money("refunded", currency) or 0,
            cancelled_at=fields.moment("cancelled_at"),
        )
    ]


def _from_notes(notes: str) -> dict[str, Any]:
    """Note attributes come as lines such as `lr: 06abc…`; a cart link puts the click there."""
    if not notes:
        return {}
    pairs = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in notes.splitlines())
    }
    places = (pairs.get("lr", ""), pairs.get("landing_url", ""), pairs.get("landing_site", ""))
    return {
        "click_id": next((click for place in places if (click := normalise.click_id(place))), ""),
        "said_channel": pairs.get("said_channel", pairs.get("how did you hear of us", ""))[:40],
        "referrer_host": normalise.host_of(pairs.get("referrer", "")),
    }
