"""Orders and refunds as the tills' book would enter them, told one by one in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from livingroom.orders.models import LedgerEntry, Order, Shop
from livingroom.orders.rates import Rate, rate_between
from livingroom.people.models import Customer, Handle
from livingroom.world.baskets import DIVISIONS
from livingroom.world.catalogue import PRODUCTS
from livingroom.world.countries import COUNTRIES, COUNTRY_CODES
from livingroom.world.generate import World
from livingroom.world.loading.bulk import first_free_id, insert
from livingroom.world.loading.house import shops_of
from livingroom.world.period import to_datetime

REPORTING = "USD"
REASON = {True: "Sent back", False: "Kept with a rebate, or a part sent back"}


@dataclass(frozen=True)
class Money:
    """What an order is worth, in its own currency and in the reporting one."""

    rate: Rate
    sale: int
    net: int
    net_reporting: int
    sale_reporting: int
    discount_reporting: int
    goods_reporting: int


def load_orders(world: World) -> int:
    """Write customers, handles, orders and their ledger."""
    shops = shops_of()
    customer_ids = insert_customers(world, shops)
    insert_orders(world, shops, customer_ids)
    return len(world.orders)


def customer_number(person: int) -> str:
    return f"C{person + 100_000}"


def product_text(world: World, number: int) -> str:
    """Name what was bought, with the thing beside it."""
    main = PRODUCTS[int(world.orders.product[number])].name
    extra = int(world.orders.extra[number])
    return f"{main}, {PRODUCTS[extra].name}" if extra >= 0 else main


def insert_customers(world: World, shops: list[Shop]) -> dict[tuple[int, int], int]:
    """Make one customer for each person and country's shop. Returns their numbers."""
    orders, first = world.orders, first_free_id(Customer)
    whose = list(zip(orders.person.tolist(), orders.country.tolist(), strict=True))
    firsts: dict[tuple[int, int], int] = {}
    for number, key in enumerate(whose):
        firsts.setdefault(key, number)
    at = [to_datetime(int(orders.at[number])) for number in firsts.values()]
    ids = dict(zip(firsts, range(first, first + len(firsts)), strict=True))
    countries = [COUNTRY_CODES[country] for _, country in firsts]
    insert(
        Customer, {"id": list(ids.values()), "country": countries, "first_seen_at": at, "first_order_at": at}
    )
    handle = first_free_id(Handle)
    values = [f"{shops[country].slug}:{customer_number(person)}" for person, country in firsts]
    insert(
        Handle,
        {
            "id": range(handle, handle + len(ids)),
            "customer_id": list(ids.values()),
            "kind": [Handle.Kind.SHOP.value] * len(ids),
            "value": values,
            "seen_at": at,
        },
    )
    return ids


def rates_of(world: World) -> list[Rate]:
    """Return each order's rate: the one of its own date."""
    known: dict[tuple[int, int], Rate] = {}
    rates = []
    days = world.orders.at // 86_400_000_000
    for country, day, at in zip(
        world.orders.country.tolist(), days.tolist(), world.orders.at.tolist(), strict=True
    ):
        key = (country, day)
        if key not in known:
            known[key] = rate_between(COUNTRIES[country].currency, REPORTING, to_datetime(at).date())
        rates.append(known[key])
    return rates


def money_of(world: World, number: int, rate: Rate, back: int, is_whole: bool) -> Money:
    """Do the ledger's sums for one order: with the whole amount, discount and goods come back too."""
    orders = world.orders
    currency = COUNTRIES[int(orders.country[number])].currency
    sale = int(orders.gross_minor[number])

    def turn(minor: int) -> int:
        return rate.turn(minor, currency, REPORTING)

    return Money(
        rate=rate,
        sale=sale,
        net=sale - back,
        net_reporting=turn(sale - back),
        sale_reporting=turn(sale),
        discount_reporting=0 if is_whole else turn(int(orders.discount_minor[number])),
        goods_reporting=0 if is_whole else turn(int(orders.goods_minor[number])),
    )


def insert_orders(world: World, shops: list[Shop], customer_ids: dict[tuple[int, int], int]) -> None:
    orders, refunds, first = world.orders, world.refunds, first_free_id(Order)
    n = len(orders)
    back, whole = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.bool_)
    changed = orders.at.copy()
    back[refunds.order], whole[refunds.order], changed[refunds.order] = (
        refunds.amount_minor,
        refunds.is_whole,
        refunds.at,
    )
    money = [
        money_of(world, number, rate, int(back[number]), bool(whole[number]))
        for number, rate in enumerate(rates_of(world))
    ]
    ids = range(first, first + n)
    insert(Order, order_columns(world, shops, customer_ids, money, ids, changed.tolist()))
    insert(LedgerEntry, ledger_columns(world, shops, money, ids))


def order_columns(
    world: World, shops: list[Shop], customer_ids: dict[tuple[int, int], int], money: list[Money],
    ids: range, changed: list[int],
) -> dict[str, Any]:  # fmt: skip
    orders = world.orders
    country = orders.country.tolist()
    click_ids = world.clicks.click_id[orders.click.clip(0)].tolist()
    return {
        "id": ids,
        "shop_id": [shops[index].pk for index in country],
        "external_id": orders.external_id,
        "placed_at": [to_datetime(at) for at in orders.at.tolist()],
        "customer_id": [customer_ids[key] for key in zip(orders.person.tolist(), country, strict=True)],
        "is_first_order": [bool(value) for value in orders.is_first],
        "country": [COUNTRY_CODES[index] for index in country],
        "division": [DIVISIONS[index] for index in orders.division.tolist()],
        "product": [product_text(world, number) for number in range(len(orders))],
        "quantity": orders.quantity.tolist(),
        "currency": [COUNTRIES[index].currency for index in country],
        "codes": [[code] if code else [] for code in orders.code],
        "click_id": [
            text.decode() if click >= 0 else ""
            for text, click in zip(click_ids, orders.click.tolist(), strict=True)
        ],
        "said_channel": orders.said_channel,
        "referrer_host": orders.referrer_host,
        "gross_minor": [each.sale for each in money],
        "refunded_minor": [each.sale - each.net for each in money],
        "net_minor": [each.net for each in money],
        "net_reporting_minor": [each.net_reporting for each in money],
        "discount_reporting_minor": [each.discount_reporting for each in money],
        "goods_reporting_minor": [each.goods_reporting for each in money],
        "changed_at": [to_datetime(at) for at in changed],
    }


def ledger_columns(world: World, shops: list[Shop], money: list[Money], ids: range) -> dict[str, Any]:
    """One sale for each order, then the refunds."""
    orders, refunds = world.orders, world.refunds
    back = refunds.order.tolist()
    which = [*range(len(orders)), *back]
    sales = len(orders)
    amounts = [each.sale for each in money] + (-refunds.amount_minor).tolist()
    returned = [money[order].net_reporting - money[order].sale_reporting for order in back]
    whole = [bool(value) for value in refunds.is_whole]
    first = first_free_id(LedgerEntry)
    country = [int(orders.country[number]) for number in which]
    return {
        "id": range(first, first + len(which)),
        "order_id": [ids[number] for number in which],
        "shop_id": [shops[index].pk for index in country],
        "kind": [LedgerEntry.Kind.SALE.value] * sales + [LedgerEntry.Kind.REFUND.value] * len(back),
        "external_id": orders.external_id + [refund_number(orders.external_id[number]) for number in back],
        "at": [to_datetime(at) for at in [*orders.at.tolist(), *refunds.at.tolist()]],
        "amount_minor": amounts,
        "discount_minor": orders.discount_minor.tolist() + taken_back(orders.discount_minor, back, whole),
        "goods_minor": orders.goods_minor.tolist() + taken_back(orders.goods_minor, back, whole),
        "currency": [COUNTRIES[index].currency for index in country],
        "rate": [money[number].rate.value for number in which],
        "rate_on": [money[number].rate.on for number in which],
        "reporting_currency": [REPORTING] * len(which),
        "reporting_minor": [each.sale_reporting for each in money] + returned,
        "reason": [""] * sales + [REASON[value] for value in whole],
    }


def refund_number(external_id: str) -> str:
    return f"R-{external_id}"


def taken_back(values: Any, orders: list[int], whole: list[bool]) -> list[int]:
    return [-int(values[order]) if is_whole else 0 for order, is_whole in zip(orders, whole, strict=True)]
