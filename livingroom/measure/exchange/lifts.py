"""Tested lifts as others' models take them: never a modelled one, and a clear word where a model cannot take a test."""

from dataclasses import dataclass
from math import log, sqrt

from livingroom.measure.calibration import NotTested
from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift.reading import Reading
from livingroom.measure.problems import MeasureError


class NotAccepted(MeasureError):
    """The other model cannot take this test; the sentence says why."""


@dataclass(frozen=True)
class ExportedLift:
    """One experiment, ready for another model.

    Parameters
    ----------
    channel : str
        The channel that was withheld.
    added, standard_error : float
        Net revenue added over the whole test, in the currency's major unit.
    n_cells : int
        Market-weeks in which the channel was on: revenue, exposure and spend are of these.
    exposure, spend : float
        What was shown, and what it cost, in those market-weeks together.
    market : str
        The market, where the model has markets; "" for all.
    """

    channel: str
    added: float
    standard_error: float
    n_cells: int
    exposure: float
    spend: float
    market: str = ""

    @classmethod
    def of(
        cls, reading: Reading, *, channel: str, n_cells: int, exposure: float, spend: float, unit: float = 1.0,
        market: str = "",
    ) -> "ExportedLift":  # fmt: skip
        """Make one from a reading whose total is in `unit`s of the currency (0.01 for cents).

        Raises
        ------
        NotTested
            If the reading is modelled, or gave no verdict.
        """
        from scipy.stats import norm

        if not reading.is_tested:
            raise NotTested("History was modelled here, not tested: it cannot calibrate another model.")
        if isinstance(reading.relative, NotEnoughData) or reading.total is None:
            raise NotTested("The test gave no verdict, so there is nothing to hand over.")
        total = reading.total
        error = (total.high - total.low) / (2 * float(norm.ppf((1 + total.level) / 2)))
        return cls(channel, total.value * unit, error * unit, n_cells, exposure, spend, market)


@dataclass(frozen=True)
class RoiPrior:
    """A lognormal prior of a channel's return on spend, as Meridian's `roi_m` takes it."""

    channel: str
    mean: float
    standard_deviation: float

    @property
    def mu(self) -> float:
        """Mean of the logarithm."""
        return log(self.mean) - self.sigma**2 / 2

    @property
    def sigma(self) -> float:
        """Standard deviation of the logarithm."""
        return sqrt(log(1 + (self.standard_deviation / self.mean) ** 2))


def roi_prior(test: ExportedLift) -> RoiPrior:
    """Revenue added ÷ spend in the tested cells, with its standard deviation.

    Raises
    ------
    NotAccepted
        If nothing was spent, or the lift is not above zero: a lognormal has no place for that.
    """
    if test.spend <= 0:
        raise NotAccepted(f"{test.channel} cost nothing in the tested cells, so it has no return on spend.")
    if test.added <= 0:
        raise NotAccepted(
            f"{test.channel} added {test.added:,.0f} in its test; a lognormal prior knows only returns above zero. "
            "Give the model a normal prior by hand, or leave the channel out."
        )
    return RoiPrior(test.channel, test.added / test.spend, test.standard_error / test.spend)
