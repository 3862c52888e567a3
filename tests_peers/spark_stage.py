"""Touches and orders with everything that has ever been awkward, for two engines to agree on."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from tests.measure.tables import DAY, NOON, ORDER_TYPES, TOUCH_TYPES

Row = dict[str, Any]
CHANNELS = ("x", "bluesky", "forum", "mail", "search", "ad", "blog", "Orkut")
N_BRANCHED = 3
HUMAN = 0.8
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def nuisances(seed: int, n_people: int) -> tuple[list[Row], list[Row]]:
    """Rows about so many people: at the same microsecond, bots, shared and single-use codes, visitors who become known,
    orders nobody owns, refunds beyond the payment, currencies of no and of three decimals, ids in any script."""
    random = np.random.default_rng(seed)
    orders = [_order(random, number, n_people) for number in range(n_people)]
    touches = [_touch(random, number, n_people) for number in range(6 * n_people)]
    for order in orders[::3]:
        touches += _about(random, order)
    return touches, orders


def _person(random: np.random.Generator, n_people: int) -> str:
    number = int(random.integers(n_people // 2))
    return ("Zoë-", "ann ", "李-", "p")[number % 4] + str(number)


def _moment(random: np.random.Generator) -> int:
    # Half of them on whole days, so that windows end on the dot and orders share their instant.
    if random.random() < 0.5:
        return NOON + int(random.integers(60)) * DAY
    return NOON + int(random.integers(60 * DAY))


def _order(random: np.random.Generator, number: int, n_people: int) -> Row:
    amount = int(random.integers(-2_000, 90_000)) if random.random() < 0.95 else 0
    return {
        "order_id": f"o{number}",
        "customer_id": None if random.random() < 0.03 else _person(random, n_people),
        "at": _moment(random) + (DAY if number % 2 else 0),
        "revenue_minor": amount,
        "currency": ("USD", "usd", "JPY", "KWD")[int(random.integers(4))],
        "code": None,
        "click_id": None,
        "said_channel": (None, None, None, "Twitter", "newspaper", "orkut")[int(random.integers(6))],
    }


def _touch(random: np.random.Generator, number: int, n_people: int) -> Row:
    channel = int(random.integers(len(CHANNELS)))
    is_branched = channel < N_BRANCHED
    kind = ("click", "click", "conversation", "answer")[int(random.integers(4))] if is_branched else "visit"
    return {
        "touch_id": f"t{number}",
        "customer_id": _person(random, n_people),
        "at": _moment(random),
        "channel": CHANNELS[channel],
        "branch_id": channel if is_branched else None,
        "placement_id": 10 * channel + int(random.integers(4))
        if is_branched and random.random() < 0.8
        else None,
        "kind": kind,
        "class": "human" if random.random() < HUMAN else ("bot", "preview", "suspect")[number % 3],
        "code": None,
        "code_kind": None,
    }


def _about(random: np.random.Generator, order: Row) -> list[Row]:
    """A code redeemed in the order: shared, or single-use and given to a visitor who had no name yet."""
    name, branch = order["order_id"], int(random.integers(N_BRANCHED))
    placement = 10 * branch + int(random.integers(4))
    place = {"branch_id": branch, "placement_id": placement, "class": "human", "channel": CHANNELS[branch]}
    code, code_kind = (f"once-{name}", "single") if random.random() < 0.4 else (f"Sale{placement}", "shared")
    redeemed = place | {
        "touch_id": f"r{name}", "customer_id": order["customer_id"] or "nobody", "at": order["at"],
        "kind": "code", "code": code, "code_kind": code_kind,
    }  # fmt: skip
    if code_kind == "shared":
        return [redeemed]
    order["code"] = code.upper() if random.random() < 0.5 else None
    order["click_id"] = f"v{name}" if random.random() < 0.5 else None
    age = int(random.integers(45 * DAY))
    click = redeemed | {"touch_id": f"v{name}", "customer_id": f"visitor-{name}", "kind": "click"}
    return [redeemed, click | {"at": order["at"] - age}]


def spoil(touches: list[Row], orders: list[Row]) -> tuple[list[Row], list[Row]]:
    """Add rows that must be refused, with a reason each, and ids that are there already."""
    bad_touches = [
        touches[0] | {"touch_id": "bad1", "at": None},
        touches[1] | {"touch_id": "bad2", "at": -5},
        touches[2] | {"touch_id": "bad3", "class": "ghost"},
        touches[3] | {"touch_id": "bad4", "channel": " "},
        touches[4] | {"touch_id": "bad5", "customer_id": None},
        touches[5] | {"at": touches[5]["at"] + 1},
        touches[6] | {"touch_id": "odd1", "kind": "Smoke Signal"},
    ]
    bad_orders = [
        orders[0] | {"order_id": "bad6", "currency": "XXX"},
        orders[1] | {"order_id": "bad7", "revenue_minor": 2**60},
        orders[2] | {"order_id": None},
        orders[3] | {"revenue_minor": 7},
        orders[4] | {"order_id": "odd2", "at": 5},
    ]
    return touches + bad_touches, orders + bad_orders


def as_tables(touches: list[Row], orders: list[Row]) -> tuple[pa.Table, pa.Table]:
    """Times as whole microseconds, money as whole minor units, ids as text."""
    return (
        pa.Table.from_pylist(touches, schema=pa.schema(list(TOUCH_TYPES.items()))),
        pa.Table.from_pylist(orders, schema=pa.schema(list(ORDER_TYPES.items()))),
    )


def as_other_types(touches: list[Row], orders: list[Row]) -> tuple[pa.Table, pa.Table]:
    """The same with other types: zoned times, decimals, customers as whole numbers, codes and channels untouched."""
    numbers = {
        name: place for place, name in enumerate(sorted({str(r["customer_id"]) for r in touches + orders}))
    }

    def retyped(row: Row) -> Row:
        who = None if row["customer_id"] is None else numbers[row["customer_id"]]
        at = None if row["at"] is None else EPOCH + timedelta(microseconds=row["at"])
        return row | {"customer_id": who, "at": at}

    def priced(row: Row) -> Row:
        return {k: v for k, v in row.items() if k != "revenue_minor"} | {
            "revenue": Decimal(row["revenue_minor"]) / 100
        }

    other = {"customer_id": pa.int64(), "at": pa.timestamp("us", tz="UTC")}
    order_types = {k: v for k, v in ORDER_TYPES.items() if k != "revenue_minor"} | {
        "revenue": pa.decimal128(20, 2)
    }
    return (
        pa.Table.from_pylist(
            [retyped(row) for row in touches], schema=pa.schema(list((TOUCH_TYPES | other).items()))
        ),
        pa.Table.from_pylist(
            [priced(retyped(row)) for row in orders], schema=pa.schema(list((order_types | other).items()))
        ),
    )
