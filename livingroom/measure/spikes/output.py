"""Spikes as scripts read them: CSV and JSON."""

import csv
import io
from dataclasses import asdict
from datetime import UTC
from pathlib import Path

from livingroom.measure.moments import as_datetime
from livingroom.measure.problems import Problem
from livingroom.measure.spikes.files import Alert, Found, row_scores
from livingroom.measure.spikes.nab import NabScore
from livingroom.measure.spikes.rule import Rule
from livingroom.measure.spikes.series import Series


def put(text: str, out: Path) -> None:
    """Write a file that is whole or not there."""
    partial = out.with_name(f".{out.name}.partial")
    partial.write_text(text, encoding="utf-8", newline="")
    partial.replace(out)


def _table(rows: list[list[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def alerts_as_csv(alerts: tuple[Alert, ...]) -> str:
    """Return alerts, one a line, with the time as the file writes it."""
    rows = [
        [alert.row.written, *(f"{number:.6g}" for number in _numbers(alert)), alert.row.line]
        for alert in alerts
    ]
    return _table([["timestamp", "volume", "level", "expected", "spread", "z", "line"], *rows])


def _numbers(alert: Alert) -> tuple[float, float, float, float, float]:
    verdict = alert.verdict
    return verdict.volume, verdict.level, verdict.expected or 0.0, verdict.spread or 0.0, verdict.z or 0.0


def scores_as_csv(series: Series, found: Found, rule: Rule) -> str:
    """Return an anomaly score for every row, in the order of the file."""
    alerting = {alert.row.line for alert in found.alerts}
    rows: list[list[object]] = [
        [
            row.written,
            "" if row.volume is None else f"{row.volume:.15g}",
            f"{score:.6f}",
            int(row.line in alerting),
        ]
        for row, score in zip(series.rows, row_scores(series, found, rule.threshold), strict=True)
    ]
    return _table([["timestamp", "value", "anomaly_score", "alert"], *rows])


def found_as_json(series: Series, found: Found, scored: NabScore | None) -> dict[str, object]:
    """Return what `--json` prints."""
    names = ("volume", "level", "expected", "spread", "z")
    answer: dict[str, object] = {
        "refused": found.refusal.reason if found.refusal else None,
        "alerts": [
            {
                "timestamp": alert.row.written,
                "at": as_datetime(alert.row.at or 0).astimezone(UTC).isoformat(),
                **dict(zip(names, _numbers(alert), strict=True)),
                "line": alert.row.line,
            }
            for alert in found.alerts
        ],
        "input": {
            "n_rows": len(series.rows),
            "n_used": len(series.used),
            "n_buckets": len(found.verdicts),
            "n_unknown_buckets": found.buckets.n_unknown,
            "bucket_hours": found.buckets.step / 3.6e9,
            "rejected": [_problem(problem) for problem in series.rejected],
            "noted": [_problem(problem) for problem in series.noted],
        },
    }
    if scored is not None:
        answer["nab"] = {"normalised": scored.normalised, **asdict(scored)}
    return answer


def _problem(problem: Problem) -> dict[str, object]:
    return {"problem": problem.sentence, "n_rows": problem.n_rows, "examples": list(problem.examples)}
