"""Tested lift carried to other periods: how much of the revenue with evidence a post really added, branch by branch.

A factor f is tested net lift ÷ evidence revenue in the same cells and days. It is shrunk over branches, its interval
widens with age, and after a while it is no verdict any more. docs/methods/calibration.md has the formulas.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.branch_test import BranchTest as BranchTest
from livingroom.measure.branch_test import NotTested as NotTested
from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.pooling import pool, quantile, shrunk

BADGE = "calibrated by test"
METHOD = "tested lift ÷ evidence revenue, shrunk over branches/1"
EXPIRES_DAYS = 365
DRIFT_A_MONTH = 0.05
FEWEST_TO_SHRINK = 3
MONTH_DAYS = 30.4375

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Calibration:
    """Factors of the branches, ready to be applied.

    Parameters
    ----------
    tests : tuple of BranchTest
        All tests it stands on.
    level : float
        Level of the intervals it gives.
    drift_a_month : float
        By how much (s.d.) a factor is thought to wander in a month; over m months √m times as much.
    expires_days : int
        A test older (or younger) than this against the day asked about says nothing any more.
    """

    tests: tuple[BranchTest, ...]
    level: float = 0.95
    drift_a_month: float = DRIFT_A_MONTH
    expires_days: int = EXPIRES_DAYS

    @property
    def badge(self) -> str:
        return BADGE

    def factor(self, branch: str, on: date) -> Estimate | NotEnoughData:
        """The share of evidence revenue that a branch really added, around a day.

        Parameters
        ----------
        branch : str
            A tested branch; another one gets what the tested ones have in common, from three tested branches on.
        on : date
            The middle of the period asked about.
        """
        valid = [test for test in self.tests if abs((on - test.ended_on).days) <= self.expires_days]
        if not valid:
            return self._expired(on)
        branches, factors, variances = self._by_branch(valid, on)
        if len(branches) < FEWEST_TO_SHRINK:
            return self._alone(branch, branches, factors, variances)
        pooled = pool(factors, variances)
        if branch not in branches:
            reach = quantile(self.level, len(branches) - 1) * sqrt(pooled.of_another)
            return self._estimate(pooled.mean, reach, len(branches), "for a branch that was not tested")
        at = branches.index(branch)
        value, variance = shrunk(float(factors[at]), float(variances[at]), pooled)
        # Shrinking does not make one less sure than the branch's own tests.
        reach = min(
            quantile(self.level, len(branches) - 1) * sqrt(variance),
            quantile(self.level) * sqrt(variances[at]),
        )
        return self._estimate(value, reach, len(branches), "")

    def apply(self, evidence_minor: int, branch: str, on: date) -> Estimate | NotEnoughData:
        """The net revenue that evidence revenue of a branch stands for, in the same minor units, with its interval."""
        found = self.factor(branch, on)
        if isinstance(found, NotEnoughData):
            return found
        ends = sorted((found.low * evidence_minor, found.high * evidence_minor))
        return Estimate(found.value * evidence_minor, ends[0], ends[1], found.level, found.n, found.method)

    def _by_branch(self, tests: Sequence[BranchTest], on: date) -> tuple[list[str], Floats, Floats]:
        """One factor a branch: its tests weighted by their precision at that day."""
        branches = sorted({test.branch for test in tests})
        factors, variances = np.empty(len(branches)), np.empty(len(branches))
        for place, branch in enumerate(branches):
            own = [test for test in tests if test.branch == branch]
            spread = np.array([self._variance(test, on) for test in own])
            weights = 1 / spread
            factors[place] = weights @ np.array([test.factor for test in own]) / weights.sum()
            variances[place] = 1 / weights.sum()
        return branches, factors, variances

    def _variance(self, test: BranchTest, on: date) -> float:
        months = abs((on - test.ended_on).days) / MONTH_DAYS
        return test.standard_error**2 + self.drift_a_month**2 * months

    def _alone(
        self, branch: str, branches: list[str], factors: Floats, variances: Floats
    ) -> Estimate | NotEnoughData:
        """With one or two branches nothing can be said of how branches differ: each stands for itself."""
        if branch not in branches:
            tested = " and ".join(branches)
            return NotEnoughData(
                f"only {tested} {'was' if len(branches) == 1 else 'were'} tested lately, and a branch that was not needs "
                f"{FEWEST_TO_SHRINK} that were"
            )
        at = branches.index(branch)
        reach = quantile(self.level) * sqrt(variances[at])
        return self._estimate(float(factors[at]), reach, 1, "from its own tests alone")

    def _expired(self, on: date) -> NotEnoughData:
        if not self.tests:
            return NotEnoughData("no branch was tested yet; run an experiment first")
        nearest = min(abs((on - test.ended_on).days) for test in self.tests)
        months = round(nearest / MONTH_DAYS)
        later = all(test.ended_on > on for test in self.tests)
        age = f"{months} months {'younger than the period asked about' if later else 'old'}"
        return NotEnoughData(
            f"the nearest test is {age}, and a test carries {self.expires_days} days at most; test again"
        )

    def _estimate(self, value: float, reach: float, n: int, remark: str) -> Estimate:
        method = f"{METHOD} ({remark})" if remark else METHOD
        return Estimate(value, value - reach, value + reach, self.level, n, method)

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be stored."""
        tests = [asdict(test) | {"ended_on": test.ended_on.isoformat()} for test in self.tests]
        return {"version": 1, "badge": self.badge, **asdict(self), "tests": tests}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Calibration":
        if found.get("version") != 1:
            raise ValueError(f"This reads calibrations of version 1; it says {found.get('version')!r}.")
        tests = tuple(
            BranchTest(**{**test, "ended_on": date.fromisoformat(test["ended_on"])})
            for test in found["tests"]
        )
        return cls(tests, found["level"], found["drift_a_month"], found["expires_days"])


def calibrate(
    tests: Sequence[BranchTest],
    *,
    level: float = 0.95,
    drift_a_month: float = DRIFT_A_MONTH,
    expires_days: int = EXPIRES_DAYS,
) -> Calibration:
    """Put tests together to carry their lift to other periods.

    Parameters
    ----------
    tests : sequence of BranchTest
        In any order; a branch may have several.
    level, drift_a_month, expires_days
        As for `Calibration`.

    Returns
    -------
    Calibration

    Raises
    ------
    ValueError
        If a parameter makes no sense.

    Source
    ------
    docs/methods/calibration.md
    """
    if not 0 < level < 1 or drift_a_month < 0 or expires_days <= 0:
        raise ValueError(
            "The level is a share, the drift not negative, and a test is valid for a day at least."
        )
    ordered = sorted(tests, key=lambda test: (test.branch, test.ended_on, test.factor))
    return Calibration(tuple(ordered), level, drift_a_month, expires_days)
