"""The score of the Numenta Anomaly Benchmark: early is better, once per window is enough, false alarms cost."""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from math import exp, floor
from pathlib import Path
from typing import Any, TypeAlias

from livingroom.measure.moments import as_microseconds
from livingroom.measure.problems import InputError

Window: TypeAlias = tuple[int, int]  # first and last row, both inside

PROBATION_SHARE, PROBATION_ROWS = 0.15, 5000  # the first 15 % of at most 5,000 rows are not scored
FAR = 3.0  # window widths behind which a false alarm costs the whole


@dataclass(frozen=True)
class Profile:
    """What a hit, a missed window and a false alarm weigh."""

    hit: float
    miss: float
    false_alarm: float


PROFILES = {
    "standard": Profile(1.0, 1.0, 0.11),
    "reward_low_FP_rate": Profile(1.0, 1.0, 0.22),
    "reward_low_FN_rate": Profile(1.0, 2.0, 0.11),
}


@dataclass(frozen=True)
class NabScore:
    """The score of one or several files.

    Parameters
    ----------
    score : float
        The sum over windows and false alarms, as NAB's result files have it.
    n_windows, n_hit : int
        Labelled windows, and those with an alert inside.
    n_true, n_false, n_missed, n_quiet : int
        Rows that alerted inside and outside of windows, rows that did not inside and outside.
    profile : Profile
    """

    score: float
    n_windows: int
    n_hit: int
    n_true: int
    n_false: int
    n_missed: int
    n_quiet: int
    profile: Profile

    @property
    def normalised(self) -> float:
        """Of 100: 0 is to say nothing, 100 to alert in the first row of every window and nowhere else."""
        worst, best = -self.profile.miss * self.n_windows, self.profile.hit * self.n_windows
        return 100 * (self.score - worst) / (best - worst) if self.n_windows else 0.0

    def __add__(self, other: "NabScore") -> "NabScore":
        if self.profile != other.profile:
            raise ValueError("Scores under different profiles cannot be added.")
        names = ("score", "n_windows", "n_hit", "n_true", "n_false", "n_missed", "n_quiet")
        sums: dict[str, Any] = {name: getattr(self, name) + getattr(other, name) for name in names}
        return NabScore(**sums, profile=self.profile)


def nab_score(
    n_rows: int, alerts: Iterable[int], windows: Sequence[Window], profile: str = "standard"
) -> NabScore:
    """Score alerts against labelled windows.

    Parameters
    ----------
    n_rows : int
        Rows of the file.
    alerts : iterable of int
        Rows that alerted, from 0.
    windows : sequence of (int, int)
        First and last row of every window, ascending and apart.
    profile : str
        One of `PROFILES`.

    Source
    ------
    Lavin and Ahmad, Evaluating real-time anomaly detection algorithms: the Numenta Anomaly Benchmark, 2015.
    """
    weights = PROFILES[profile]
    probation = floor(min(PROBATION_SHARE * n_rows, PROBATION_SHARE * PROBATION_ROWS))
    scored = [window for window in windows if window[1] >= probation]
    best: dict[Window, float] = {}
    false_alarms, n_true, n_false = 0.0, 0, 0
    for row in sorted(set(alerts)):
        if row < probation:
            continue
        window = next((w for w in windows if w[0] <= row <= w[1]), None)
        if window is None:
            n_false += 1
            false_alarms += weights.false_alarm * _lateness(row, windows)
        else:
            n_true += 1
            best[window] = max(best.get(window, -weights.miss), weights.hit * _earliness(row, window))
    n_inside = sum(last - max(first, probation) + 1 for first, last in scored)
    return NabScore(
        false_alarms + sum(best.get(window, -weights.miss) for window in scored),
        len(scored), len(best), n_true, n_false, n_inside - n_true,
        n_rows - probation - n_inside - n_false, weights,
    )  # fmt: skip


def _earliness(row: int, window: Window) -> float:
    """1 in a window's first row, towards 0 in its last."""
    first, last = window
    return _falling(-(last - row + 1) / (last - first + 1)) / _falling(-1.0)


def _lateness(row: int, windows: Sequence[Window]) -> float:
    """Just behind a window nearly 0, far from any or before the first -1."""
    before = [window for window in windows if window[1] < row]
    if not before:
        return -1.0
    first, last = before[-1]
    return _falling((row - last) / max(last - first, 1))


def _falling(position: float) -> float:
    return -1.0 if position > FAR else 2 / (1 + exp(5 * position)) - 1


def windows_of(labels: Sequence[tuple[int, int]], at: Sequence[int]) -> list[Window]:
    """Return windows of time as windows of rows.

    Parameters
    ----------
    labels : sequence of (int, int)
        Start and end, microseconds UTC, both inside.
    at : sequence of int
        Time of every row, ascending.

    Raises
    ------
    InputError
        If a window holds no row: then the labels belong to another file or zone.
    """
    found = []
    for start, end in sorted(labels):
        first, last = bisect_left(at, start), bisect_right(at, end) - 1
        if last < first:
            raise InputError(
                ["windows: a window holds no row of the series; are they of the same file and zone?"]
            )
        found.append((first, last))
    return found


def read_windows(path: Path, series: Path, zone: tzinfo = UTC) -> list[tuple[int, int]]:
    """Read labelled windows: a list of [start, end], or such lists by the name of the series file.

    Parameters
    ----------
    path, series : Path
        The windows, and the file that they are about.
    zone : tzinfo
        Of times that name none: that of the series.

    Raises
    ------
    InputError
        If the file cannot be read, or does not know the series.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(said, Mapping):
            named = {str(name).replace("\\", "/").rsplit("/", 1)[-1]: rows for name, rows in said.items()}
            if series.name not in named:
                raise InputError(
                    [f"windows: {path} does not know {series.name}. It knows: {', '.join(named)}."]
                )
            said = named[series.name]
        return [(_moment(start, zone), _moment(end, zone)) for start, end in said]
    except (OSError, ValueError, TypeError) as error:
        raise InputError([f"windows: {path} is no file of [start, end] pairs in JSON: {error}."]) from error


def _moment(text: str, zone: tzinfo) -> int:
    moment = datetime.fromisoformat(text)
    return as_microseconds(moment if moment.tzinfo else moment.replace(tzinfo=zone))
