"""What happens before and after a promise is broken: somebody is told, a team takes over, it becomes more urgent."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.urls import reverse

from livingroom.inbox.live.telling import tell
from livingroom.inbox.models import Conversation, Notice, Step
from livingroom.inbox.promises.models import Clock, Escalation
from livingroom.people.models import Staff
from livingroom.shared.events import raise_alarm, resolve_alarm

AT_ONCE = 500


def ring(now: datetime) -> int:
    """Mark what is broken by now, and do what was said for each step before and after. Returns how many steps were done."""
    Clock.objects.filter(ended_at=None, broken_at=None, due_at__lte=now).update(broken_at=F("due_at"))
    done = sum(_escalate(clock, now) for clock in _due_for_a_step(now))
    _sound(now)
    return done


def _due_for_a_step(now: datetime) -> Iterable[Clock]:
    """Running clocks whose next step may be due; the earliest step of any level bounds the look."""
    bounds = Escalation.objects.aggregate(first=Min("minutes"), most=Max("minutes"))
    if bounds["first"] is None:
        return []
    rows = Clock.objects.filter(ended_at=None, due_at__lte=now - timedelta(minutes=bounds["first"]))
    rows = rows.annotate(n_steps=Count("level__escalations")).filter(n_escalated__lt=F("n_steps"))
    return rows.order_by("due_at")[:AT_ONCE]


def _escalate(clock: Clock, now: datetime) -> int:
    with transaction.atomic():
        mine = Clock.objects.select_for_update().filter(pk=clock.pk, ended_at=None).first()
        if mine is None or mine.due_at is None:
            return 0
        steps = list(mine.level.escalations.all())
        due = [
            step for step in steps[mine.n_escalated :] if mine.due_at + timedelta(minutes=step.minutes) <= now
        ]
        for step in due:
            _do(step, mine, now)
        mine.n_escalated += len(due)
        mine.save(update_fields=["n_escalated"])
    return len(due)


def _do(step: Escalation, clock: Clock, now: datetime) -> None:
    conversation = Conversation.objects.select_for_update(of=("self",), no_key=True).get(
        pk=clock.conversation_id
    )
    told = _who_hears(step, conversation)
    is_broken = step.minutes >= 0
    words = f"{clock.get_what_display()} {'was' if is_broken else 'is'} due {step}"
    Notice.objects.bulk_create(
        [
            Notice(
                staff=staff,
                conversation=conversation,
                kind=Notice.Kind.OVERDUE,
                by=str(clock.level),
                text=words,
                at=now,
            )
            for staff in told
        ]
    )
    change: dict[str, object] = {
        "what": clock.what,
        "minutes": step.minutes,
        "told": [str(staff) for staff in told],
    }
    if step.to_team is not None and conversation.team_id != step.to_team_id:
        conversation.team, conversation.owner = step.to_team, None
        change["team"] = str(step.to_team)
    if step.priority is not None and step.priority < conversation.priority:
        conversation.priority = step.priority
        change["priority"] = step.priority
    conversation.version += 1
    conversation.save(update_fields=["team", "owner", "priority", "version"])
    Step.objects.create(
        conversation=conversation, at=now, by_rule=clock.level.name, verb="escalated", change=change
    )
    tell([conversation.pk], now)


def _who_hears(step: Escalation, conversation: Conversation) -> list[Staff]:
    told = [conversation.owner if step.tell_owner else None, step.tell]
    return list(dict.fromkeys(staff for staff in told if staff is not None and staff.is_active))


def _sound(now: datetime) -> None:
    """One alarm for the whole house, with the count: broken promises are many at once or none."""
    n = broken_now().count()
    if n:
        text = f"{n} promised {'answer is' if n == 1 else 'answers are'} late."
        raise_alarm(kind="promise broken", subject="inbox", text=text, now=now, url=reverse("inbox"))
    else:
        resolve_alarm(kind="promise broken", subject="inbox", now=now)


def broken_now() -> "QuerySet[Clock]":
    """What we owe and is late."""
    return Clock.objects.filter(ended_at=None, broken_at__isnull=False).filter(~Q(what=Clock.What.RESOLVE))
