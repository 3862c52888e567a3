"""What we promised: found in our answers, kept with one click, rings when it is due."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from livingroom.inbox.company.models import Notice, Reminder
from livingroom.inbox.company.promising import find_promises
from livingroom.inbox.company.telling import tell_people
from livingroom.inbox.live.telling import tell
from livingroom.inbox.models import Conversation, Message
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import raise_alarm, record_event, resolve_alarm

State = Reminder.State
ALARM = "promise due"


def note_promises(message: Message, now: datetime) -> list[Reminder]:
    """Note what an answer of a person promises; nothing rings before that person says that it was one."""
    if message.is_automatic or message.staff is None:
        return []
    branch = message.conversation.branch
    language = message.language or (branch.language if branch else "en")
    found = find_promises(message.text, language, message.at, branch.time_zone if branch else "UTC")
    rows = [
        Reminder.objects.get_or_create(
            message=message,
            words=promise.words,
            defaults={"conversation": message.conversation, "staff": message.staff, "due_at": promise.due_at},
        )
        for promise in found
    ]
    return [row for row, is_new in rows if is_new]


def remind(
    *, staff: Staff, conversation: Conversation, words: str, due_at: datetime, now: datetime
) -> Reminder:
    """Promise by hand. Raises PermissionDenied."""
    require(staff, "answer", conversation.branch)
    with transaction.atomic():
        row = Reminder.objects.create(
            conversation=conversation, staff=staff, words=words.strip()[:200], due_at=due_at, state=State.KEPT
        )
        record_event(actor=staff, verb="promised in", subject=conversation, now=now, words=row.words)
        tell([conversation.pk], now)
    return row


def settle(
    *, staff: Staff, reminder: Reminder, state: str, now: datetime, due_at: datetime | None = None
) -> Reminder:
    """Keep it, with its time changed or not; say that it is done; or that it was none. Raises PermissionDenied."""
    require(staff, "answer", reminder.conversation.branch)
    with transaction.atomic():
        reminder.state = State(state)
        reminder.due_at = due_at or reminder.due_at
        reminder.rang_at = None if reminder.due_at > now else reminder.rang_at
        reminder.save(update_fields=["state", "due_at", "rang_at"])
        if reminder.state != State.KEPT or reminder.due_at > now:
            resolve_alarm(kind=ALARM, subject=reminder, now=now)
        verb = f"promise: {reminder.get_state_display().lower()}"
        record_event(actor=staff, verb=verb, subject=reminder.conversation, now=now, words=reminder.words)
        tell([reminder.conversation_id], now)
    return reminder


def ring_due(now: datetime) -> int:
    """Ring for promises whose time has come. Returns how many."""
    due = Reminder.objects.filter(state=State.KEPT, due_at__lte=now, rang_at=None)
    rows = list(due.select_related("conversation__author", "message", "staff")[:200])
    for row in rows:
        with transaction.atomic():
            if Reminder.objects.filter(pk=row.pk, rang_at=None).update(rang_at=now):
                _ring(row, now)
    return len(rows)


def _ring(row: Reminder, now: datetime) -> None:
    url = reverse("conversation", args=[row.conversation_id])
    text = f"{row.staff or 'We'} promised {row.conversation.author}: “{row.words}”"
    raise_alarm(kind=ALARM, subject=row, text=text, url=url, now=now)
    if row.staff is not None and row.message is not None:
        tell_people([row.staff], Notice.Kind.REMINDER, row.message, by="You", now=now)
    tell([row.conversation_id], now)
