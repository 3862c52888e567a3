"""Write an alarm down, ring in the house, and have it told outside. A spike that turns out a crisis rings again."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse

from livingroom.branches.models import Branch
from livingroom.listening.counting import hour_of
from livingroom.listening.models import Alert, AlertDelivery
from livingroom.listening.shares.share import daily_shares, share_of
from livingroom.listening.spikes.evidence import Evidence, gather, gather_between, is_in_joy
from livingroom.listening.spikes.series import EVERYTHING, Scope, Series
from livingroom.listening.spikes.telling import tell_receivers
from livingroom.measure.estimate import NotEnoughData
from livingroom.measure.spikes.crisis import BAND_DAYS, FEWEST_DAYS, Crisis, crisis
from livingroom.measure.spikes.rule import Verdict
from livingroom.measure.spikes.terms import NewTerm
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import raise_alarm, record_event, resolve_alarm
from livingroom.shared.places import language_name

ALARM = "listening"
KIND_WORDS = {Alert.Kind.SPIKE: "A spike", Alert.Kind.CRISIS: "A crisis", Alert.Kind.SILENCE: "Silence"}


def raise_alert(scope: Scope, hour: datetime, verdict: Verdict, series: Series, *, now: datetime) -> Alert:
    """Ring once for a scope and hour; who comes second gets the row of who came first."""
    found = gather(scope, hour, series, verdict.expected or 0.0)
    judged = judge_crisis(scope, found, verdict, now)
    try:
        with transaction.atomic():
            alert = Alert.objects.create(
                kind=Alert.Kind.CRISIS if judged.is_crisis else Alert.Kind.SPIKE,
                topic_id=None if scope.topic == EVERYTHING else scope.topic,
                language=scope.language,
                branch_id=scope.branch or None,
                scope=scope.name,
                hour=hour,
                raised_at=now,
                n=int(verdict.volume),
                expected=round(verdict.expected or 0.0, 2),
                score=round(verdict.z or 0.0, 2),
                first_said_at=found.first_said_at,
                evidence={**found.stored(), **_reasons(judged)},
            )
            ring(alert, now)
    except IntegrityError:
        return Alert.objects.get(scope=scope.name, hour=hour)
    return alert


def look_again(alert: Alert, *, now: datetime) -> bool:
    """Bring a young spike's evidence up to date. One that is a crisis by now rings again, as that. Returns whether it is."""
    scope = Scope.named(alert.scope)
    found = gather_between(scope, hour_of(alert.first_said_at or alert.hour), now)
    if not found.mentions:
        return False
    at = int(alert.hour.timestamp() * 1_000_000)
    verdict = Verdict(at, alert.n, alert.n, alert.expected, None, alert.score, is_alert=True)
    judged = judge_crisis(scope, found, verdict, now)
    alert.evidence = {**alert.evidence, **found.stored(), **_reasons(judged)}
    if judged.is_crisis:
        alert.kind = Alert.Kind.CRISIS
        alert.evidence |= {"crisis_at": now.isoformat()}
    with transaction.atomic():
        alert.save(update_fields=["evidence", "kind"])
        if judged.is_crisis:
            AlertDelivery.objects.filter(alert=alert).delete()
            ring(alert, now)
    return judged.is_crisis


def judge_crisis(scope: Scope, found: Evidence, verdict: Verdict, now: datetime) -> Crisis:
    shares = [one.negative_share for one in found.mentions if one.negative_share is not None]
    terms = [
        NewTerm(one["term"], one["now"], one["before"], 0.0, one["z"])
        for one in found.terms
        if not is_in_joy(one["term"], found.mentions)
    ]
    return crisis(
        verdict,
        negatives=share_of(shares, now) if shares else NotEnoughData("none of the mentions has a tone"),
        past_negatives=usual_negatives(scope, now),
        terms=terms,
        reach=found.reach[0],
    )


def usual_negatives(scope: Scope, now: datetime) -> list[float]:
    """Shares of the days before: of the topic, or where it is too quiet for that, of all that is said."""
    last = now.date() - timedelta(days=1)
    first = last - timedelta(days=BAND_DAYS - 1)
    own = daily_shares(first, last, topic=scope.topic, now=now)
    if len(own) < FEWEST_DAYS and scope.topic != EVERYTHING:
        own = daily_shares(first, last, topic=EVERYTHING, now=now)
    return [share for _, share in own]


def _reasons(judged: Crisis) -> dict[str, list[str]]:
    return {"reasons": list(judged.reasons), "unknown": [one.reason for one in judged.unknown]}


def ring(alert: Alert, now: datetime) -> None:
    """In the house, and outside."""
    url = reverse("listening_alarm", args=[alert.pk])
    raise_alarm(kind=ALARM, subject=alert, text=words_of_alert(alert), now=now, url=url)
    tell_receivers(alert, now)


def words_of_alert(alert: Alert) -> str:
    kind = KIND_WORDS[Alert.Kind(alert.kind)]
    if alert.kind == Alert.Kind.SILENCE:
        return f"{kind} about {about(alert)}: {alert.n} mentions where {usual(alert)} are usual."
    terms = ", ".join(term["term"] for term in alert.evidence.get("terms", [])[:3])
    return f"{kind} about {about(alert)}: {alert.n} mentions in the hour, {usual(alert)} are usual" + (
        f". New: {terms}." if terms else "."
    )


def usual(alert: Alert) -> str:
    return f"{alert.expected:.0f}" if alert.expected >= 10 else f"{alert.expected:.1f}"


def about(alert: Alert) -> str:
    parts = [str(alert.topic) if alert.topic else "all that is said"]
    if alert.language:
        parts.append(f"in {language_name(alert.language)}")
    if alert.branch:
        parts.append(f"at {alert.branch}")
    return " ".join(parts)


def close_alert(*, staff: Staff, alert: Alert, why: str, now: datetime) -> None:
    """End an alarm, and its timer, with a reason. Raises PermissionDenied."""
    require(staff, "publish")
    alert.closed_at, alert.closed_by, alert.why_closed = now, staff, why.strip()[:300]
    alert.save(update_fields=["closed_at", "closed_by", "why_closed"])
    resolve_alarm(kind=ALARM, subject=alert, now=now)
    record_event(actor=staff, verb="closed", subject=alert, now=now, why=why)


def branches_concerned(alert: Alert) -> list[Branch]:
    """Whose answer is waited for: the branches that a fifth of it was said to; none where it was said to nobody of ours."""
    if alert.branch is not None:
        return [alert.branch]
    said_to = {int(branch): n for branch, n in alert.evidence.get("branches", {}).items()}
    total = sum(said_to.values())
    right = [branch for branch, n in said_to.items() if n * 5 >= total]
    return sorted(Branch.objects.filter(pk__in=right), key=lambda branch: -said_to[branch.pk])
