"""What a conversation knows of its own messages; the one place where they are counted, and counted anew."""

from livingroom.inbox.models import Conversation, Message

State = Conversation.State
Direction = Message.Direction
LONGEST_PREVIEW = 200


def count_words(conversation: Conversation, message: Message) -> None:
    """Note a message that is new in the conversation; the customer's words put it back on the table. The caller saves."""
    conversation.n_messages += 1
    if message.at >= conversation.last_message_at:
        conversation.last_message_at = message.at
        conversation.preview = preview_of(message.text)
    if message.direction == Direction.IN:
        _count_theirs(conversation, message)


def _count_theirs(conversation: Conversation, message: Message) -> None:
    conversation.n_in += 1
    conversation.last_in_at = max(filter(None, [conversation.last_in_at, message.at]))
    conversation.language = conversation.language or message.language
    is_answered = conversation.last_out_at is not None and conversation.last_out_at >= message.at
    if not is_answered and conversation.waiting_since is None:
        conversation.waiting_since = message.at
    if is_answered and conversation.state != State.CLOSED:
        return  # it came late by another road; we have answered since
    conversation.state = State.OPEN
    conversation.snoozed_until = None
    conversation.closed_at, conversation.closed_by = None, None


def count_anew(conversation: Conversation) -> None:
    """Count from the messages themselves, after some were moved away or in. The caller saves."""
    rows = list(conversation.messages.exclude(direction=Direction.NOTE).order_by("at", "pk"))
    theirs = [row for row in rows if row.direction == Direction.IN]
    ours = [row for row in rows if is_human_answer(row)]
    conversation.n_messages = conversation.messages.count()
    conversation.n_in = len(theirs)
    conversation.n_out = sum(is_sent(row) for row in rows)
    conversation.last_in_at = theirs[-1].at if theirs else None
    conversation.last_out_at = ours[-1].at if ours else None
    first = next((row for row in ours if theirs and row.at >= theirs[0].at), None)
    conversation.first_answered_at = first.at if first else None
    conversation.first_answered_by = first.staff if first else None
    waiting = [row.at for row in theirs if not ours or row.at > ours[-1].at]
    conversation.waiting_since = waiting[0] if waiting else None
    if rows:
        conversation.last_message_at = rows[-1].at
        conversation.preview = preview_of(rows[-1].text)


def is_sent(message: Message) -> bool:
    return message.direction == Direction.OUT and message.state == Message.State.SENT


def is_human_answer(message: Message) -> bool:
    """Only what a person wrote, and what was sent, counts as an answer."""
    return is_sent(message) and not message.is_automatic


def preview_of(text: str) -> str:
    return " ".join(text.split())[:LONGEST_PREVIEW]
