"""The range in which the net lift lies: by a test where there is one, else by what the records cannot exclude."""

from dataclasses import dataclass
from typing import Any, Literal

from livingroom.measure.estimate import Estimate, NotEnoughData

Basis = Literal["tested", "records"]
# A range that somebody must defend shall hold the truth in 95 of 100 cases also where the test alone sets both its ends.
LEVEL = 0.99


@dataclass(frozen=True)
class LiftRange:
    """From the floor of net lift to the ceiling, in minor units, with what stands behind either end."""

    low_minor: int
    high_minor: int
    basis: Basis
    low_reason: str
    high_reason: str

    def as_json(self) -> dict[str, Any]:
        return {
            "low_minor": self.low_minor,
            "high_minor": self.high_minor,
            "basis": self.basis,
            "low_reason": self.low_reason,
            "high_reason": self.high_reason,
        }


def net_lift_range(
    *,
    tested: Estimate | NotEnoughData,
    ceiling_minor: int,
    discount_minor: int,
    untouched_minor: int,
) -> LiftRange:
    """Return the range of net revenue added.

    Parameters
    ----------
    tested : Estimate or NotEnoughData
        Net revenue added by a test for the claim's period, minor units.
    ceiling_minor : int
        Net revenue of orders with evidence, grades A to E.
    discount_minor : int
        Discounts given on all orders of the period: a post may have led to any of them.
    untouched_minor : int
        Net revenue of orders before which nothing at all was seen.

    Returns
    -------
    LiftRange
        Tested: from the low end of the interval, widened to 99 %, to the ceiling, or to the interval's high end if that
        is higher (posts also work on people who never click). Untested: from minus the discounts (everybody would have
        bought anyway) to the ceiling and every order before which nothing was seen.

    Source
    ------
    docs/methods/claim.md
    """
    if isinstance(tested, Estimate):
        low, high = _widened(tested)
        above = high > ceiling_minor
        return LiftRange(
            low_minor=round(low),
            high_minor=max(ceiling_minor, round(high)),
            basis="tested",
            low_reason="the low end of the tested lift at 99 %",
            high_reason="the high end of the tested lift at 99 %, above all evidence: posts also work on people who never click"
            if above
            else "every order with evidence",
        )
    return LiftRange(
        low_minor=-discount_minor,
        high_minor=ceiling_minor + untouched_minor,
        basis="records",
        low_reason="everybody would have bought anyway, and the discounts were given for nothing",
        high_reason="every order with evidence, and every order before which nothing was seen at all",
    )


def _widened(tested: Estimate) -> tuple[float, float]:
    """Return the ends of the interval at the range's level, as a normal error would have them."""
    from statistics import NormalDist

    normal = NormalDist()
    factor = max(normal.inv_cdf((1 + LEVEL) / 2) / normal.inv_cdf((1 + tested.level) / 2), 1.0)
    below, beyond = tested.value - tested.low, tested.high - tested.value
    return tested.value - factor * below, tested.value + factor * beyond
