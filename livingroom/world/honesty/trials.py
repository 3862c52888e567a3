"""One world tried, and a thousand of them judged: each bar passes or misses, and a miss is printed as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.lift.reading import Reading
from livingroom.world.period import Floats

ENOUGH = 30  # verdicts below which nothing is said of a rate


@dataclass(frozen=True)
class Trial:
    """What one analysis said, and what was true. `value` is nan where the analysis refused."""

    truth: float
    value: float
    low: float
    high: float
    promised: float = float("nan")
    refused: str = ""

    @property
    def covers(self) -> bool:
        return self.low <= self.truth <= self.high

    @property
    def rejects(self) -> bool:
        return self.low > 0 or self.high < 0


Try = Callable[[int, float], Trial]


def trial_of(reading: Reading, truth: float, promised: float = float("nan")) -> Trial:
    found = reading.relative
    nothing = float("nan")
    if isinstance(found, NotEnoughData):
        return Trial(truth, nothing, nothing, nothing, promised, found.reason)
    return Trial(truth, found.value, found.low, found.high, promised)


def refusal(truth: float, reason: str) -> Trial:
    nothing = float("nan")
    return Trial(truth, nothing, nothing, nothing, nothing, reason)


@dataclass(frozen=True)
class Verdict:
    """One figure against its bar; `passed` is None where there is no bar."""

    figure: str
    value: float
    bar: str
    passed: bool | None
    n: int

    def as_text(self) -> str:
        shown = {True: "pass", False: "MISS", None: ""}[self.passed]
        return f"{self.figure}: {self.value:.3f} (n = {self.n:,}; bar: {self.bar}) {shown}".rstrip()


def given(trials: Sequence[Trial]) -> list[Trial]:
    return [trial for trial in trials if not trial.refused]


def rate(flags: Sequence[bool]) -> float:
    return float(np.mean(flags)) if flags else float("nan")


def between(value: float, low: float, high: float, n: int) -> bool | None:
    return bool(low <= value <= high) if n >= ENOUGH else None


def judge_lift(trials: Sequence[Trial], lift: float) -> list[Verdict]:
    """Judge all worlds of one design and one lift."""
    due = given(trials)
    n = len(due)
    label = f"lift {lift:.0%}"
    found = [Verdict(f"{label}, refused", 1 - n / max(len(trials), 1), "none", None, len(trials))]
    if not due:
        return found
    if lift == 0:
        rejected = rate([trial.rejects for trial in due])
        found.append(
            Verdict("A/A rejection", rejected, "0.035 to 0.065", between(rejected, 0.035, 0.065, n), n)
        )
    covered = rate([trial.covers for trial in due])
    found.append(Verdict(f"{label}, coverage", covered, "0.93 to 0.97", between(covered, 0.93, 0.97, n), n))
    error = errors(due)
    spread = float(error.std(ddof=1)) if n > 1 else float("nan")
    bias = abs(float(error.mean())) / spread if spread > 0 else float("nan")
    found.append(
        Verdict(f"{label}, |bias| in s.d.", bias, "below 0.1", bool(bias < 0.1) if n >= ENOUGH else None, n)
    )
    found.append(Verdict(f"{label}, s.d. of the estimate", spread, "none", None, n))
    return found


def errors(trials: Sequence[Trial]) -> Floats:
    return np.array([trial.value - trial.truth for trial in trials])


def judge_power(trials: Sequence[Trial], lift: float) -> list[Verdict]:
    """Compare what the designer promised with what came."""
    due = [trial for trial in given(trials) if not np.isnan(trial.promised)]
    if not due:
        return []
    promised, came = float(np.mean([trial.promised for trial in due])), rate([trial.rejects for trial in due])
    gap = abs(promised - came)
    bar = "within 0.03"
    said = f"power at {lift:.1%}: promised {promised:.3f}, came {came:.3f}, gap"
    return [Verdict(said, gap, bar, bool(gap <= 0.03) if len(due) >= ENOUGH else None, len(due))]
