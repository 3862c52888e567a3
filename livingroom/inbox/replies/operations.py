"""The verbs of saved replies and macros."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from livingroom.branches.models import Branch
from livingroom.inbox.answering.operations import Writing, write_answer
from livingroom.inbox.models import Conversation, Message
from livingroom.inbox.operations import assign, close, set_priority, set_team, snooze, tag
from livingroom.inbox.replies.filling import unknown_variables, words_of
from livingroom.inbox.replies.models import Macro, SavedReply, SavedText
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event
from livingroom.shared.problems import Problem


@dataclass(frozen=True)
class ReplyWords:
    """A saved reply as somebody wants it. `texts` by language."""

    shortcut: str
    title: str
    texts: Mapping[str, str]
    branches: Sequence[Branch] = ()

    def problems(self) -> list[Problem]:
        found = (
            []
            if any(text.strip() for text in self.texts.values())
            else [Problem("Write it in one language at least.")]
        )
        for language, text in self.texts.items():
            if unknown := unknown_variables(text):
                names = ", ".join("{" + name + "}" for name in unknown)
                found.append(Problem(f"Nobody knows what {names} stands for.", f"text_{language}"))
        return found


@dataclass(frozen=True)
class Found:
    """A saved reply, ready to be put in."""

    reply: SavedReply
    text: str
    language: str = field(default="")


def save_reply(
    *, staff: Staff, words: ReplyWords, now: datetime, reply: SavedReply | None = None
) -> SavedReply:
    """Write a new or changed reply. Raises PermissionDenied, ValueError with what is wrong."""
    require(staff, "answer")
    if problems := words.problems():
        raise ValueError(" ".join(problem.text for problem in problems))
    with transaction.atomic():
        row = reply or SavedReply()
        row.shortcut, row.title = words.shortcut, words.title
        row.changed_at, row.changed_by = now, staff
        row.save()
        row.branches.set(words.branches)
        kept = {language: text.strip() for language, text in words.texts.items() if text.strip()}
        row.texts.exclude(language__in=kept).delete()
        for language, text in kept.items():
            SavedText.objects.update_or_create(reply=row, language=language, defaults={"text": text})
        record_event(actor=staff, verb="saved the reply", subject=row, now=now, title=row.title)
    return row


def delete_reply(*, staff: Staff, reply: SavedReply, now: datetime) -> None:
    """Raises PermissionDenied, and ProtectedError while a macro uses it."""
    require(staff, "answer")
    with transaction.atomic():
        record_event(actor=staff, verb="threw away the reply", subject=reply, now=now, title=reply.title)
        reply.delete()


def find_replies(conversation: Conversation, staff: Staff, asked: str = "", limit: int = 12) -> list[Found]:
    """Those that fit the branch, by shortcut, title or words; what is used most comes first."""
    rows: QuerySet[SavedReply] = SavedReply.objects.filter(Q(branches=None) | Q(branches=conversation.branch))
    asked = asked.strip().lstrip("/")
    if asked:
        rows = rows.filter(
            Q(shortcut__istartswith=asked) | Q(title__icontains=asked) | Q(texts__text__icontains=asked)
        )
    ranked = sorted(
        rows.distinct().prefetch_related("texts"),
        key=lambda reply: (
            not reply.shortcut.startswith(asked.lower()) if asked else False,
            -reply.n_used,
            reply.title,
        ),
    )
    return [Found(reply, words_of(reply, conversation, staff)) for reply in ranked[:limit]]


def note_used(reply: SavedReply) -> None:
    SavedReply.objects.filter(pk=reply.pk).update(n_used=F("n_used") + 1)


def save_macro(*, staff: Staff, macro: Macro, now: datetime) -> Macro:
    """Raises PermissionDenied."""
    require(staff, "answer")
    with transaction.atomic():
        macro.save()
        record_event(actor=staff, verb="saved the macro", subject=macro, now=now, name=macro.name)
    return macro


def delete_macro(*, staff: Staff, macro: Macro, now: datetime) -> None:
    """Raises PermissionDenied."""
    require(staff, "answer")
    with transaction.atomic():
        record_event(actor=staff, verb="threw away the macro", subject=macro, now=now, name=macro.name)
        macro.delete()


def run_macro(
    *, staff: Staff, macro: Macro, conversation: Conversation, seen: int, now: datetime
) -> Message | None:
    """Do all that a macro says, or nothing; returns the answer, where it answers.

    Raises PermissionDenied, CannotChange, and CannotAnswer, whose ChangedMeanwhile keeps the words as a draft.
    """
    require(staff, "answer", conversation.branch)
    message = None
    if macro.reply is not None:
        # First, by itself: what could not be answered must not be closed, and its draft must stay.
        words = words_of(macro.reply, conversation, staff)
        message = write_answer(staff=staff, conversation=conversation, writing=Writing(words, seen), now=now)
        note_used(macro.reply)
    with transaction.atomic():
        _do_rest(macro, conversation, staff, now)
        record_event(actor=staff, verb="ran the macro", subject=conversation, now=now, macro=macro.name)
    return message


def _do_rest(macro: Macro, conversation: Conversation, staff: Staff, now: datetime) -> None:
    if macro.tags:
        tag(conversation, add=_tags(macro.tags), now=now, staff=staff)
    if macro.priority is not None:
        set_priority(conversation, priority=macro.priority, now=now, staff=staff)
    if macro.to_team is not None:
        set_team(conversation, team=macro.to_team, now=now, staff=staff)
    if macro.to_staff is not None:
        assign(conversation, owner=macro.to_staff, now=now, staff=staff)
    if macro.then == Macro.Then.CLOSE:
        close(conversation, now=now, staff=staff)
    elif macro.then == Macro.Then.SNOOZE:
        snooze(conversation, until=now + timedelta(hours=macro.snooze_hours), now=now, staff=staff)


def _tags(tags: Iterable[object]) -> list[str]:
    return [str(one) for one in tags]
