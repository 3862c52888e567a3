"""Numbers that say how sure they are, and the value that says that a number is not due."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any


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


def answer_as_json(answer: Estimate | NotEnoughData) -> dict[str, Any]:
    """Return an answer as every command prints it: an estimate with its interval, a refusal with its reason.

    An end that is infinite is null: JSON has no word for it.
    """
    if isinstance(answer, NotEnoughData):
        return {"refused": answer.reason}
    return {
        "value": finite(answer.value),
        "low": finite(answer.low),
        "high": finite(answer.high),
        "level": answer.level,
        "n": answer.n,
        "method": answer.method,
    }


def money_as_json(answer: Estimate | NotEnoughData) -> dict[str, Any]:
    """Return an answer about money, in whole minor units."""
    if isinstance(answer, NotEnoughData):
        return answer_as_json(answer)
    whole = {name: round(getattr(answer, name)) for name in ("value", "low", "high")}
    return answer_as_json(answer) | whole


def answer_of_json(said: Mapping[str, Any]) -> Estimate | NotEnoughData:
    """Read an answer again. Raises KeyError, TypeError or ValueError when it is none."""
    return NotEnoughData(str(said["refused"])) if said.get("refused") else estimate_of_json(said)


def estimate_of_json(said: Mapping[str, Any]) -> Estimate:
    """Read an estimate again. Raises KeyError, TypeError or ValueError when it is none."""
    low, high = said["low"], said["high"]
    return Estimate(
        float(said["value"]),
        -inf if low is None else float(low),
        inf if high is None else float(high),
        float(said.get("level", 0.95)),
        int(said.get("n", 0)),
        str(said.get("method", "")),
    )


def finite(value: float | None) -> float | None:
    """Return a number that JSON has a word for, or None."""
    return float(value) if value is not None and isfinite(value) else None
