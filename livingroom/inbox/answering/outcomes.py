"""How an attempt ends: the answer, its conversation, the alarm and the event change together or not at all."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse

from livingroom.inbox.answered import note_sent
from livingroom.inbox.answering.models import AnswerAttempt
from livingroom.inbox.answering.signals import answer_sent
from livingroom.inbox.live.telling import tell
from livingroom.inbox.models import Conversation, Message
from livingroom.networks.interface import Published
from livingroom.shared.events import raise_alarm, record_event, resolve_alarm

State = Message.State
ACTOR = "answering"
ALARM = "answer failed"
# A mail whose fate nobody knows; sent again it has the same Message-ID, so that most letter-boxes show it once.
LOST_MAIL = (
    "The mail server did not say whether it took this, and nobody can look into their letter-box. "
    "Send it again (most programs show one mail of the two), or say that it arrived."
)


def lock_conversation(pk: int) -> Conversation:
    """The conversation before its messages, always: whoever goes the other way would lock up with us."""
    return Conversation.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def mark_sent(message: Message, published: Published, *, now: datetime) -> bool:
    """Write down that it is out. Proof settles every other state, even one that a person chose meanwhile."""
    with transaction.atomic():
        lock_conversation(message.conversation_id)
        out = Message.objects.filter(pk=message.pk).exclude(state=State.SENT)
        if not out.update(
            state=State.SENT,
            at=published.at,
            remote_id=published.ref.id[:300],
            remote_version=published.ref.version[:200],
            remote_url=published.ref.url[:1000],
            try_at=None,
            problem="",
        ):
            return False
        message.refresh_from_db()
        conversation = note_sent(message, now)
        _keep_waiting(conversation, message)
        _end_attempt(message.pk, "sent", published.ref.url)
        resolve_alarm(kind=ALARM, subject=message, now=now)
        record_event(actor=message.staff or ACTOR, verb="answered", subject=conversation, now=now)
        answer_sent.send(sender=Message, conversation=conversation, message=message, now=now)
    return True


def mark_unknown(message_id: int, token: str, text: str, *, look_at: datetime, now: datetime) -> bool:
    with transaction.atomic():
        if not _mine(message_id, token, State.SENDING).update(
            state=State.UNKNOWN, try_at=look_at, n_looks=0, problem=text
        ):
            return False
        _end_attempt(message_id, "unknown", text)
        subject = f"message {message_id}"
        record_event(actor=ACTOR, verb="lost the answer of", subject=subject, now=now, why=text)
    return True


def try_again(message_id: int, token: str, text: str, *, at: datetime) -> bool:
    """Nothing was sent, surely."""
    with transaction.atomic():
        mine = _mine(message_id, token, State.SENDING, State.UNKNOWN)
        if not mine.update(state=State.DUE, try_at=at, problem=text):
            return False
        _end_attempt(message_id, "not sent", text)
    return True


def look_again(message: Message, text: str, *, look_at: datetime, n_looks: int = 0) -> None:
    unknown = Message.objects.filter(pk=message.pk, state=State.UNKNOWN)
    unknown.update(try_at=look_at, n_looks=F("n_looks") + n_looks, problem=text)


def mark_failed(message: Message, token: str, text: str, *, now: datetime) -> bool:
    """A person must do something first: say what, and ring."""
    return _fail(message, _mine(message.pk, token, State.SENDING), text, now)


def mark_lost(message: Message, *, now: datetime) -> bool:
    """It may be out or not, and nobody can look: a person decides."""
    return _fail(message, _mine(message.pk, message.claimed_by, State.UNKNOWN), LOST_MAIL, now)


def _fail(message: Message, rows: QuerySet[Message], text: str, now: datetime) -> bool:
    with transaction.atomic():
        if not rows.update(state=State.FAILED, try_at=None, problem=text):
            return False
        _end_attempt(message.pk, "failed", text)
        raise_alarm(
            kind=ALARM,
            subject=message,
            text=f"An answer to {message.conversation.author} was not sent: {text}",
            url=reverse("conversation", args=[message.conversation_id]),
            now=now,
        )
        tell([message.conversation_id], now)
        record_event(actor=ACTOR, verb="could not answer", subject=message.conversation, now=now, why=text)
    return True


def _keep_waiting(conversation: Conversation, message: Message) -> None:
    """What they said while these words were on their way, these do not answer."""
    later = conversation.messages.filter(direction=Message.Direction.IN, gone_at=None, pk__gt=message.pk)
    unheard = later.order_by("at").values_list("at", flat=True).first()
    if unheard is None or message.is_automatic:
        return
    conversation.waiting_since = unheard
    if conversation.state == Conversation.State.WAITING:
        conversation.state = Conversation.State.OPEN
    conversation.save(update_fields=["waiting_since", "state"])


def _mine(message_id: int, token: str, *states: str) -> QuerySet[Message]:
    return Message.objects.filter(pk=message_id, claimed_by=token, state__in=states)


def _end_attempt(message_id: int, outcome: str, text: str) -> None:
    last = (
        AnswerAttempt.objects.filter(message=message_id).order_by("-number").values_list("pk", flat=True)[:1]
    )
    AnswerAttempt.objects.filter(pk__in=list(last)).update(outcome=outcome, text=text[:2000])
