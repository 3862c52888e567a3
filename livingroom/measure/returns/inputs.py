"""What a return is worked out from."""

from dataclasses import dataclass, field

from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.returns.quantities import Quantity

UNTESTED = NotEnoughData(
    "nothing was tested, so nobody knows which of these orders would have come anyway. Leave some countries or weeks "
    "out of an offer to learn it."
)
COST_KINDS = ("staff", "network fees", "tools", "advertising", "other")


@dataclass(frozen=True)
class ReturnInputs:
    """Evidence, lift, margin and costs of one programme, period, offer, branch or country.

    Parameters
    ----------
    currency : str
        ISO 4217; every amount is in its minor units.
    evidence_minor : float
        Net revenue of orders with social evidence, at the ceiling (grades A to E).
    margin : Estimate, float or int
        What is left of net revenue after the cost of goods, as a share (0.175 is 17.5 %).
    lift_minor : Estimate or NotEnoughData
        Net revenue added as the till shows it, from a test; or why none is known.
    discount_minor : Estimate, float or int
        Discounts given on the orders with evidence; already out of net revenue.
    costs : mapping of name to Estimate, float or int
        What the programme cost, by kind: any of `COST_KINDS`, or names of your own.
    refunds_to_come : Estimate, float, int or NotEnoughData
        The share of net revenue that will still be given back (`maturation.refunds_to_come`).
    n_orders : int
        How many orders stand behind the evidence.
    """

    currency: str
    evidence_minor: float
    margin: Quantity
    lift_minor: Estimate | NotEnoughData = UNTESTED
    discount_minor: Quantity = 0.0
    costs: dict[str, Quantity] = field(default_factory=dict)
    refunds_to_come: Quantity | NotEnoughData = 0.0
    n_orders: int = 0
