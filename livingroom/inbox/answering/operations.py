"""The verbs of answering: write, take back, send again. What changed meanwhile is shown before anything goes out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from livingroom.branches.models import Branch
from livingroom.inbox.answering.models import AnswerDraft, SigningCustom
from livingroom.inbox.answering.outcomes import ALARM, lock_conversation
from livingroom.inbox.answering.signing import host_of, signature, signed
from livingroom.inbox.answering.standing import why_not
from livingroom.inbox.answering.wording import render_answer
from livingroom.inbox.changing import bump
from livingroom.inbox.counting import count_words
from livingroom.inbox.live.telling import tell
from livingroom.inbox.models import Conversation, Message, Step
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event, resolve_alarm

UNDO_WITHIN = timedelta(seconds=10)
State, Direction = Message.State, Message.Direction
LONGEST_DRAFT = 20_000


class CannotAnswer(ValueError):
    """It cannot be sent; the text says why and what to do."""


class ChangedMeanwhile(CannotAnswer):
    """Newer words came than those it was written to. It is kept as a draft."""

    def __init__(self, newer: list[Message]) -> None:
        super().__init__(
            "The conversation went on while you wrote. Read what is new, then send it anyway or change it."
        )
        self.newer = newer


@dataclass(frozen=True)
class Writing:
    """What somebody wants to answer. `seen` is the last message on the page they wrote it on."""

    text: str
    seen: int
    anyway: bool = False


def write_answer(*, staff: Staff, conversation: Conversation, writing: Writing, now: datetime) -> Message:
    """Let an answer go out, ten seconds from now, signed by who wrote it.

    Raises PermissionDenied, CannotAnswer; ChangedMeanwhile, after the words were kept as a draft.
    """
    require(staff, "answer", conversation.branch)
    newer: list[Message] = []
    with transaction.atomic():
        conversation = _locked(conversation)
        if not writing.anyway:
            newer = newer_words(conversation, writing.seen, staff)
        if newer:
            keep_draft(staff=staff, conversation=conversation, text=writing.text, seen=writing.seen, now=now)
        else:
            message = _write(staff, conversation, writing.text, now)
    if newer:
        raise ChangedMeanwhile(newer)
    return message


def write_automatic_answer(
    *, conversation: Conversation, text: str, rule: str, now: datetime, staff: Staff | None = None
) -> Message:
    """Let a machine say something; it is marked, unsigned, and never counts as an answer. Raises CannotAnswer."""
    with transaction.atomic():
        conversation = _locked(conversation)
        if why := why_not(conversation, now, is_automatic=True, may_be_closed=True):
            raise CannotAnswer(why)
        _require_sendable(conversation, text)
        message = _keep(conversation, text.strip(), now, staff=None, due_at=now, is_automatic=True)
        record_event(actor=staff or rule, verb="answered by itself", subject=conversation, now=now, rule=rule)
    return message


def newer_words(conversation: Conversation, seen: int, staff: Staff) -> list[Message]:
    """What others said, outside or among us, since the page was read."""
    newer = conversation.messages.filter(pk__gt=seen).exclude(state=State.CANCELLED)
    return [row for row in newer.select_related("author", "staff").order_by("pk") if row.staff_id != staff.pk]


def take_back(*, staff: Staff, message: Message, now: datetime) -> bool:
    """Take an answer back that has not gone yet; its words become a draft again. False where it was too late."""
    require(staff, "answer", message.conversation.branch)
    with transaction.atomic():
        conversation = lock_conversation(message.conversation_id)
        if not Message.objects.filter(pk=message.pk, state=State.DUE).update(
            state=State.CANCELLED, try_at=None
        ):
            return False
        if message.staff is not None and not message.is_automatic:
            words = message.text.removesuffix(signature(message.staff, conversation.branch)).strip()
            keep_draft(staff=message.staff, conversation=conversation, text=words, seen=message.pk, now=now)
        record_event(actor=staff, verb="took back an answer in", subject=conversation, now=now)
        _changed(conversation, now)
    return True


def send_again(*, staff: Staff, message: Message, now: datetime) -> bool:
    """Send what failed once more; it is looked for before it is written. False where it did not fail."""
    require(staff, "answer", message.conversation.branch)
    with transaction.atomic():
        failed = Message.objects.filter(pk=message.pk, state=State.FAILED)
        if not failed.update(state=State.DUE, try_at=now, problem=""):
            return False
        resolve_alarm(kind=ALARM, subject=message, now=now)
        record_event(actor=staff, verb="sent again", subject=message, now=now)
        _changed(message.conversation, now)
    return True


def drop_answer(*, staff: Staff, message: Message, now: datetime) -> bool:
    """Give up on what failed: nothing goes out. False where it did not fail."""
    require(staff, "answer", message.conversation.branch)
    with transaction.atomic():
        failed = Message.objects.filter(pk=message.pk, state=State.FAILED)
        if not failed.update(state=State.CANCELLED, try_at=None):
            return False
        resolve_alarm(kind=ALARM, subject=message, now=now)
        record_event(actor=staff, verb="gave up", subject=message, now=now)
        _changed(message.conversation, now)
    return True


def keep_draft(
    *, staff: Staff, conversation: Conversation, text: str, seen: int, now: datetime, is_note: bool = False
) -> None:
    """Save what somebody is writing; an empty text throws the draft away. Raises PermissionDenied."""
    require(staff, "answer", conversation.branch)
    mine = AnswerDraft.objects.filter(conversation=conversation, staff=staff, is_note=is_note)
    if not text.strip():
        mine.delete()
        return
    AnswerDraft.objects.update_or_create(
        conversation=conversation,
        staff=staff,
        is_note=is_note,
        defaults={"text": text[:LONGEST_DRAFT], "seen_message": seen, "saved_at": now},
    )


def sign_as(*, staff: Staff, branch: Branch, how: str, now: datetime) -> None:
    """Say how a branch's people sign. Raises PermissionDenied."""
    require(staff, "arrange", branch)
    SigningCustom.objects.update_or_create(branch=branch, defaults={"how": SigningCustom.How(how)})
    record_event(actor=staff, verb="set the signature of", subject=branch, now=now, how=how)


def _write(staff: Staff, conversation: Conversation, text: str, now: datetime) -> Message:
    if why := why_not(conversation, now):
        raise CannotAnswer(why)
    whole = signed(text, signature(staff, conversation.branch)) if text.strip() else ""
    _require_sendable(conversation, whole)
    message = _keep(conversation, whole, now, staff=staff, due_at=now + UNDO_WITHIN)
    AnswerDraft.objects.filter(conversation=conversation, staff=staff, is_note=False).delete()
    record_event(actor=staff, verb="wrote an answer in", subject=conversation, now=now)
    return message


def _keep(
    conversation: Conversation,
    text: str,
    now: datetime,
    *,
    staff: Staff | None,
    due_at: datetime,
    is_automatic: bool = False,
) -> Message:
    message = Message.objects.create(
        conversation=conversation,
        direction=Direction.OUT,
        at=now,
        text=text,
        language=conversation.language,
        is_public=conversation.is_public,
        is_automatic=is_automatic,
        staff=staff,
        host=host_of(staff, conversation.branch),
        state=State.DUE,
        try_at=due_at,
    )
    count_words(conversation, message)
    conversation.save(update_fields=["n_messages", "last_message_at", "preview"])
    _changed(conversation, now)
    return message


def _require_sendable(conversation: Conversation, text: str) -> None:
    """Raises CannotAnswer for what the network would refuse: nothing at all, or too much."""
    if not text.strip():
        raise CannotAnswer("Write something first.")
    problems = render_answer(conversation, text).problems
    if blocking := [problem.text for problem in problems if problem.blocks]:
        raise CannotAnswer(" ".join(dict.fromkeys(blocking)))


def _changed(conversation: Conversation, now: datetime) -> None:
    bump([conversation.pk])
    tell([conversation.pk], now)


def _locked(conversation: Conversation) -> Conversation:
    lock_conversation(conversation.pk)
    return Conversation.objects.select_related("author", "connection", "branch__connection").get(
        pk=conversation.pk
    )


def note_step(
    conversation: Conversation,
    verb: str,
    now: datetime,
    *,
    staff: Staff | None = None,
    by_rule: str = "",
    **change: object,
) -> Step:
    """Write down what happened to a conversation besides words."""
    return Step.objects.create(
        conversation=conversation, at=now, staff=staff, by_rule=by_rule[:80], verb=verb[:20], change=change
    )
