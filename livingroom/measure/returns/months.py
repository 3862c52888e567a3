"""The return by month and cumulated: one incrementality for all months, drawn once, so that sums have right intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.returns.contribution import (
    METHOD,
    N_DRAWS,
    added_revenue,
    simple_break_even,
    wasted_discount,
)
from livingroom.measure.returns.inputs import ReturnInputs
from livingroom.measure.returns.quantities import Draws, draw, middle, summed_up


@dataclass(frozen=True)
class MonthReturn:
    """One month, alone and with all before it. Amounts in minor units.

    `contribution` stands on the whole period's incrementality: a test says what posts added, not in which month.
    """

    month: str
    evidence_minor: float
    cost_minor: float
    contribution: Estimate | NotEnoughData
    break_even: float | NotEnoughData
    cumulated: Estimate | NotEnoughData
    cumulated_break_even: float | NotEnoughData


def return_by_month(
    whole: ReturnInputs, months: Sequence[tuple[str, ReturnInputs]], seed: int, n_draws: int = N_DRAWS
) -> tuple[MonthReturn, ...]:
    """Divide a return among months.

    Parameters
    ----------
    whole : ReturnInputs
        The whole period, whose lift is used.
    months : sequence of (name, ReturnInputs)
        Each month's evidence, discounts and costs; its own lift, if any, is not looked at.
    seed, n_draws : int
        As for `contribution`.
    """
    margin = np.minimum(draw(whole.margin, "margin", seed, n_draws), 1.0)
    to_come = 0.0 if isinstance(whole.refunds_to_come, NotEnoughData) else whole.refunds_to_come
    kept = 1 - np.clip(draw(to_come, "refunds", seed, n_draws), 0.0, 1.0)
    share = _shares(whole, seed, n_draws)
    so_far, evidence, cost = np.zeros(n_draws), 0.0, 0.0
    rows = []
    for name, month in months:
        month_cost = sum(
            (draw(one, kind, seed, n_draws) for kind, one in month.costs.items()), np.zeros(n_draws)
        )
        evidence += month.evidence_minor
        cost += sum(middle(one) for one in month.costs.values())
        alone: Estimate | NotEnoughData
        together: Estimate | NotEnoughData
        if isinstance(share, NotEnoughData):
            alone = together = share
        else:
            added = share * month.evidence_minor
            wasted = wasted_discount(
                added, month.evidence_minor, draw(month.discount_minor, "discount", seed, n_draws)
            )
            left = margin * added * kept - wasted - month_cost
            so_far = so_far + left
            alone, together = (summed_up(one, month.n_orders, METHOD) for one in (left, so_far))
        own_cost = sum(middle(one) for one in month.costs.values())
        rows.append(
            MonthReturn(
                name,
                month.evidence_minor,
                own_cost,
                alone,
                simple_break_even(own_cost, month.evidence_minor, middle(whole.margin)),
                together,
                simple_break_even(cost, evidence, middle(whole.margin)),
            )
        )
    return tuple(rows)


def _shares(whole: ReturnInputs, seed: int, n_draws: int) -> Draws | NotEnoughData:
    if isinstance(whole.lift_minor, NotEnoughData):
        return whole.lift_minor
    if whole.evidence_minor <= 0:
        return NotEnoughData("no order has evidence, so what was added cannot be divided among months.")
    discount = np.maximum(draw(whole.discount_minor, "discount", seed, n_draws), 0.0)
    added = added_revenue(draw(whole.lift_minor, "lift", seed, n_draws), whole.evidence_minor, discount)
    return added / whole.evidence_minor
