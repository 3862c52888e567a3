"""How many of the orders with evidence must not have come anyway for the programme to pay: it needs no experiment."""

from dataclasses import replace

import numpy as np

from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.returns.inputs import ReturnInputs
from livingroom.measure.returns.quantities import Draws, middle, summed_up

METHOD = "break-even/1"


def break_even(
    inputs: ReturnInputs, margin: Draws, discount: Draws, cost: Draws, to_come: Draws
) -> tuple[Estimate | NotEnoughData, Estimate | NotEnoughData]:
    """Return the break-even incrementality, plain and with discounts and refunds.

    Parameters
    ----------
    inputs : ReturnInputs
        For the evidence revenue E.
    margin, discount, cost, to_come : array of float, shape (n_draws,)
        Margin m, discounts D, cost C and the share ρ still to be given back.

    Returns
    -------
    (Estimate or NotEnoughData, Estimate or NotEnoughData)
        C ÷ (E m), and (C + D) ÷ (E m (1 − ρ) + D). Above 1 no share of these orders pays for the programme.

    Source
    ------
    docs/methods/return.md
    """
    if inputs.evidence_minor <= 0:
        why = NotEnoughData("no order has evidence.")
        return why, why
    if float(np.median(margin)) <= 0:
        why = NotEnoughData("the margin is not above zero, so no share of these orders pays for the cost.")
        return why, why
    earning = inputs.evidence_minor * np.maximum(margin, 1e-9)
    plain = summed_up(cost / earning, inputs.n_orders, METHOD)
    whole = summed_up((cost + discount) / (earning * (1 - to_come) + discount), inputs.n_orders, METHOD)
    return _with_value(plain, _plain(inputs)), whole


def _plain(inputs: ReturnInputs) -> float:
    """The formula itself, so that it can be checked on the back of an envelope."""
    return sum(middle(cost) for cost in inputs.costs.values()) / (
        inputs.evidence_minor * middle(inputs.margin)
    )


def _with_value(drawn: Estimate, value: float) -> Estimate:
    return replace(drawn, value=value, low=min(drawn.low, value), high=max(drawn.high, value))
