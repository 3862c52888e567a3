"""What this puts on the pages of a mention and of a conversation: a button, and a key."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from livingroom.ideas.models import Board
from livingroom.ideas.origins.operations import origin_of
from livingroom.inbox.models import Conversation
from livingroom.listening.models import Mention
from livingroom.people.models import Staff
from livingroom.people.policy import may


def of_conversation(conversation: Conversation, staff: Staff, now: datetime) -> Mapping[str, Any] | None:
    return _part(conversation, "conversation", staff) if conversation.n_in else None


def of_mention(mention: Mention, staff: Staff, now: datetime) -> Mapping[str, Any] | None:
    return _part(mention, "mention", staff) if mention.text and mention.gone_at is None else None


def _part(said: Mention | Conversation, source: str, staff: Staff) -> Mapping[str, Any] | None:
    if not may(staff, "answer_ideas") or not may(staff, "answer", said.branch):
        return None
    made = origin_of(said)
    if made is None and not Board.objects.filter(closed_at=None).exists():
        return None
    return {"idea_source": source, "idea_said": said, "idea_made": made.idea if made else None}
