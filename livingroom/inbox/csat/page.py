"""What ratings put on a conversation's page, and the way from a good end to an answer for all."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from livingroom.inbox.models import Conversation
from livingroom.people.models import Staff
from livingroom.people.policy import may


def ratings_of(conversation: Conversation, staff: Staff, now: datetime) -> Mapping[str, Any] | None:
    rows = list(conversation.ratings.exclude(state="spared"))
    may_answer = may(staff, "answer", conversation.branch) and conversation.n_out > 0
    return {"ratings": rows, "may_draw": may_answer} if rows or may_answer else None
