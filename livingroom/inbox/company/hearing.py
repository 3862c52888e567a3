"""What company hears of the rest of the inbox: new words, answers that are out."""

from collections.abc import Sequence
from datetime import datetime

from livingroom.inbox.company.following import follow
from livingroom.inbox.company.models import Follow, Notice
from livingroom.inbox.company.reminders import note_promises
from livingroom.inbox.company.telling import tell_followers
from livingroom.inbox.models import Conversation, Message


def hear_words(sender: object, *, messages: Sequence[Message], now: datetime, **rest: object) -> None:
    """Tell those who follow that the customer spoke; of most conversations nobody does, which one look tells of all."""
    numbers = {message.conversation_id for message in messages}
    followed = set(Follow.objects.filter(conversation__in=numbers).values_list("conversation_id", flat=True))
    for message in messages:
        has_people = message.conversation.owner_id is not None or message.conversation_id in followed
        if message.author is not None and has_people:
            tell_followers(message, Notice.Kind.SAID, by=None, now=now, who=str(message.author))


def hear_answer(
    sender: object, *, conversation: Conversation, message: Message, now: datetime, **rest: object
) -> None:
    """Who answers follows; the others are told; what was promised is noted."""
    if message.staff is None or message.is_automatic:
        return
    follow(staff=message.staff, conversation=conversation, now=now)
    tell_followers(message, Notice.Kind.ANSWERED, by=message.staff, now=now)
    note_promises(message, now)
