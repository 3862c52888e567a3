"""What one experiment says of one branch: the share of its evidence revenue that was really added."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from livingroom.measure.estimate import Estimate, NotEnoughData
from livingroom.measure.lift.reading import Reading
from livingroom.measure.pooling import quantile
from livingroom.measure.problems import MeasureError


class NotTested(MeasureError):
    """Modelled history was handed to a calibration, which stands on tests alone."""


@dataclass(frozen=True)
class BranchTest:
    """What one experiment says of one branch.

    Parameters
    ----------
    branch : str
        The branch, or the market of branches that were tested together.
    factor : float
        Tested net lift ÷ evidence revenue of the same cells and days.
    standard_error : float
        Of the factor.
    ended_on : date
        The last day of the test.
    n : int
        Independent units that the test stood on.
    """

    branch: str
    factor: float
    standard_error: float
    ended_on: date
    n: int

    @classmethod
    def of(cls, reading: Reading, *, branch: str, evidence_minor: int, ended_on: date) -> "BranchTest":
        """Make a test from a reading.

        Parameters
        ----------
        reading : Reading
            A tested result with its total: net revenue added, in minor units of the evidence's currency.
        branch : str
            Whom it says something of.
        evidence_minor : int
            Net revenue with evidence of the branch in the treated cells and days, in minor units.
        ended_on : date
            The last day of the test.

        Raises
        ------
        NotTested
            If the reading is modelled, or there was no verdict.
        ValueError
            If there was no evidence revenue, or the interval is unbounded.
        """
        if not reading.is_tested:
            raise NotTested("History was modelled here, not tested: it is never averaged with tested lift.")
        if isinstance(reading.relative, NotEnoughData) or reading.total is None:
            reason = (
                reading.relative.reason if isinstance(reading.relative, NotEnoughData) else "it has no total"
            )
            raise NotTested(f"The test gave no verdict to carry on: {reason}")
        return cls.of_total(reading.total, branch=branch, evidence_minor=evidence_minor, ended_on=ended_on)

    @classmethod
    def of_total(cls, total: Estimate, *, branch: str, evidence_minor: int, ended_on: date) -> "BranchTest":
        """Make a test from what it added, in minor units. Raises ValueError as `of`."""
        if evidence_minor <= 0:
            raise ValueError("Without evidence revenue in the tested cells there is nothing to divide by.")
        error = (total.high - total.low) / (2 * quantile(total.level))
        if not np.isfinite(error) or error <= 0:
            raise ValueError("The test's interval is unbounded or has no width, so it cannot be carried on.")
        return cls(branch, total.value / evidence_minor, error / evidence_minor, ended_on, total.n)
