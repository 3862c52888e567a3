"""A series file from its rows to its alerts."""

from dataclasses import dataclass
from dataclasses import replace as replaced

import numpy as np
from numpy.typing import NDArray

from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.spikes.buckets import Buckets, Gaps, bucket_rows, readable_step
from livingroom.measure.spikes.detector import detect
from livingroom.measure.spikes.rule import FEWEST, Rule, Verdict
from livingroom.measure.spikes.series import Row, Series


@dataclass(frozen=True)
class Alert:
    """A spike, at the row of the file with which it became known."""

    row: Row
    verdict: Verdict


@dataclass(frozen=True)
class Found:
    """What the detector says of a file.

    Parameters
    ----------
    alerts : tuple of Alert
        In order of time.
    verdicts : tuple of Verdict
        One per known bucket.
    buckets : Buckets
    refusal : NotEnoughData or None
        Why no verdict was due at all.
    """

    alerts: tuple[Alert, ...]
    verdicts: tuple[Verdict, ...]
    buckets: Buckets
    refusal: NotEnoughData | None


def find_spikes(series: Series, rule: Rule = Rule(), gaps: Gaps | None = None) -> Found:  # noqa: B008 - a frozen value
    """Return the spikes of a series.

    Parameters
    ----------
    series : Series
        As `read_series` returns it.
    rule : Rule
        Its step and whether volumes are counts are taken from the series.
    gaps : "unknown" or "zero", optional
        What an hour without a row means; see `bucket_rows`.
    """
    rows = [series.rows[place] for place in series.used]
    at = np.array([row.at for row in rows], dtype=np.int64)
    volume = np.array([row.volume for row in rows], dtype=np.float64)
    buckets = bucket_rows(at, volume, gaps)
    own = replaced(rule, step=buckets.step, counts=buckets.are_counts)
    verdicts = detect(zip(buckets.start.tolist(), buckets.volume.tolist(), strict=True), own)
    alerts = tuple(
        Alert(rows[place], verdict)
        for verdict, place in zip(verdicts, buckets.last_row.tolist(), strict=True)
        if verdict.is_alert
    )
    return Found(alerts, tuple(verdicts), buckets, _refusal(verdicts, buckets))


def _refusal(verdicts: list[Verdict], buckets: Buckets) -> NotEnoughData | None:
    if any(verdict.z is not None for verdict in verdicts):
        return None
    return NotEnoughData(
        f"the first verdict needs {FEWEST} buckets of {readable_step(buckets.step)} before it, and the whole file has "
        f"{len(verdicts):,}"
    )


def row_scores(series: Series, found: Found, threshold: float) -> NDArray[np.float64]:
    """Return an anomaly score between 0 and 1 for every row of the file, in its order.

    Rows that alert have 0.5 or more, the louder the nearer to 1; all others less. So a sweep over thresholds meets exactly the
    alerts at 0.5 and keeps the loudest of them above. A row that ends no bucket, or was rejected, has 0.
    """
    scores = np.zeros(len(series.rows))
    for verdict, place in zip(found.verdicts, found.buckets.last_row.tolist(), strict=True):
        if verdict.z is None:
            continue
        near = max(verdict.z, 0.0) / threshold
        score = 1 - 0.5 / max(near, 1.0) if verdict.is_alert else 0.49 * min(near, 1.0)
        # Hours without a row share the row before them.
        scores[series.used[place]] = max(score, scores[series.used[place]])
    return scores
