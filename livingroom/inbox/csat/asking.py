"""Ask how it was: some time after a conversation was closed, not everybody, and nobody too often."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from livingroom.inbox.answering.operations import CannotAnswer, write_automatic_answer
from livingroom.inbox.answering.standing import BY_MAIL
from livingroom.inbox.csat.models import Asked, Survey
from livingroom.inbox.csat.words import language_of, say
from livingroom.inbox.models import Conversation, Message

State = Asked.State
AT_ONCE = 200


def hear_changes(
    sender: object, *, conversations: Sequence[Conversation], verb: str, now: datetime, **rest: object
) -> None:
    """Plan a question about each conversation that was closed after a person had answered."""
    if verb != "closed":
        return
    for conversation in conversations:
        survey = survey_for(conversation) if _was_answered(conversation) else None
        if survey is not None and is_drawn(survey, conversation, now):
            Asked.objects.get_or_create(
                conversation=conversation,
                closed_at=conversation.closed_at or now,
                defaults={
                    "survey": survey,
                    "author": conversation.author,
                    "language": _language(conversation),
                    "ask_at": now + timedelta(minutes=survey.after_minutes),
                },
            )


def _was_answered(conversation: Conversation) -> bool:
    """By a person; an answer that is still on its way counts, too: it is often written and closed in one."""
    if "spam" in conversation.tags:
        return False
    ours = conversation.messages.filter(direction=Message.Direction.OUT, is_automatic=False)
    given_up = (Message.State.CANCELLED, Message.State.FAILED)
    return conversation.first_answered_at is not None or ours.exclude(state__in=given_up).exists()


def survey_for(conversation: Conversation) -> Survey | None:
    """The survey of the branch, else one for every branch; in public threads only one that says so."""
    rows = Survey.objects.filter(is_on=True).order_by("name")
    if conversation.is_public and conversation.network not in BY_MAIL:
        rows = rows.filter(in_public=True)
    own = rows.filter(branches=conversation.branch_id).first() if conversation.branch_id else None
    return own or rows.filter(branches=None).first()


def is_drawn(survey: Survey, conversation: Conversation, closed_at: datetime) -> bool:
    """A draw that comes out the same whoever makes it, so that nobody is asked because of a second try."""
    seed = f"{survey.pk} {conversation.pk} {closed_at.isoformat()}".encode()
    return int.from_bytes(hashlib.sha256(seed).digest()[:8]) / 2**64 < survey.sample_share


def ask_due(now: datetime) -> int:
    """Ask those whose time has come. Returns how many were asked."""
    due = Asked.objects.filter(state=State.WAITING, ask_at__lte=now).order_by("ask_at")
    rows = due.select_related("survey", "author", "conversation__author", "conversation__branch__connection")
    return sum(_ask(row, now) for row in rows[:AT_ONCE])


def _ask(row: Asked, now: datetime) -> bool:
    """One transaction: it is asked and noted, or neither."""
    with transaction.atomic():
        mine = Asked.objects.filter(pk=row.pk, state=State.WAITING)
        if why := why_spared(row, now):
            mine.update(state=State.SPARED, why_spared=why[:120])
            return False
        if not mine.update(state=State.ASKED, asked_at=now):
            return False
        try:
            with transaction.atomic():
                message = write_automatic_answer(
                    conversation=row.conversation, text=words_of(row), rule=f"survey {row.survey}", now=now
                )
        except CannotAnswer as error:
            Asked.objects.filter(pk=row.pk).update(
                state=State.SPARED, asked_at=None, why_spared=str(error)[:120]
            )
            return False
        Asked.objects.filter(pk=row.pk).update(message=message)
    return True


def why_spared(row: Asked, now: datetime) -> str:
    """Why somebody is not asked after all."""
    conversation = row.conversation
    if conversation.state != Conversation.State.CLOSED or conversation.closed_at != row.closed_at:
        return "it was opened again"
    if not row.survey.is_on:
        return "the survey is over"
    since = now - timedelta(days=row.survey.rest_days)
    others = Asked.objects.filter(author=row.author, asked_at__gt=since).exclude(pk=row.pk)
    return f"asked within the last {row.survey.rest_days} days" if others.exists() else ""


def question_of(row: Asked) -> str:
    """The survey's own question in the language, else ours."""
    own: dict[str, str] = row.survey.questions or {}
    return own.get(row.language, "").strip() or say(row.language, "question")


def words_of(row: Asked) -> str:
    return say(row.language, "ask", question=question_of(row), url=link_of(row))


def link_of(row: Asked) -> str:
    """The address that opens this one question; its long key is the whole right to answer it."""
    return settings.PUBLIC_URL + reverse("rate", args=[row.key])


def _language(conversation: Conversation) -> str:
    branch = conversation.branch.language if conversation.branch else ""
    return language_of(conversation.author.language, conversation.language, branch)
