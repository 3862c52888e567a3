"""Push one bucket, and hear whether it is a spike. The state is small and can be kept as JSON."""

from collections import deque
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

import numpy as np

from livingroom.measure.spikes.rule import Rule, Verdict, judge


class SpikeDetector:
    """Watches one stream of volumes, bucket by bucket.

    Parameters
    ----------
    rule : Rule
        What counts as a spike; the same for every stream.

    Notes
    -----
    It keeps the levels of the trailing seven days (about 170 numbers) and the time of its last alert, nothing else. A bucket
    that is not pushed is unknown, not empty: push 0 for an hour in which nobody said anything.
    """

    def __init__(self, rule: Rule = Rule()) -> None:  # noqa: B008 - a frozen value
        self.rule = rule
        self.last_alert_at: int | None = None
        # (start, volume, level) of known buckets, oldest first.
        self._known: deque[tuple[int, float, float]] = deque()

    def push(self, at: int, volume: float) -> Verdict:
        """Judge a bucket that is over.

        Parameters
        ----------
        at : int
            Its start, microseconds UTC; later than that of the bucket before.
        volume : float
            How much was said in it, 0 or more.

        Raises
        ------
        ValueError
            If it does not come after the bucket before, or the volume is no number of 0 or more.
        """
        verdict = self.look(at, volume)
        self._known.append((at, volume, verdict.level))
        return verdict

    def look(self, at: int, volume: float) -> Verdict:
        """Judge a bucket that is not over yet, by what was said in it so far; it is not kept.

        An alert is remembered, so that the same bucket does not alert again when it is pushed. Volumes only grow, so what alerts
        early would have alerted in the end.

        Raises
        ------
        ValueError
            As `push`.
        """
        if self._known and at <= self._known[-1][0]:
            raise ValueError(f"Buckets come in order of time; {at} does not come after {self._known[-1][0]}.")
        if not (isfinite(volume) and volume >= 0):
            raise ValueError(f"A volume is 0 or more; it is {volume!r}.")
        self._forget(at)
        level = self._level(at, volume)
        judged = judge(self._past(at), level, self.rule)
        if judged is None:
            return Verdict(at, volume, level, None, None, None, False)
        is_alert = judged[2] >= self.rule.threshold and self._is_rested(at)
        if is_alert:
            self.last_alert_at = at
        return Verdict(at, volume, level, *judged, is_alert)

    def _is_rested(self, at: int) -> bool:
        if self.last_alert_at is None:
            return True
        return at > self.last_alert_at and at - self.last_alert_at >= self.rule.cooldown

    def _forget(self, at: int) -> None:
        oldest = at - (self.rule.reach + self.rule.width - 1) * self.rule.step
        while self._known and self._known[0][0] < oldest:
            self._known.popleft()

    def _level(self, at: int, volume: float) -> float:
        """The mean of this bucket and, if it is known, the one before."""
        if self.rule.width == 1 or not self._known or self._known[-1][0] < at - self.rule.step:
            return volume
        return (self._known[-1][1] + volume) / 2

    def _past(self, at: int) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Levels that share no bucket with the one that is judged."""
        newest = at - self.rule.width * self.rule.step
        return np.array([level for start, _, level in self._known if start <= newest])

    def state(self) -> dict[str, Any]:
        """Return what the detector remembers, ready for JSON."""
        return {"last_alert_at": self.last_alert_at, "known": [list(row) for row in self._known]}

    @classmethod
    def resume(cls, state: Mapping[str, Any], rule: Rule = Rule()) -> "SpikeDetector":  # noqa: B008
        """Go on where `state` stopped."""
        detector = cls(rule)
        detector.last_alert_at = state["last_alert_at"]
        detector._known.extend((int(at), float(volume), float(level)) for at, volume, level in state["known"])
        return detector


def detect(buckets: Iterable[tuple[int, float]], rule: Rule = Rule()) -> list[Verdict]:  # noqa: B008
    """Judge a whole series.

    Parameters
    ----------
    buckets : iterable of (int, float)
        Start in microseconds UTC, and volume. Any order; unknown buckets are left out.

    Returns
    -------
    list of Verdict
        One per bucket, in order of time: the same as pushing one after the other.
    """
    detector = SpikeDetector(rule)
    return [detector.push(at, volume) for at, volume in sorted(buckets)]
