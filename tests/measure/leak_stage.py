"""Codes of a brand, some of them leaked, drawn as daily counts or as touches and orders."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from tests.measure.tables import DAY, NOON, Row, click, code, order

UNTOUCHED_SHARE = 0.25
SPREAD = 60  # how alike codes are: the weight of the beta of their untouched shares
COUNTS = ("n_signed", "n_from_site", "n_from_elsewhere", "n_late")


@dataclass(frozen=True)
class Drawn:
    """The rows of `code_days`, and by code how many uses leaked and on which day that began (-1: never)."""

    rows: pa.Table
    starts: dict[str, int]
    leaked: dict[str, int]
    revenue_minor: int = 5_000


def draw_codes(
    seed: int,
    n_codes: int,
    *,
    n_days: int = 60,
    per_day: float = 6,
    leak_share: float = 0.25,
    leak_per_day: float = 8,
) -> Drawn:
    """Every code's own traffic is steady and gamma-distributed over codes; a leak adds strangers from its day on."""
    random = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    starts, leaked = {}, {}
    for number in range(n_codes):
        name = f"CODE{number:04d}"
        share = random.beta(UNTOUCHED_SHARE * SPREAD, (1 - UNTOUCHED_SHARE) * SPREAD)
        rate = per_day * random.gamma(4) / 4
        starts[name] = int(random.integers(5, n_days - 8)) if random.random() < leak_share else -1
        own_untouched, touched = (
            random.poisson(rate * share, n_days),
            random.poisson(rate * (1 - share), n_days),
        )
        is_leaking = (np.arange(n_days) >= starts[name]) & (starts[name] >= 0)
        strangers = random.poisson(leak_per_day, n_days) * is_leaking
        leaked[name] = int(strangers.sum())
        rows += [
            day_row(name, day, int(t), int(u))
            for day, (t, u) in enumerate(zip(touched, own_untouched + strangers, strict=True))
            if t + u
        ]
    return Drawn(pa.Table.from_pylist(rows), starts, leaked)


def day_row(name: str, day: int, n_touched: int, n_untouched: int, minor: int = 5_000) -> dict[str, Any]:
    return {
        "code": name, "currency": "USD", "day": 14_400 + day, "placement_id": "1", "branch_id": "1",
        "n_touched": n_touched, "n_untouched": n_untouched, "touched_minor": minor * n_touched,
        "untouched_minor": minor * n_untouched, "suspect_minor": minor * n_untouched,
        "untouched_squares": float(minor) ** 2 * n_untouched, "n_signed": 0, "n_from_site": 0, "from_site_minor": 0,
        "n_from_elsewhere": 0, "from_elsewhere_minor": 0, "n_late": 0, "late_minor": 0,
    }  # fmt: skip


def a_leaked_code(n_days: int = 12, leaks_from: int = 6) -> tuple[list[Row], list[Row]]:
    """Three codes of one branch: two stay among followers; SUMMER is used by strangers of a coupon site from a day on."""
    touches: list[Row] = []
    orders: list[Row] = []

    def use(name: str, day: int, number: int, *, is_seen: bool, **more: Any) -> None:
        placement = {"SUMMER": 11, "AUTUMN": 12, "WINTER": 13}[name]
        who, at = (
            f"{name}-{day}-{number}-{'seen' if is_seen else 'new'}",
            NOON + day * DAY + number * 60_000_000,
        )
        orders.append(order(f"o-{who}", who, at, 5_000, **more))
        touches.append(code(f"r-{who}", who, at, placement=placement, code=name))
        if is_seen:
            touches.append(click(f"c-{who}", who, at - DAY // 2, placement=placement, country="US"))

    for day in range(n_days):
        for name in ("SUMMER", "AUTUMN", "WINTER"):
            for number in range(6):
                use(name, day, number, is_seen=number % 3 != 0, country="US", referrer_host=None)
        for number in range(6, 14):
            if day >= leaks_from:
                host = "www.best-coupons.example" if number % 2 else None
                use(
                    "SUMMER",
                    day,
                    number,
                    is_seen=False,
                    country="BR" if number == 7 else "US",
                    referrer_host=host,
                )
    return touches, orders
