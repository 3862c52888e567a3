"""Notes among ourselves: never sent anywhere. Who is named with an @ is told."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from livingroom.inbox.changing import bump
from livingroom.inbox.company.following import follow
from livingroom.inbox.company.models import Notice
from livingroom.inbox.company.telling import tell_followers, tell_people
from livingroom.inbox.live.telling import tell
from livingroom.inbox.models import AnswerDraft, Conversation, Message
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event

LONGEST = 10_000
NAMED = re.compile(r"(?<![\w.])@([\w.+-]+(?:@[\w.-]+\w)?)")


class EmptyNote(ValueError):
    """A note needs words."""


def write_note(*, staff: Staff, conversation: Conversation, text: str, now: datetime) -> Message:
    """Leave a note, tell those whom it names, and those who follow. Raises EmptyNote, PermissionDenied."""
    require(staff, "answer", conversation.branch)
    words = text.strip()[:LONGEST]
    if not words:
        raise EmptyNote("Write the note first.")
    with transaction.atomic():
        note = Message.objects.create(
            conversation=conversation,
            direction=Message.Direction.NOTE,
            at=now,
            text=words,
            is_public=False,
            staff=staff,
        )
        Conversation.objects.filter(pk=conversation.pk).update(n_messages=conversation.messages.count())
        AnswerDraft.objects.filter(conversation=conversation, staff=staff, is_note=True).delete()
        follow(staff=staff, conversation=conversation, now=now)
        named = [person for person in named_in(words) if person != staff]
        for person in named:
            follow(staff=person, conversation=conversation, now=now)
        tell_people(named, Notice.Kind.MENTIONED, note, by=str(staff), now=now)
        tell_followers(note, Notice.Kind.NOTED, by=staff, now=now, but=named)
        record_event(actor=staff, verb="left a note in", subject=conversation, now=now)
        bump([conversation.pk])
        tell([conversation.pk], now)
    return note


def named_in(text: str, people: Iterable[Staff] | None = None) -> list[Staff]:
    """Those whom a note names: @anna, @anna.bell, or the whole mail address. A name that two people have names neither."""
    words = {word.casefold().rstrip(".") for word in NAMED.findall(text)}
    if not words:
        return []
    known = list(Staff.objects.filter(is_active=True)) if people is None else list(people)
    by_word: dict[str, list[Staff]] = {}
    for person in known:
        for name in names_of(person):
            by_word.setdefault(name, []).append(person)
    found = [by_word[word][0] for word in sorted(words) if len(by_word.get(word, [])) == 1]
    return list({person.pk: person for person in found}.values())


def names_of(person: Staff) -> set[str]:
    """What may be written after the @ for this person."""
    parts = person.name.casefold().split()
    names = {person.email.casefold(), person.email.casefold().split("@")[0]}
    return names | ({parts[0], ".".join(parts), "".join(parts)} if parts else set())
