"""What the programme cost, recorded through the till's own door."""

from __future__ import annotations

from datetime import UTC, datetime, time

from livingroom.orders.costs import record_cost
from livingroom.world.generate import World
from livingroom.world.loading.house import branches_of, demo_staff


def load_costs(world: World) -> int:
    """Record every line once; its key keeps it from being recorded again."""
    maya, branches = demo_staff(), branches_of(world.branches)
    costs = world.costs
    for number, (on, kind, branch, minutes, amount, text) in enumerate(
        zip(costs.on, costs.kind, costs.branch.tolist(), costs.minutes.tolist(), costs.amount_minor.tolist(),
            costs.text, strict=True)
    ):  # fmt: skip
        is_staff = kind == "staff"
        record_cost(
            actor=maya,
            kind=kind,
            on=on,
            now=datetime.combine(on, time(18), UTC),
            amount_minor=None if is_staff else amount,
            currency="" if is_staff else "USD",
            minutes=minutes or None,
            branch=branches[branch] if branch >= 0 else None,
            text=text,
            source_key=f"world {number}",
        )
    return len(costs)
