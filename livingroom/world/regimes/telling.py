"""truth.json: every figure with what it means, so that nobody compares an estimate with the wrong truth."""

from __future__ import annotations

from typing import Any

import numpy as np

from livingroom.world.regimes.books import branch_names
from livingroom.world.regimes.calendar import NEVER, Calendar
from livingroom.world.regimes.ground import Ground, micros
from livingroom.world.regimes.holdout import Held
from livingroom.world.regimes.lives import CAUSES, MARGIN_SHARE
from livingroom.world.regimes.truth import Tally

DEFINITIONS = {
    "relative_lift": "Net revenue of the counted cells with posts as they were, over net revenue of the same cells had nobody "
    "posted anything, less 1. Counted cells: places and days of the test in which posts were shown; in a switchback only after "
    "wash-out. Both lives are made from the same random numbers. What is pulled forward inside the test cancels out. Refunds "
    "count as far as known at the end of the test, as in panel.csv.",
    "net_lift_minor": "The same difference as an amount.",
    "mean_log_lift": "The mean over places of the logarithm of that ratio: what a regression on logarithms estimates.",
    "net_lift_everywhere_minor": "The difference over all places and days, with spill-over and leaks to places left out.",
    "net_contribution_minor": "Gross profit with posts less gross profit without, everywhere and with every refund in, however "
    "late, less the costs of costs.csv.",
    "evidence_revenue_minor": "Link or code: net revenue of orders that redeemed a post's code, name a click on a post, or are "
    "their customer's first order within 30 days after a human click on a post under the customer's own number.",
    "margin_share": "Gross profit of an order at list price, as a share of it.",
    "discount_anyway_minor": "Discounts on orders that would have come anyway, refunds or not.",
    "held_out_lift": "The same ratio where posts were not shown: spill-over and leaked codes.",
}


def tell(
    ground: Ground, calendar: Calendar, held: Held, tally: Tally, costs_minor: int, facts: dict[str, Any]
) -> dict[str, Any]:
    """Write the truth down."""
    test = slice(ground.pre_days, None)
    on, off = tally.on_minor[:-1, test], tally.off_minor[:-1, test]
    cells = held.treated & held.counted
    outside = ~held.treated & held.counted
    lift = int((on - off)[cells].sum())
    return facts | {
        "relative_lift": ratio(on, off, cells),
        "net_lift_minor": lift,
        "baseline_net_minor": int(off[cells].sum()),
        "mean_log_lift": mean_log(on, off, cells),
        "held_out_lift": ratio(on, off, outside),
        "net_lift_everywhere_minor": int((tally.on_minor - tally.off_minor).sum()),
        "net_lift_matured_minor": tally.gain_matured_minor,
        "net_contribution_minor": tally.gain_minor - costs_minor,
        "gross_profit_lift_minor": tally.gain_minor,
        "costs_minor": costs_minor,
        "margin_share": MARGIN_SHARE,
        "discount_anyway_minor": tally.discount_anyway_minor,
        "evidence_revenue_minor": tally.evidence_minor,
        "evidence_orders": tally.evidence_orders,
        "orders": tally.n_orders,
        "touches": tally.n_touches,
        "window": {
            "pre_starts_on": ground.dates()[0].isoformat(),
            "starts_on": ground.dates()[ground.pre_days].isoformat(),
            "ends_on": ground.dates()[-1].isoformat(),
        },
        "by_geo": by_geo(ground, held, on, off),
        "by_branch": {
            number: {"network": name, "net_lift_minor": int(tally.branch_lift_minor[int(number) - 1])}
            for number, name in branch_names(calendar.n_branches).items()
        },
        "by_cause": {
            cause: {
                "orders": int(tally.cause_orders[number]),
                "net_minor": int(tally.cause_net_minor[number]),
                "discount_minor": int(tally.cause_discount_minor[number]),
            }
            for number, cause in enumerate(CAUSES)
        },
        "leaks": leaks(calendar),
        "definitions": DEFINITIONS,
    }


def ratio(on: Any, off: Any, cells: Any) -> float | None:
    """Give the lift over some cells; None where there are none."""
    without = int(off[cells].sum())
    return int(on[cells].sum()) / without - 1 if without else None


def mean_log(on: Any, off: Any, cells: Any) -> float | None:
    with_posts, without = (np.where(cells, panel, 0).sum(axis=1) for panel in (on, off))
    both = (with_posts > 0) & (without > 0)
    return float(np.log(with_posts[both] / without[both]).mean()) if both.any() else None


def by_geo(ground: Ground, held: Held, on: Any, off: Any) -> dict[str, dict[str, Any]]:
    rows = zip(ground.names()[:-1], held.treated, on.sum(axis=1), off.sum(axis=1), strict=True)
    return {
        name: {
            "treated_days": int(treated.sum()),
            "with_posts_minor": int(with_posts),
            "without_posts_minor": int(without),
            "net_lift_minor": int(with_posts - without),
        }
        for name, treated, with_posts, without in rows
    }


def leaks(calendar: Calendar) -> list[dict[str, Any]]:
    """List the codes that got out, and when."""
    rows = np.flatnonzero((calendar.placements.leaks_at < NEVER) & calendar.shown.any(axis=1))
    at = micros(calendar.placements.leaks_at[rows])
    return [
        {
            "code": f"POST{row + 1:05d}",
            "placement_id": int(row) + 1,
            "branch_id": int(calendar.placements.branch[row]) + 1,
            "leaks_at": int(moment),
        }
        for row, moment in zip(rows, at, strict=True)
    ]
