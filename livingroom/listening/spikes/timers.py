"""The answer timer: from the first mention of a spike until a human of the right branch has answered one of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from livingroom.listening.answers import Answered, answers_to
from livingroom.listening.models import Alert, Mention
from livingroom.listening.spikes.raising import ALARM, branches_concerned
from livingroom.listening.spikes.series import Scope
from livingroom.shared.events import record_event, resolve_alarm

MOST_MENTIONS = 5000
LONGEST = timedelta(days=14)


@dataclass(frozen=True)
class Timer:
    """What every staff page shows while nobody has answered."""

    alert: Alert
    minutes: int

    @property
    def in_words(self) -> str:
        hours, minutes = divmod(self.minutes, 60)
        days, hours = divmod(hours, 24)
        if days:
            return f"{days} d {hours} h"
        return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"


def running_timers(now: datetime, most: int = 3) -> list[Timer]:
    rows = Alert.objects.waiting().filter(first_said_at__gte=now - LONGEST).select_related("topic", "branch")
    # A crisis before a spike, and of equals the one that waits longest.
    ordered = sorted(rows, key=lambda alert: (alert.kind != Alert.Kind.CRISIS, alert.first_said_at or now))
    return [Timer(alert, minutes_between(alert.first_said_at or now, now)) for alert in ordered[:most]]


def minutes_between(first: datetime, last: datetime) -> int:
    return max(int((last - first).total_seconds() // 60), 0)


def look_for_answers(now: datetime) -> int:
    """Stop the timers of alarms that somebody has answered. Returns how many."""
    waiting = (
        Alert.objects.waiting().filter(first_said_at__gte=now - LONGEST).select_related("topic", "branch")
    )
    return sum(stop_if_answered(alert, now) for alert in waiting)


def stop_if_answered(alert: Alert, now: datetime) -> bool:
    found = first_right_answer(alert, now)
    if found is None:
        return False
    alert.answered_at, alert.answered_by = found.at, found.by[:120]
    alert.evidence = {
        **alert.evidence,
        "answered_mention": found.mention_id,
        "answered_branch": found.branch_id,
    }
    alert.save(update_fields=["answered_at", "answered_by", "evidence"])
    resolve_alarm(kind=ALARM, subject=alert, now=now)
    record_event(actor=found.by, verb="answered", subject=alert, now=now)
    return True


def first_right_answer(alert: Alert, now: datetime) -> Answered | None:
    """The first answer to one of the spike's mentions by a branch concerned; by any where it was said to none of ours."""
    right = {branch.pk for branch in branches_concerned(alert)}
    for answer in answers_to(mentions_of(alert, now)):
        if answer.at >= (alert.first_said_at or alert.hour) and (not right or answer.branch_id in right):
            return answer
    return None


def mentions_of(alert: Alert, now: datetime) -> list[int]:
    """Numbers of what the alarm counts, from the first mention on."""
    topic, language, branch = alert.scope.split("/")
    scope = Scope(int(topic), language, int(branch))
    rows = Mention.objects.filter(at__gte=alert.first_said_at or alert.hour, at__lte=now)
    if scope.topic:
        rows = rows.filter(matches__topic_id=scope.topic)
    if scope.language:
        rows = rows.filter(language=scope.language)
    if scope.branch:
        rows = rows.filter(branch_id=scope.branch)
    return list(rows.order_by("at").values_list("pk", flat=True)[:MOST_MENTIONS])
