"""Silence: a topic, or all that is said, of which far less comes than in the same hours of the weeks before."""

from datetime import datetime, timedelta

from livingroom.listening.counting import HOUR, hour_of
from livingroom.listening.models import Alert
from livingroom.listening.spikes.raising import ALARM, ring
from livingroom.listening.spikes.series import EVERYTHING, Scope, Series, read_series
from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.spikes.silence import silence
from livingroom.shared.events import resolve_alarm

LOOK_AT = 6  # hours at once: one quiet hour at night is nothing
WEEKS = 4
WEEK = 7 * 24
COOLDOWN = timedelta(hours=24)


def detect_silence(now: datetime) -> list[Alert]:
    """Look at the last whole hours. Returns the new alarms; ends those of streams that speak again."""
    last = hour_of(now) - HOUR
    series = {
        scope: one for scope, one in read_series(last, WEEKS * WEEK + LOOK_AT).items() if scope.is_whole
    }
    raised = []
    for scope, one in sorted(series.items()):
        if (found := look(one)) is None:
            continue
        observed, expected, is_silent = found
        open_alerts = Alert.objects.filter(scope=scope.name, kind=Alert.Kind.SILENCE, closed_at=None)
        if not is_silent:
            for alert in open_alerts:
                _speak_again(alert, now)
        elif not open_alerts.filter(hour__gt=last - COOLDOWN).exists():
            raised.append(_raise(scope, last, observed, expected, now))
    return raised


def look(series: Series) -> tuple[float, float, bool] | None:
    """How much came, how much is usual, and whether that is silence; None where it cannot be told."""
    known = series.known
    n_weeks = min((len(known) - LOOK_AT) // WEEK, WEEKS)
    weeks = [
        float(known[len(known) - LOOK_AT - week * WEEK :][:LOOK_AT].sum()) for week in range(1, n_weeks + 1)
    ]
    found = silence(float(known[-LOOK_AT:].sum()), weeks)
    return None if isinstance(found, NotEnoughData) else (found.observed, found.expected, found.is_silent)


def _raise(scope: Scope, hour: datetime, observed: float, expected: float, now: datetime) -> Alert:
    alert, is_new = Alert.objects.get_or_create(
        scope=scope.name,
        hour=hour,
        defaults={
            "kind": Alert.Kind.SILENCE,
            "topic_id": None if scope.topic == EVERYTHING else scope.topic,
            "raised_at": now,
            "n": int(observed),
            "expected": round(expected, 2),
            "score": 0.0,
            "evidence": {"hours": LOOK_AT},
        },
    )
    if is_new:
        ring(alert, now)
    return alert


def _speak_again(alert: Alert, now: datetime) -> None:
    alert.closed_at, alert.why_closed = now, "It speaks again."
    alert.save(update_fields=["closed_at", "why_closed"])
    resolve_alarm(kind=ALARM, subject=alert, now=now)
