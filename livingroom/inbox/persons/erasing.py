"""Erasing one person from the inbox: their words go, their names go out of ours, and the case stays as a number."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from django.core.files.storage import default_storage
from django.db import models
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from livingroom.inbox.answering.models import AnswerAttempt, AnswerDraft
from livingroom.inbox.company.models import Notice, Reminder
from livingroom.inbox.csat.models import Asked
from livingroom.inbox.knowledge.models import Snippet
from livingroom.inbox.live.telling import tell
from livingroom.inbox.mail.models import Attachment, PassedMail
from livingroom.inbox.mail.taking import path_of
from livingroom.inbox.models import Author, Conversation, Message, Step
from livingroom.inbox.moderation.models import Ban, Report, Ruling
from livingroom.inbox.rules.models import RuleRun
from livingroom.listening.persons import mentions_of
from livingroom.people.erasure.registry import Done
from livingroom.people.erasure.scrubbing import Scrubber
from livingroom.people.persons import Person

GONE = "erased"
AT_ONCE = 500
Row = TypeVar("Row", bound=models.Model)


def erase(person: Person, now: datetime) -> Done:
    """Blank what the person said, and take their names out of what was said to them and about them."""
    authors = person.numbers("authors")
    cases = list(
        Conversation.objects.filter(Q(author__in=authors) | Q(messages__author__in=authors))
        .distinct()
        .values_list("pk", flat=True)
    )
    scrubber = _scrubber(person, authors)
    counts = {
        "files by mail": drop_files(Attachment.objects.filter(mention__in=mentions_of(person))),
        "mails passed over": PassedMail.objects.filter(sender__in=person.texts("mails")).delete()[0],
        "drafts": AnswerDraft.objects.filter(conversation__in=cases).delete()[0],
        "notices": Notice.objects.filter(conversation__in=cases).delete()[0],
        "bans": Ban.objects.filter(author__in=authors).delete()[0],
        "decisions": _blank_decisions(person, authors),
        "ratings blanked": Asked.objects.filter(author__in=authors).exclude(comment="").update(comment=""),
        "our words without their names": _scrub_cases(cases, authors, scrubber),
        "messages": blank_messages(Message.objects.filter(author__in=authors)),
        "conversations": blank_conversations(Conversation.objects.filter(author__in=authors)),
        "authors": _blank_authors(authors),
    }
    tell(cases, now)
    return Done(counts)


def blank_messages(rows: models.QuerySet[Message]) -> int:
    """Words, and the network's names of them, which lead back to their author."""
    return _in_parts(
        rows, lambda some: some.update(text="", remote_id="", remote_version="", remote_url="", problem="")
    )


def blank_conversations(rows: models.QuerySet[Conversation]) -> int:
    own_name = Concat(Value(f"{GONE} "), Cast("pk", CharField()))
    return _in_parts(
        rows,
        lambda some: some.update(
            thread_key=own_name, root="", subject="", preview="", tags=[], is_current=False
        ),
    )


def drop_files(rows: models.QuerySet[Attachment]) -> int:
    """Delete attachments, and their content where nobody else sent the same."""
    digests = set(rows.exclude(digest="").values_list("digest", flat=True))
    n = rows.count()
    Attachment.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()
    for digest in digests - set(
        Attachment.objects.filter(digest__in=digests).values_list("digest", flat=True)
    ):
        default_storage.delete(path_of(digest))
    return n


def _scrubber(person: Person, authors: Sequence[int]) -> Scrubber:
    said = Message.objects.filter(author__in=authors).exclude(text="").values_list("text", flat=True)
    names = [*person.texts("words"), *person.texts("mails"), *(name for _, name in person.names)]
    return Scrubber(names, quotes=said.iterator())


def _scrub_cases(cases: Sequence[int], authors: Sequence[int], scrubber: Scrubber) -> int:
    """In everything of these cases that others wrote."""
    others = Message.objects.filter(conversation__in=cases).exclude(author__in=authors)
    n = _scrub(others, ("text", "problem"), scrubber)
    n += _scrub(AnswerAttempt.objects.filter(message__conversation__in=cases), ("text",), scrubber)
    n += _scrub(Reminder.objects.filter(conversation__in=cases), ("words",), scrubber)
    n += _scrub(Report.objects.filter(message__conversation__in=cases), ("why",), scrubber)
    n += _scrub(RuleRun.objects.filter(conversation__in=cases), ("why", "did", "problem"), scrubber)
    n += _scrub(Snippet.objects.filter(conversation__in=cases), ("question", "answer"), scrubber)
    n += _scrub(Step.objects.filter(conversation__in=cases), ("change",), scrubber)
    return n + _scrub(Conversation.objects.filter(pk__in=cases), ("subject", "preview", "tags"), scrubber)


def _scrub(rows: models.QuerySet[Row], columns: Sequence[str], scrubber: Scrubber) -> int:
    """Write back the rows that held a name. Returns how many did."""
    n = 0
    for row in rows.iterator(chunk_size=AT_ONCE):
        before = {name: getattr(row, name) for name in columns}
        after = {name: scrubber.value(value) for name, value in before.items()}
        if after != before:
            type(row)._base_manager.filter(pk=row.pk).update(**after)
            n += 1
    return n


def _blank_decisions(person: Person, authors: Sequence[int]) -> int:
    about = Ruling.objects.filter(Q(author__in=authors) | Q(mention__in=mentions_of(person)))
    return about.update(note="", appeal_text="", problem="", author=None)


def _blank_authors(authors: Sequence[int]) -> int:
    own_name = Concat(Value(f"{GONE} "), Cast("pk", CharField()))
    return Author.objects.filter(pk__in=authors).update(
        author_id=own_name, handle="", name="", followers=None, language="", country="", customer=None
    )


def _in_parts(rows: models.QuerySet[Row], change: Callable[[models.QuerySet[Row]], int]) -> int:
    numbers = list(rows.values_list("pk", flat=True))
    return sum(
        change(rows.model._base_manager.filter(pk__in=numbers[start : start + AT_ONCE]))
        for start in range(0, len(numbers), AT_ONCE)
    )
