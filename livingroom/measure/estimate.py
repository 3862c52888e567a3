"""Numbers that say how sure they are, and the value that says that a number is not due."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """Something estimated, with its interval.

    Parameters
    ----------
    value, low, high : float
        The point and the ends of its interval, in the unit that the method names.
    level : float
        How often such an interval holds the truth, between 0 and 1 (0.95 for 95 %).
    n : int
        The number of independent units that it stands on.
    method : str
        The name of the method, as its page under docs/methods/ has it.

    Raises
    ------
    ValueError
        If the interval does not hold the value, the level is no share, or n is negative.
    """

    value: float
    low: float
    high: float
    level: float
    n: int
    method: str

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"The interval [{self.low}, {self.high}] does not hold the value {self.value}.")
        if not 0 < self.level < 1:
            raise ValueError(f"A level is a share between 0 and 1, such as 0.95; it is {self.level}.")
        if self.n < 0:
            raise ValueError(f"An estimate cannot stand on {self.n} units.")

    def __str__(self) -> str:
        return (
            f"{self.value:g} [{self.low:g}, {self.high:g}] at {self.level:.0%}, n = {self.n:,}, {self.method}"
        )


@dataclass(frozen=True)
class NotEnoughData:
    """A verdict that is not due, and why."""

    reason: str

    def __str__(self) -> str:
        return f"Not enough data: {self.reason}"
