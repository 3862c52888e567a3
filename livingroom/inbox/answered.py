"""What an answer does to its conversation. Called by whoever sends, in the transaction that notes that it was sent."""

from datetime import datetime

from livingroom.inbox.counting import is_human_answer, preview_of
from livingroom.inbox.live.telling import tell
from livingroom.inbox.models import Conversation, Message

State = Conversation.State


def note_sent(message: Message, now: datetime) -> Conversation:
    """Count an answer that was sent. Only a person's counts as one; a machine's changes the last words alone."""
    row = Conversation.objects.select_for_update(of=("self",), no_key=True).get(pk=message.conversation_id)
    row.n_messages = row.messages.count()
    row.n_out += 1
    row.version += 1
    if message.at >= row.last_message_at:
        row.last_message_at, row.preview = message.at, preview_of(message.text)
    if is_human_answer(message):
        _count_human(row, message)
    row.save()
    tell([row.pk], now)
    return row


def _count_human(row: Conversation, message: Message) -> None:
    row.last_out_at = max(filter(None, [row.last_out_at, message.at]))
    if row.first_answered_at is None and row.n_in:
        row.first_answered_at, row.first_answered_by = message.at, message.staff
    if row.last_in_at is None or row.last_in_at <= message.at:
        row.waiting_since = None
        if row.state == State.OPEN:
            row.state = State.WAITING
