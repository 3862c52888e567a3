"""Look at the last hours, and ring where they are unlike the week before.

The rule is measure/spikes' own: two hours together against the trailing seven days, z of 3, and a day's rest. A topic that
rings as a whole speaks for its languages and branches; all that is said rings only where no topic explains it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from livingroom.listening.counting import HOUR, hour_of, recount_stale
from livingroom.listening.models import Alert
from livingroom.listening.spikes.raising import look_again, raise_alert
from livingroom.listening.spikes.series import EVERYTHING, Scope, Series, read_series
from livingroom.measure.spikes.rule import Rule, Verdict, judge

RULE = Rule()
COOLDOWN = timedelta(hours=24)
N_HOURS = RULE.reach + 2 * RULE.width
FEWEST = 5  # mentions in the hour: below, a person reads them all anyway


@dataclass(frozen=True)
class Loud:
    """A scope whose last hours are a spike, not yet asked whether it is still cooling down."""

    scope: Scope
    hour: datetime
    verdict: Verdict


def detect(now: datetime) -> list[Alert]:
    """Bring the counts up to date, judge the running hour and the one before, and ring. Returns the new alarms."""
    recount_stale()
    young = Alert.objects.filter(
        kind=Alert.Kind.SPIKE, closed_at=None, hour__gt=now - COOLDOWN, hour__lte=now
    )
    for alert in young.select_related("topic", "branch"):
        look_again(alert, now=now)
    return [alert for hour in (hour_of(now) - HOUR, hour_of(now)) for alert in detect_hour(hour, now)]


def detect_hour(hour: datetime, now: datetime) -> list[Alert]:
    series = read_series(hour, N_HOURS)
    loud = [found for scope, one in series.items() if (found := look(scope, one)) is not None]
    # Topics first, and wholes before parts: so each finds what speaks for it.
    loud.sort(
        key=lambda found: (found.scope.topic == EVERYTHING, not found.scope.is_whole, -(found.verdict.z or 0))
    )
    recent = [
        (Scope.named(alert.scope), alert)
        for alert in Alert.objects.filter(hour__gt=hour - COOLDOWN, hour__lte=hour).exclude(
            kind=Alert.Kind.SILENCE
        )
    ]
    raised = []
    for found in loud:
        if _is_told(found, [scope for scope, _ in recent], series):
            continue
        alert = raise_alert(found.scope, found.hour, found.verdict, series[found.scope], now=now)
        recent.append((found.scope, alert))
        raised.append(alert)
    return raised


def look(scope: Scope, series: Series) -> Loud | None:
    """Judge the last hour of a series."""
    known = series.known
    if len(known) <= RULE.width or known[-1] < FEWEST:
        return None
    levels = levels_of(known)
    # The past shares no hour with what is judged, and goes seven days back.
    past = levels[: -RULE.width][-RULE.reach :]
    judged = judge(past, float(levels[-1]), RULE)
    if judged is None or judged[2] < RULE.threshold:
        return None
    at = int(series.last_hour.timestamp() * 1_000_000)
    return Loud(
        scope, series.last_hour, Verdict(at, float(known[-1]), float(levels[-1]), *judged, is_alert=True)
    )


def levels_of(n: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each hour together with the one before, as the rule judges them."""
    return np.concatenate([n[:1], (n[1:] + n[:-1]) / 2])


def _is_told(found: Loud, recent: list[Scope], series: dict[Scope, Series]) -> bool:
    """Whether an alarm of the last day speaks for this: a wider one of the same topic, or the topic that explains it."""
    for scope in recent:
        if scope == found.scope or (scope.topic == found.scope.topic and scope.covers(found.scope)):
            return True
        if found.scope.topic == EVERYTHING and scope in series:
            excess = found.verdict.volume - (found.verdict.expected or 0)
            if series[scope].n[-1] >= excess / 2:
                return True
    return False
