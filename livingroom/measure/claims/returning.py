"""The return of a claim, as JSON: contribution, break-even, by month, new against existing customers."""

from typing import Any

from livingroom.measure.claims.figures import Figures
from livingroom.measure.claims.inputs import Terms
from livingroom.measure.estimate import Estimate, NotEnoughData, answer_as_json, money_as_json
from livingroom.measure.returns import (
    UNTESTED,
    Quantity,
    ReturnInputs,
    between,
    contribution,
    middle,
    return_by_month,
    simple_break_even,
)
from livingroom.measure.returns.inputs import COST_KINDS
from livingroom.measure.returns.output import as_json

NO_MARGIN = NotEnoughData(
    "the margin is not known. Give it (0.175 is 17.5 %), or give the orders their cost of goods."
)
NO_LIFT = "nothing was tested."


def margin_of(figures: Figures, terms: Terms) -> Quantity | NotEnoughData:
    """Return the margin told, or the one that the goods on the claim's orders show."""
    if terms.margin is not None:
        return terms.margin
    ceiling = figures.ceiling
    if ceiling["goods_minor"] <= 0 or ceiling["goods_revenue_minor"] <= 0:
        return NO_MARGIN
    # Orders whose goods nobody knows are taken to be like the others.
    return 1 - ceiling["goods_minor"] / ceiling["goods_revenue_minor"]


def costs_of(costs: dict[str, int], staff_uncertainty: float) -> dict[str, Quantity]:
    """Return costs by kind; hours are booked roughly, so staff gets an interval."""
    found: dict[str, Quantity] = {kind: costs[kind] for kind in COST_KINDS if costs.get(kind)}
    found |= {kind: amount for kind, amount in sorted(costs.items()) if kind not in COST_KINDS and amount}
    staff = costs.get("staff", 0)
    if staff and staff_uncertainty:
        spread = staff * staff_uncertainty
        found["staff"] = between(staff - spread, staff + spread, "booked hours")
    return found


def inputs_of(
    figures: Figures, terms: Terms, margin: Quantity, lift: Estimate | NotEnoughData
) -> ReturnInputs:
    ceiling = figures.ceiling
    untested = isinstance(lift, NotEnoughData) and lift.reason == NO_LIFT
    return ReturnInputs(
        currency=terms.currency,
        evidence_minor=ceiling["revenue_minor"],
        margin=margin,
        lift_minor=UNTESTED if untested else lift,
        discount_minor=ceiling["discount_minor"],
        costs=costs_of(figures.costs, terms.staff_uncertainty),
        refunds_to_come=figures.refunds_to_come,
        n_orders=ceiling["n_orders"],
    )


def return_of(figures: Figures, terms: Terms, lift: Estimate | NotEnoughData) -> dict[str, Any]:
    """Work the return out, or say what is missing; money in minor units."""
    margin = margin_of(figures, terms)
    if isinstance(margin, NotEnoughData):
        return {"refused": margin.reason, "cost_minor": sum(figures.costs.values())}
    inputs = inputs_of(figures, terms, margin, lift)
    result = contribution(inputs, terms.seed)
    return {
        "margin": answer_as_json(margin) if isinstance(margin, Estimate) else margin,
        "margin_source": "given" if terms.margin is not None else "cost of goods on the orders with evidence",
        "costs": dict(figures.costs),
        "cost_minor": sum(figures.costs.values()),
        "shared_cost_minor": sum(figures.shared_costs.values()),
        "refunds_to_come": answer_as_json(figures.refunds_to_come),
        **as_json(result),
        "months": _months(figures, terms, inputs),
        "customers": _customers(figures, middle(margin)),
    }


def _months(figures: Figures, terms: Terms, whole: ReturnInputs) -> list[dict[str, Any]]:
    months = [
        (
            month["month"],
            ReturnInputs(
                terms.currency,
                month["ceiling_minor"],
                whole.margin,
                discount_minor=month["discount_minor"],
                costs=costs_of(month["costs"], terms.staff_uncertainty),
                n_orders=month["n_orders"],
            ),
        )
        for month in figures.months
    ]
    return [
        {
            "month": row.month,
            "evidence_minor": round(row.evidence_minor),
            "cost_minor": round(row.cost_minor),
            "contribution_minor": money_as_json(row.contribution),
            "cumulated_minor": money_as_json(row.cumulated),
            "break_even": _share(row.break_even),
            "cumulated_break_even": _share(row.cumulated_break_even),
        }
        for row in return_by_month(whole, months, terms.seed)
    ]


def _share(share: float | NotEnoughData) -> float | None:
    return None if isinstance(share, NotEnoughData) else share


def _customers(figures: Figures, margin: float) -> list[dict[str, Any]]:
    """New against existing customers: what has evidence, and what share of it would have to be new to carry all cost."""
    if not figures.is_new_known:
        return []
    ceiling, cost = figures.ceiling, sum(figures.costs.values())
    new = {"n_orders": ceiling["n_new"], "revenue_minor": ceiling["new_revenue_minor"]}
    existing = {name: ceiling[name] - new[name] for name in new}
    return [
        {"who": who, **sums, "break_even": _share(simple_break_even(cost, sums["revenue_minor"], margin))}
        for who, sums in (("new", new), ("existing", existing))
    ]
