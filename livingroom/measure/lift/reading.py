"""What an analysis says: the lift, or why there is no verdict, and everything that a careful reader would ask next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from livingroom.measure.estimate import Estimate, NotEnoughData

DesignName = Literal["geo", "switchback", "few", "people", "codes", "history"]


@dataclass(frozen=True)
class Check:
    """One thing that must hold for a verdict, or that a reader should know.

    Parameters
    ----------
    name : str
        Its name: "sample ratio", "balance", "compliance", "placebo", "wash-out", …
    passed : bool
        Whether it holds.
    sentence : str
        What was found, for a person.
    p : float, optional
        The p-value, where it is a test.
    """

    name: str
    passed: bool
    sentence: str
    p: float | None = None


@dataclass(frozen=True)
class Moment:
    """One time of the chart: what the treated units did together, and what they would have done."""

    time: str
    actual: float
    expected: float
    low: float
    high: float
    is_test: bool


@dataclass(frozen=True)
class Reading:
    """The result of one analysis.

    Parameters
    ----------
    design : str
        Which design was analysed.
    relative : Estimate or NotEnoughData
        The lift as a share of what would have happened anyway (0.03 is 3 %), or the reason why no verdict is due.
    total : Estimate, optional
        The outcome added over all treated units and times, in the panel's own unit.
    average : Estimate, optional
        The same per treated unit and time: the average effect on the treated.
    is_tested : bool
        Whether chance decided who was treated. If not, the badge is "modelled, not tested".
    others : tuple of Estimate
        Other estimators and other intervals of the same relative lift, each with its method's name.
    checks : tuple of Check
        What was checked.
    weights : tuple of (str, float)
        The control units and their weights, the largest first, where the method has some.
    notes : tuple of str
        What a reader should know: short-run or long-run, which block length says what.
    moments : tuple of Moment
        The chart, in order of time.
    estimators : mapping of str to (mapping of str to Estimate)
        Where several methods were tried or several outcomes measured: by name, their `average` and `relative` effects.
    cannibalised : Estimate, optional
        How much of a short-run reading is merely pulled forward: the reading without wash-out less the one with it.
    """

    design: DesignName
    relative: Estimate | NotEnoughData
    total: Estimate | None = None
    average: Estimate | None = None
    is_tested: bool = True
    others: tuple[Estimate, ...] = ()
    checks: tuple[Check, ...] = ()
    weights: tuple[tuple[str, float], ...] = ()
    notes: tuple[str, ...] = ()
    moments: tuple[Moment, ...] = ()
    estimators: Mapping[str, Mapping[str, Estimate]] = field(default_factory=dict)
    cannibalised: Estimate | None = None
