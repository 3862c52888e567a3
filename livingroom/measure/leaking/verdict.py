"""What the leak meter says about one code."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from livingroom.measure.estimate import Estimate

Proposal = Literal["keep", "rotate", "stop"]
ReasonName = Literal["no touch", "burst", "coupon site", "geography", "after the window"]


@dataclass(frozen=True)
class LeakReason:
    """One thing that speaks for a leak, and how many of the code's uses since then have it; reasons may overlap."""

    name: ReasonName
    n_uses: int
    revenue_minor: int
    sentence: str


@dataclass(frozen=True)
class CodeLeak:
    """What the meter says about one code in one currency.

    Parameters
    ----------
    code, placement_id, branch_id : str
        The code and whose it is; ids as text, None where the input has none.
    currency : str
        The currency of all amounts; revenue is net of refunds, in minor units.
    n_uses, n_touched : int
        Redemptions, and those by customers known to have met a post of the brand (grade better than D).
    revenue_minor : int
        What all of them brought.
    n_expected_untouched : float
        Redemptions without a known touch that lost cookies and other devices explain.
    chance : float
        How likely the code leaks at all, given its days and how many of the brand's codes leak.
    n_leaked : Estimate
        The rest: redemptions that leaked.
    leaked_minor : int
        Their revenue.
    leaked_from_ceiling_minor : int
        The part of it that stands on the code alone (grade D); the rest has evidence of another branch, and keeps it.
    remaining : Estimate
        The corrected claim: revenue that remains, in minor units.
    leaks_from_on, found_on : date, optional
        The most likely first day (UTC), and the day on which a daily look would have found it; None: no leak.
    reasons : tuple of LeakReason
        What speaks for it.
    proposal : str
        keep, rotate (the post still sells: give it a new code) or stop.
    """

    code: str
    placement_id: str | None
    branch_id: str | None
    currency: str
    n_uses: int
    n_touched: int
    revenue_minor: int
    n_expected_untouched: float
    chance: float
    n_leaked: Estimate
    leaked_minor: int
    leaked_from_ceiling_minor: int
    remaining: Estimate
    leaks_from_on: date | None
    found_on: date | None
    reasons: tuple[LeakReason, ...]
    proposal: Proposal

    @property
    def is_leaking(self) -> bool:
        return self.leaks_from_on is not None

    @property
    def remaining_minor(self) -> int:
        return self.revenue_minor - self.leaked_minor
