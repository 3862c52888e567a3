"""Why an alarm came when it did and not at the first mention: told from the hourly counts as they are stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from livingroom.listening.counting import HOUR, hour_of
from livingroom.listening.models import Alert
from livingroom.listening.spikes.detecting import COOLDOWN, FEWEST, N_HOURS, RULE, levels_of
from livingroom.listening.spikes.series import EVERYTHING, Scope, Series, read_series
from livingroom.measure.spikes.rule import judge

LONGEST = timedelta(hours=72)  # further back nobody asks why no alarm came


@dataclass(frozen=True)
class Hour:
    """One hour up to the alarm: how many mentions it had, and z as far as the past was long enough to say."""

    at: datetime
    n: int
    z: float | None

    @property
    def is_due(self) -> bool:
        return self.n >= FEWEST and self.z is not None and self.z >= RULE.threshold


def why_then(alert: Alert) -> str:
    """Say in one sentence what the hours from the first mention to the alarm were short of; empty where nothing is known."""
    hours = hours_before(alert)
    if not hours:
        return ""
    *before, last = hours
    rang = f"at {_clock(last.at)} there were {last.n} and z was {_z(last)}"
    line = f"An alarm is due from {FEWEST} mentions in an hour and z of {RULE.threshold:g}"
    if not before:
        return f"{line}: in the hour of the first mention {rang.removeprefix(f'at {_clock(last.at)} ')}."
    if due := next((one for one in before if one.is_due), None):
        return f"{line}: by what is counted today that was so at {_clock(due.at)} already; {_why_not(alert, due)}."
    return f"{line}: {_short_of(before)}; {rang}."


def hours_before(alert: Alert) -> list[Hour]:
    """The hours from the first mention's to the one that rang."""
    if alert.kind == Alert.Kind.SILENCE or alert.first_said_at is None:
        return []
    first = max(hour_of(alert.first_said_at), alert.hour - LONGEST)
    n_hours = int((alert.hour - first) / HOUR) + 1
    series = read_series(alert.hour, N_HOURS + n_hours).get(Scope.named(alert.scope))
    return _judged(series, n_hours) if series and n_hours > 0 else []


def _judged(series: Series, n_hours: int) -> list[Hour]:
    known = series.known
    levels, found = levels_of(known), []
    for place in range(max(len(known) - n_hours, 0), len(known)):
        past = levels[: max(place + 1 - RULE.width, 0)][-RULE.reach :]
        judged = judge(past, float(levels[place]), RULE)
        at = series.last_hour - (len(known) - 1 - place) * HOUR
        found.append(Hour(at, int(known[place]), judged[2] if judged else None))
    return found


def _why_not(alert: Alert, due: Hour) -> str:
    """An alarm speaks for a day; where none did, the counts have grown since."""
    scope = Scope.named(alert.scope)
    spoke = Alert.objects.filter(hour__gt=due.at - COOLDOWN, hour__lte=due.at).exclude(pk=alert.pk)
    for one in spoke.exclude(kind=Alert.Kind.SILENCE).order_by("-hour"):
        if Scope.named(one.scope).covers(scope) or scope.topic == EVERYTHING:
            hours = int(COOLDOWN / HOUR)
            return f"the alarm of {timezone.localtime(one.hour):%d %B, %H:%M} spoke for it, as one does for {hours} hours"
    return "part of it was heard later"


def _short_of(before: list[Hour]) -> str:
    few = [one for one in before if one.n < FEWEST]
    calm = [one for one in before if one.n >= FEWEST]
    told = []
    if few:
        told.append(f"{_hours(len(few))} before had at most {max(one.n for one in few)} mentions")
    if calm:
        loudest = max(calm, key=lambda one: one.z or 0.0)
        told.append(f"{_hours(len(calm))} with enough of them came to z {_z(loudest)} at most")
    return " and ".join(told)


def _hours(n: int) -> str:
    return "the hour" if n == 1 else f"{n} hours"


def _z(hour: Hour) -> str:
    return "not known yet" if hour.z is None else f"{hour.z:.1f}"


def _clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"
