"""What makes a packed day stale."""

from collections.abc import Sequence
from datetime import datetime

from livingroom.inbox.models import Conversation, Message
from livingroom.inbox.reports.rolling import day_of, mark_stale


def on_words(sender: object, *, messages: Sequence[Message], now: datetime, **rest: object) -> None:
    mark_stale({day_of(message.conversation.opened_at) for message in messages})


def on_changes(
    sender: object, *, conversations: Sequence[Conversation], now: datetime, **rest: object
) -> None:
    mark_stale({day_of(conversation.opened_at) for conversation in conversations})


def on_answer(sender: object, *, conversation: Conversation, now: datetime, **rest: object) -> None:
    mark_stale([day_of(conversation.opened_at)])
