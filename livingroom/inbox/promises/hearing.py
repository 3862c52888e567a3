"""What sets the clocks: words that came, an answer that went out, and every change of a conversation."""

from collections.abc import Sequence
from datetime import datetime

from livingroom.inbox.models import Conversation, Message
from livingroom.inbox.promises.clocks import reckon


def on_words(sender: object, *, messages: Sequence[Message], now: datetime, **rest: object) -> None:
    reckon([message.conversation_id for message in messages], now)


def on_changes(
    sender: object, *, conversations: Sequence[Conversation], now: datetime, **rest: object
) -> None:
    reckon([conversation.pk for conversation in conversations], now)


def on_answer(sender: object, *, conversation: Conversation, now: datetime, **rest: object) -> None:
    reckon([conversation.pk], now)
