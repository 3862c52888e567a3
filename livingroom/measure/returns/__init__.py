"""What posts earned after all costs, and what share of it must be new for them to pay. docs/methods/return.md explains."""

from livingroom.measure.returns.contribution import (
    Part,
    Point,
    Return,
    added_revenue,
    contribution,
    net_revenue_added,
    simple_break_even,
)
from livingroom.measure.returns.inputs import COST_KINDS, UNTESTED, ReturnInputs
from livingroom.measure.returns.maturation import RefundCurve, refund_curve, refunds_to_come
from livingroom.measure.returns.months import MonthReturn, return_by_month
from livingroom.measure.returns.quantities import Quantity, between, draw, middle, scaled

__all__ = [
    "COST_KINDS",
    "UNTESTED",
    "MonthReturn",
    "Part",
    "Point",
    "Quantity",
    "RefundCurve",
    "Return",
    "ReturnInputs",
    "added_revenue",
    "between",
    "contribution",
    "draw",
    "middle",
    "net_revenue_added",
    "refund_curve",
    "refunds_to_come",
    "return_by_month",
    "scaled",
    "simple_break_even",
]
