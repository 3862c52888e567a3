"""The lifts that a claim stands on: readings as JSON, and what each means in money for the claim's own period."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any

from livingroom.measure.calibration import BranchTest, calibrate
from livingroom.measure.claims.figures import Figures
from livingroom.measure.claims.inputs import Terms
from livingroom.measure.currencies import DECIMALS
from livingroom.measure.estimate import (
    Estimate,
    NotEnoughData,
    answer_as_json,
    answer_of_json,
    estimate_of_json,
    money_as_json,
)
from livingroom.measure.problems import InputError
from livingroom.measure.returns import net_revenue_added, scaled

CARRIED_BY_REVENUE = "carried over: the relative lift is taken to hold for all net revenue of the period"
CARRIED_BY_EVIDENCE = "carried over by evidence revenue"


@dataclass(frozen=True)
class ClaimLift:
    """One lift, in money.

    Parameters
    ----------
    name : str
        What was tested.
    design : str
        How: geo, switchback, few, people, codes, history.
    is_tested : bool
        Whether chance decided. If not, it is modelled, not tested, and never decides.
    relative : Estimate or NotEnoughData
        As a share of what would have come anyway.
    money : Estimate or NotEnoughData
        Net revenue added in the claim's period, minor units.
    basis : str
        How the money was found.
    test : BranchTest, optional
        What was carried to the claim's period; None where the money stands by itself.
    """

    name: str
    design: str
    is_tested: bool
    relative: Estimate | NotEnoughData
    money: Estimate | NotEnoughData
    basis: str
    test: BranchTest | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "design": self.design,
            "is_tested": self.is_tested,
            "relative": answer_as_json(self.relative),
            "net_lift_minor": money_as_json(self.money),
            "basis": self.basis,
        }


KEPT = (
    "name", "design", "is_tested", "value", "low", "high", "level", "n", "method", "refused", "relative", "total",
    "net_lift_minor", "basis", "from", "to", "evidence_minor",
)  # fmt: skip
ENDS = ("low", "high")
NEARLY_ALL = 0.9


def compact(said: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of a reading what a claim stands on: its picture, weights and other estimators stay with the experiment.

    The days of the test are taken from its picture, where the reading does not name them.
    """
    tested = [str(moment["time"]) for moment in said.get("moments") or () if moment.get("is_test")]
    days = {"from": tested[0], "to": tested[-1]} if tested and all(map(_is_day, tested)) else {}
    kept = {name: said[name] for name in KEPT if name in said}
    # An end without a bound is null, and says something; what else is null was not there.
    return days | {name: value for name, value in kept.items() if value is not None or name in ENDS}


def _is_day(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is not None


def read_lifts(said: Sequence[Mapping[str, Any]], terms: Terms, figures: Figures) -> tuple[ClaimLift, ...]:
    """Read lifts as `livingroom measure lift --json` prints them, and say what each means for the claim's period.

    A lift may say its money itself, by `net_lift_minor` (an estimate in minor units). One with a `total` (in the
    currency's major units: what a panel of net revenue adds up to) counts as it is if the test covers the period, and is
    otherwise carried over by evidence: the tested money for each unit of evidence revenue of the test's own cells, times
    that of the period, with the interval that calibration.py gives it for its age. `evidence_minor` tells the evidence
    of the treated cells, where a test was not everywhere. A relative lift alone is taken to hold for all net revenue.
    Raises InputError.
    """
    return tuple(_read(one, number, terms, figures) for number, one in enumerate(said, start=1))


def _read(said: Mapping[str, Any], number: int, terms: Terms, figures: Figures) -> ClaimLift:
    try:
        relative = answer_of_json(said.get("relative") or said)
        money, basis, test = _money(said, relative, terms, figures)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            [
                f"lift {number}: it is no reading ({error}). Give what `livingroom measure lift --json` prints: value, low, "
                "high, level, n, method, or refused with its reason."
            ]
        ) from error
    return ClaimLift(
        name=str(said.get("name", f"Test {number}")),
        design=str(said.get("design", "")),
        is_tested=bool(said.get("is_tested", True)),
        relative=relative,
        money=money,
        basis=basis,
        test=test,
    )


def _money(
    said: Mapping[str, Any], relative: Estimate | NotEnoughData, terms: Terms, figures: Figures
) -> tuple[Estimate | NotEnoughData, str, BranchTest | None]:
    if said.get("net_lift_minor"):
        return answer_of_json(said["net_lift_minor"]), str(said.get("basis", "as the test says itself")), None
    if isinstance(relative, NotEnoughData):
        return relative, "no verdict", None
    if not (isfinite(relative.low) and isfinite(relative.high)):
        return NotEnoughData("the data do not bound its interval."), "no bounds", None
    total = said.get("total")
    if not total or total.get("low") is None or total.get("high") is None:
        return net_revenue_added(relative, figures.all_orders["revenue_minor"]), CARRIED_BY_REVENUE, None
    money = scaled(estimate_of_json(total), float(10 ** DECIMALS[terms.currency]))
    assert isinstance(money, Estimate)
    if "from" not in said or "to" not in said:
        return money, "added up over the units and days that were tested", None
    first, last = str(said["from"]), str(said["to"])
    # A test in some cells only says how much evidence those cells had; one that names none was everywhere.
    within = int(said.get("evidence_minor", figures.evidence_between(first, last)))
    is_everywhere = "evidence_minor" not in said or within >= NEARLY_ALL * figures.ceiling["revenue_minor"]
    if _covers(first, last, terms) and is_everywhere:
        return money, f"added up over the test, {first} to {last}", None
    try:
        test = BranchTest.of_total(
            money, branch=terms.who, evidence_minor=within, ended_on=date.fromisoformat(last)
        )
    except ValueError as reason:
        return NotEnoughData(f"it cannot be carried over to the period: {reason}"), "not carried over", None
    return _carried([test], terms, figures), f"{CARRIED_BY_EVIDENCE} from the test of {first} to {last}", test


def _carried(tests: Sequence[BranchTest], terms: Terms, figures: Figures) -> Estimate | NotEnoughData:
    """Return what tests of other days or cells say of the period: less sure the further away, and in the end nothing."""
    middle = terms.first_on + (terms.last_on - terms.first_on) / 2
    return calibrate(tests).apply(figures.ceiling["revenue_minor"], terms.who, middle)


def _covers(first: str, last: str, terms: Terms) -> bool:
    begins, ends = (
        max(date.fromisoformat(first), terms.first_on),
        min(date.fromisoformat(last), terms.last_on),
    )
    return (ends - begins).days + 1 >= NEARLY_ALL * ((terms.last_on - terms.first_on).days + 1)


def deciding(lifts: Sequence[ClaimLift], terms: Terms, figures: Figures) -> Estimate | NotEnoughData:
    """Return the money that tests show: of the first that covers the period, else of all that can be carried to it.

    NotEnoughData says why there is none; modelled history never decides.
    """
    tested = [lift for lift in lifts if lift.is_tested]
    for lift in tested:
        if isinstance(lift.money, Estimate) and lift.test is None:
            return lift.money
    carried = [lift.test for lift in tested if lift.test is not None]
    if carried:
        return _carried(carried, terms, figures)
    refused = [lift.money.reason for lift in tested if isinstance(lift.money, NotEnoughData)]
    if refused:
        return NotEnoughData(refused[0])
    if lifts:
        return NotEnoughData("history was modelled, nothing was tested; a model does not decide.")
    return NotEnoughData("nothing was tested.")
