"""What a programme earned after all costs, by Monte Carlo over what is uncertain. docs/methods/return.md explains."""

from dataclasses import dataclass

import numpy as np

from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.returns.break_even import break_even
from livingroom.measure.returns.inputs import ReturnInputs
from livingroom.measure.returns.quantities import Draws, draw, middle, summed_up

N_DRAWS = 40_000
METHOD = "return/1"


@dataclass(frozen=True)
class Part:
    """One step from revenue to contribution, in minor units; what is taken away is negative."""

    name: str
    amount: Estimate


@dataclass(frozen=True)
class Point:
    """The contribution if this share of the evidence revenue would not have come without the programme."""

    incrementality: float
    contribution: Estimate


@dataclass(frozen=True)
class Return:
    """What it earned, and how sure that is.

    Parameters
    ----------
    currency : str
        ISO 4217; all amounts are in its minor units.
    contribution : Estimate or NotEnoughData
        The median and interval of what is left after all costs.
    p_positive : float, optional
        The share of draws in which something is left; None without a lift.
    return_on_cost : Estimate or NotEnoughData
        Contribution for each unit of cost.
    incrementality : Estimate or NotEnoughData
        Net revenue of orders that would not have come ÷ net revenue with evidence.
    break_even : Estimate or NotEnoughData
        Cost ÷ (evidence revenue × margin): needs no experiment.
    break_even_after_discounts : Estimate or NotEnoughData
        The same, counting discounts that need not have been given, and refunds still to come.
    line : tuple of Point
        The contribution as a function of incrementality, from 0 to 1.
    parts : tuple of Part
        From net revenue added to contribution; empty without a lift.
    cost : Estimate
        Staff, network fees, tools, advertising and the rest.
    """

    currency: str
    contribution: Estimate | NotEnoughData
    p_positive: float | None
    return_on_cost: Estimate | NotEnoughData
    incrementality: Estimate | NotEnoughData
    break_even: Estimate | NotEnoughData
    break_even_after_discounts: Estimate | NotEnoughData
    line: tuple[Point, ...]
    parts: tuple[Part, ...]
    cost: Estimate


@dataclass(frozen=True)
class _World:
    """One draw of everything uncertain per place, each of shape (n_draws,)."""

    margin: Draws
    discount: Draws
    cost: Draws
    costs: dict[str, Draws]
    to_come: Draws


def contribution(inputs: ReturnInputs, seed: int, n_draws: int = N_DRAWS) -> Return:
    """Work out what is left after all costs.

    Parameters
    ----------
    inputs : ReturnInputs
        Evidence, lift, margin, discounts and costs, each exact or with its interval.
    seed : int
        The same inputs and seed give the same figures.
    n_draws : int
        How many draws, an even number; 20,000 at the least give an interval that does not tremble.

    Returns
    -------
    Return
        Without a lift the contribution is NotEnoughData with the reason; break-even and the line stand all the same.

    Source
    ------
    docs/methods/return.md
    """
    world = _draw_world(inputs, seed, n_draws)
    plain, after_discounts = break_even(inputs, world.margin, world.discount, world.cost, world.to_come)
    line = tuple(
        Point(share, summed_up(_left(inputs, world, share * inputs.evidence_minor), inputs.n_orders, METHOD))
        for share in np.linspace(0, 1, 21).round(2).tolist()
    )
    cost = summed_up(world.cost, inputs.n_orders, METHOD)
    if isinstance(inputs.lift_minor, NotEnoughData):
        why = inputs.lift_minor
        return Return(inputs.currency, why, None, why, why, plain, after_discounts, line, (), cost)
    lift = draw(inputs.lift_minor, "lift", seed, n_draws)
    added = added_revenue(lift, inputs.evidence_minor, world.discount)
    left = _left(inputs, world, added)
    n = inputs.lift_minor.n
    return Return(
        currency=inputs.currency,
        contribution=summed_up(left, n, METHOD),
        p_positive=float(np.mean(left > 0)),
        return_on_cost=_on_cost(left, world.cost, n),
        incrementality=_share(added, inputs.evidence_minor, n),
        break_even=plain,
        break_even_after_discounts=after_discounts,
        line=line,
        parts=_parts(inputs, world, added, n),
        cost=cost,
    )


def added_revenue(lift: Draws, evidence_minor: float, discount: Draws) -> Draws:
    """Return the net revenue of the orders that would not have come, out of what the till shows to be added.

    The till shows the orders that were added less the discount on those that would have come anyway. If a share i of
    the evidence revenue E was added, that is i E − (1 − i) D. Beyond all evidence (people who never clicked) no discount
    was wasted; below none, all of it was.
    """
    both = evidence_minor + discount
    share = np.divide(lift + discount, both, out=np.zeros_like(lift), where=both > 0)
    inside = share * evidence_minor
    return np.where(lift >= evidence_minor, lift, np.where(lift <= -discount, lift + discount, inside))


def _draw_world(inputs: ReturnInputs, seed: int, n_draws: int) -> _World:
    costs = {name: draw(cost, name, seed, n_draws) for name, cost in inputs.costs.items()}
    to_come = 0.0 if isinstance(inputs.refunds_to_come, NotEnoughData) else inputs.refunds_to_come
    return _World(
        margin=np.minimum(draw(inputs.margin, "margin", seed, n_draws), 1.0),
        discount=np.maximum(draw(inputs.discount_minor, "discount", seed, n_draws), 0.0),
        cost=np.sum(list(costs.values()), axis=0) if costs else np.zeros(n_draws),
        costs=costs,
        to_come=np.clip(draw(to_come, "refunds", seed, n_draws), 0.0, 1.0),
    )


def _left(inputs: ReturnInputs, world: _World, added: Draws | float) -> Draws:
    wasted = wasted_discount(added, inputs.evidence_minor, world.discount)
    # Goods that come back go back on the shelf: a refund takes away the margin of an added order, not its price.
    return world.margin * added * (1 - world.to_come) - wasted - world.cost


def wasted_discount(added: Draws | float, evidence_minor: float, discount: Draws) -> Draws:
    """Return the discount given on orders that would have come anyway, in minor units."""
    if evidence_minor <= 0:
        return np.where(np.asarray(added) > 0, 0.0, discount)
    return discount * np.clip(1 - np.asarray(added) / evidence_minor, 0.0, 1.0)


def _parts(inputs: ReturnInputs, world: _World, added: Draws, n: int) -> tuple[Part, ...]:
    amounts = {
        "revenue of orders that were added": added,
        "cost of their goods": -(1 - world.margin) * added,
        "discount on orders that would have come anyway": -wasted_discount(
            added, inputs.evidence_minor, world.discount
        ),
        "refunds still to come": -world.margin * added * world.to_come,
        **{name: -cost for name, cost in world.costs.items()},
    }
    return tuple(Part(name, summed_up(amount, n, METHOD)) for name, amount in amounts.items())


def _on_cost(left: Draws, cost: Draws, n: int) -> Estimate | NotEnoughData:
    if float(np.min(cost)) <= 0:
        return NotEnoughData("no cost is recorded, so there is nothing to divide by.")
    return summed_up(left / cost, n, METHOD)


def _share(added: Draws, evidence_minor: float, n: int) -> Estimate | NotEnoughData:
    if evidence_minor <= 0:
        return NotEnoughData("no order has evidence.")
    return summed_up(added / evidence_minor, n, METHOD)


def net_revenue_added(
    relative: Estimate, revenue_with_minor: int, baseline_minor: int | None = None
) -> Estimate:
    """Turn a relative lift into money.

    Parameters
    ----------
    relative : Estimate
        The lift as a share of what would have come anyway.
    revenue_with_minor : int
        Net revenue as it came, with the programme: it is (1 + lift) times what would have come anyway.
    baseline_minor : int, optional
        What would have come anyway, if that is known; then it is simply multiplied.

    Returns
    -------
    Estimate
        Net revenue added, in minor units.
    """

    def money(share: float) -> float:
        if baseline_minor is not None:
            return share * baseline_minor
        # A loss of everything would leave nothing to compare with; the till's own revenue is the most that is there.
        return revenue_with_minor * share / (1 + max(share, -0.99))

    method = f"{relative.method}, as money"
    return Estimate(
        money(relative.value), money(relative.low), money(relative.high), relative.level, relative.n, method
    )


def simple_break_even(cost_minor: float, evidence_minor: float, margin: float) -> float | NotEnoughData:
    """Return cost ÷ (evidence revenue × margin), for a line beside a revenue figure."""
    if evidence_minor <= 0:
        return NotEnoughData("no order has evidence.")
    if margin <= 0:
        return NotEnoughData("the margin is not above zero, so no share of these orders pays for the cost.")
    return middle(cost_minor) / (evidence_minor * margin)
