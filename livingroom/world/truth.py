"""What only the world knows: what each person would have spent without the posts. Kept apart from the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from livingroom.world.brand import BranchFacts
from livingroom.world.columns import Columns
from livingroom.world.people import STRANGER, Needs
from livingroom.world.period import Booleans, Floats, day_of
from livingroom.world.rates import to_dollars
from livingroom.world.shopping import CAUSES, INDUCED, Lives, Purchases
from livingroom.world.till import Refunds


@dataclass(frozen=True)
class Truth(Columns):
    """One row an order, in the orders' own order: why it came about."""

    external_id: list[str]
    cause: list[str]
    would_have_bought: Booleans
    saw_post: Booleans


def tell_truth(external_id: list[str], needs: Needs, lives: Lives) -> Truth:
    """Say for each order whether it would have come without the posts."""
    bought = lives.on
    return Truth(
        external_id=external_id,
        cause=[CAUSES[cause] for cause in bought.cause.tolist()],
        would_have_bought=bought.cause != INDUCED,
        saw_post=lives.exposure.seen[bought.need] & (lives.exposure.seen_at[bought.need] < bought.at),
    )


def net_dollars(needs: Needs, bought: Purchases, refunds: Refunds) -> Floats:
    """Return each purchase's worth in dollars after what was given back."""
    paid = bought.list_minor - bought.discount_minor
    back = np.zeros(len(bought), dtype=np.int64)
    np.add.at(back, refunds.order, refunds.amount_minor)
    return to_dollars(paid - back, needs.country[bought.need], day_of(bought.at))


def summarise(
    branches: tuple[BranchFacts, ...], needs: Needs, lives: Lives, returned_on: Refunds, returned_off: Refunds
) -> dict[str, Any]:
    """Add up both lives in US cents: all, and by the account whose followers they are."""
    on, off = net_dollars(needs, lives.on, returned_on), net_dollars(needs, lives.off, returned_off)
    whose_on, whose_off = needs.branch[lives.on.need], needs.branch[lives.off.need]
    by_branch = {
        facts.key: lift_of(on[whose_on == index], off[whose_off == index])
        for index, facts in enumerate(branches)
        if facts.sells
    }
    strangers = lift_of(on[whose_on == STRANGER], off[whose_off == STRANGER])
    causes = np.bincount(lives.on.cause, minlength=len(CAUSES))
    return {
        "currency": "USD",
        **lift_of(on, off),
        "by_branch": by_branch,
        "strangers": strangers,
        "orders_by_cause": dict(zip(CAUSES, causes.tolist(), strict=True)),
    }


def lift_of(on: Floats, off: Floats) -> Mapping[str, float | int]:
    with_posts, without = round(float(on.sum()) * 100), round(float(off.sum()) * 100)
    return {
        "revenue_with_posts_minor": with_posts,
        "revenue_without_posts_minor": without,
        "net_lift_minor": with_posts - without,
        "relative_lift": round((with_posts - without) / without, 6) if without else 0.0,
        "orders_with_posts": len(on),
        "orders_without_posts": len(off),
    }
