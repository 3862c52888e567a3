"""The verbs of answers for all: draw one from a conversation, write, publish, take back."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.text import slugify

from livingroom.branches.models import Branch
from livingroom.inbox.answering.signing import signature
from livingroom.inbox.knowledge.models import Snippet
from livingroom.inbox.models import Conversation, Message
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event

State = Snippet.State


@dataclass(frozen=True)
class SnippetWords:
    """A question and its answer as somebody wants them."""

    question: str
    answer: str
    language: str
    slug: str = ""
    branch: Branch | None = None


class SlugTaken(ValueError):
    """Another answer has this address in this language."""


def drawn_from(conversation: Conversation) -> SnippetWords:
    """The customer's first words and our last answer, to be made fit for everybody by a person."""
    messages = conversation.messages.order_by("at", "pk")
    asked = messages.filter(direction=Message.Direction.IN).first()
    answers = messages.filter(direction=Message.Direction.OUT, is_automatic=False, state=Message.State.SENT)
    answer = answers.select_related("staff").last()
    words = answer.text.removesuffix(signature(answer.staff, conversation.branch)).strip() if answer else ""
    question = conversation.subject or (asked.text if asked else "")
    return SnippetWords(
        " ".join(question.split())[:200], words, conversation.language[:2] or "en", branch=conversation.branch
    )


def save_snippet(
    *,
    staff: Staff,
    words: SnippetWords,
    now: datetime,
    snippet: Snippet | None = None,
    conversation: Conversation | None = None,
) -> Snippet:
    """Write a new or changed answer; what is published changes at once. Raises SlugTaken, PermissionDenied."""
    require(staff, "answer", words.branch)
    row = snippet or Snippet(conversation=conversation)
    slug = words.slug or row.slug or slugify(words.question)[:80].strip("-") or "answer"
    others = Snippet.objects.filter(slug=slug, language=words.language).exclude(pk=row.pk)
    if others.exists():
        raise SlugTaken("Another answer has this short name in this language: change the short name.")
    with transaction.atomic():
        row.slug, row.language, row.branch = slug, words.language, words.branch
        row.question, row.answer = words.question.strip()[:200], words.answer.strip()
        row.written_by, row.changed_at = staff, now
        row.save()
        record_event(actor=staff, verb="wrote the answer", subject=row, now=now, question=row.question)
    return row


def publish(*, staff: Staff, snippet: Snippet, now: datetime) -> None:
    """Show it to everybody. Raises PermissionDenied."""
    require(staff, "publish", snippet.branch)
    _set_state(staff, snippet, State.PUBLISHED, now)


def take_back(*, staff: Staff, snippet: Snippet, now: datetime) -> None:
    """Show it to nobody outside. Raises PermissionDenied."""
    require(staff, "publish", snippet.branch)
    _set_state(staff, snippet, State.DRAFT, now)


def note_helped(*, snippet: Snippet, is_yes: bool) -> None:
    """A visitor's word."""
    name = "n_helped" if is_yes else "n_not_helped"
    Snippet.objects.filter(pk=snippet.pk).update(**{name: F(name) + 1})


def _set_state(staff: Staff, snippet: Snippet, state: str, now: datetime) -> None:
    with transaction.atomic():
        snippet.state = state
        snippet.published_at = now if state == State.PUBLISHED else None
        snippet.save(update_fields=["state", "published_at"])
        verb = "published" if state == State.PUBLISHED else "took back"
        record_event(actor=staff, verb=f"{verb} the answer", subject=snippet, now=now)
