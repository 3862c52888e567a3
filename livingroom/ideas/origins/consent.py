"""Whether who said it agrees: by a link of their own, or as they told one of us."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from livingroom.ideas.models import Comment, ConsentAsk, Evidence, Idea, Vote
from livingroom.ideas.operations import publish
from livingroom.ideas.origins.words import words_in
from livingroom.inbox.answering.models import AnswerDraft
from livingroom.inbox.answering.operations import keep_draft
from livingroom.inbox.models import Conversation, Message
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event
from livingroom.shared.models import Brand

WHO_SAID_IT = "who said it"
NO_LONGER = "Who said it does not want it here."


class CannotNote(ValueError):
    """The words say why not."""


def link_of(ask: ConsentAsk) -> str:
    return settings.PUBLIC_URL + reverse("idea_consent", args=[ask.secret])


def question_of(ask: ConsentAsk) -> str:
    """What to send to them, in their language: it can be answered by the link alone."""
    words, idea = words_in(ask.idea.language), ask.idea
    return words["question"].format(brand=Brand.current().name, title=idea.title, link=link_of(ask))


def offer_question(*, staff: Staff, ask: ConsentAsk, now: datetime) -> Conversation:
    """Put the question into the answer that staff writes in their conversation. Raises PermissionDenied, CannotNote."""
    conversation = ask.conversation
    if conversation is None:
        raise CannotNote(
            "No conversation of ours is tied to it: copy the question and send it where they said it."
        )
    begun = AnswerDraft.objects.filter(conversation=conversation, staff=staff, is_note=False).first()
    written = begun.text.rstrip() if begun else ""
    if link_of(ask) not in written:
        last = conversation.messages.order_by("-pk").values_list("pk", flat=True).first() or 0
        text = f"{written}\n\n{question_of(ask)}".strip()
        keep_draft(staff=staff, conversation=conversation, text=text, seen=last, now=now)
    return conversation


def hear_answer(
    sender: object, conversation: Conversation, message: Message, now: datetime, **more: object
) -> None:
    """An answer went out: when it holds the link, they were asked."""
    waiting = ConsentAsk.objects.filter(conversation=conversation, asked_at=None, answered_at=None)
    for ask in waiting:
        if link_of(ask) in message.text:
            ConsentAsk.objects.filter(pk=ask.pk).update(asked_at=now)


def note_asked(*, staff: Staff, ask: ConsentAsk, now: datetime) -> None:
    """The question went out by another way. Raises PermissionDenied."""
    require(staff, "answer_ideas")
    if ConsentAsk.objects.filter(pk=ask.pk, asked_at=None).update(asked_at=now):
        record_event(actor=staff, verb="asked for consent to", subject=ask.idea, now=now)


def answer_consent(*, ask: ConsentAsk, agreed: bool, named: bool, now: datetime) -> None:
    """They said it themselves, by the link. They may change their mind at any time; a no after a yes takes it back."""
    _settle(ask, agreed, named, now, by=WHO_SAID_IT)


def note_consent(
    *, staff: Staff, ask: ConsentAsk, agreed: bool, named: bool, said: str, now: datetime
) -> None:
    """They told one of us: with how, so that it can be shown later. Raises PermissionDenied, CannotNote."""
    require(staff, "answer_ideas")
    if len(said.strip()) < 5:
        raise CannotNote("Say how they answered: where, when, in which words.")
    if ask.answered_at is not None and ask.noted_by is None and agreed:
        raise CannotNote("They answered by their link; only they can change that.")
    with transaction.atomic():
        _settle(ask, agreed, named, now, by=staff)
        ConsentAsk.objects.filter(pk=ask.pk).update(said=said.strip()[:300], noted_by=staff)


def _settle(ask: ConsentAsk, agreed: bool, named: bool, now: datetime, *, by: Staff | str) -> None:
    with transaction.atomic():
        row = ConsentAsk.objects.select_for_update(of=("self",)).get(pk=ask.pk)
        idea = Idea.objects.select_for_update(of=("self",), no_key=True).get(pk=row.idea_id)
        was = row.agreed
        if was is False:
            return  # their words are gone already; there is nothing left to agree to
        row.agreed, row.answered_at = agreed, now
        row.save(update_fields=["agreed", "answered_at"])
        if agreed:
            _keep_name(idea, named)
            if idea.standing == Idea.Standing.ASKED:
                publish(idea, now)
        else:
            _take_away(idea, now)
        verb = "agreed to" if agreed else ("took back" if was else "did not agree to")
        record_event(actor=by, verb=verb, subject=idea, now=now, named=named)
    ask.refresh_from_db()


def _keep_name(idea: Idea, named: bool) -> None:
    if not named:
        idea.credited_name = idea.credited_url = ""
        idea.save(update_fields=["credited_name", "credited_url"])


def _take_away(idea: Idea, now: datetime) -> None:
    """Their words and name go. Where others stand with the idea by now, its title stays, for it is theirs as well."""
    idea.credited_name = idea.credited_url = idea.text = ""
    idea.edited_at = now
    if not _others(idea):
        idea.title, idea.standing, idea.standing_because = "…", Idea.Standing.REMOVED, NO_LONGER
        Evidence.objects.filter(idea=idea, is_origin=True, undone_at=None).update(undone_at=now)
    idea.vector, idea.vector_model, idea.vector_at = None, "", None
    idea.save()


def _others(idea: Idea) -> bool:
    return Vote.objects.filter(root=idea).exists() or Comment.objects.filter(root=idea).exists()
