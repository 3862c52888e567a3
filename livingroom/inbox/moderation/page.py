"""What moderation puts on a conversation's page: a way to report what was said."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from livingroom.inbox.models import Conversation, Message
from livingroom.people.models import Staff
from livingroom.people.policy import may

MOST = 10


def reportable(conversation: Conversation, staff: Staff, now: datetime) -> Mapping[str, Any] | None:
    """The newest words from outside that came by listening, for who may answer here."""
    if not may(staff, "answer", conversation.branch):
        return None
    said = conversation.messages.filter(
        direction=Message.Direction.IN, mention__isnull=False, gone_at=None, reports=None
    )
    rows = list(said.order_by("-pk")[:MOST])
    return {"said": rows} if rows else None
