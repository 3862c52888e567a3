"""What a design promises before it starts: how likely it is to see a lift, and the smallest lift it can see."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Power:
    """The chance that the planned analysis finds a lift that is there.

    Parameters
    ----------
    lift : float
        The lift asked about, as a share of what would have happened anyway (0.05 is 5 %).
    power : float
        The chance that the interval of the analysis excludes zero if the lift is that large.
    wished : float
        The power wished for, 0.8 unless told otherwise.
    detectable_lift : float, optional
        The smallest lift that is seen with the wished power; None when no lift up to +200 % is.
    level : float
        The level of the analysis' interval.
    standard_error : float
        The standard error of the relative lift (on the log scale where the analysis is).
    n : int
        Independent units that the figure stands on.
    curve : tuple of (float, float)
        Lift and power, for a chart.
    days_needed : int, optional
        Days of test with which the lift asked about has the wished power, if that was looked for and found.
    false_alarms : float, optional
        How often the analysis rejects when there is no lift, in the same simulation: about 1 − level.
    method : str
        How the figures were made.
    """

    lift: float
    power: float
    wished: float
    detectable_lift: float | None
    level: float
    standard_error: float
    n: int
    curve: tuple[tuple[float, float], ...]
    method: str
    days_needed: int | None = None
    false_alarms: float | None = None

    def at(self, lift: float) -> float:
        """The power at any lift between the points of the curve."""
        import numpy as np

        lifts, powers = zip(*self.curve, strict=True)
        return float(np.interp(lift, lifts, powers))

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"curve": [list(point) for point in self.curve]}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Power":
        curve = tuple((float(lift), float(power)) for lift, power in found["curve"])
        return cls(**{**found, "curve": curve})
