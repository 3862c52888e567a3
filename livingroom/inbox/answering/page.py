"""What answering puts on a conversation's page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from livingroom.inbox.answering.models import AnswerDraft
from livingroom.inbox.answering.operations import newer_words
from livingroom.inbox.answering.signing import host_of
from livingroom.inbox.answering.standing import why_not
from livingroom.inbox.answering.windows import window_closes_at
from livingroom.inbox.answering.wording import count
from livingroom.inbox.models import Conversation, Message
from livingroom.inbox.replies.models import Macro
from livingroom.inbox.replies.operations import find_replies
from livingroom.people.models import Staff
from livingroom.people.policy import may

SOON = timedelta(hours=3)


@dataclass(frozen=True)
class Window:
    """Until when the network lets us answer."""

    closes_at: datetime
    is_soon: bool


def composer_of(conversation: Conversation, staff: Staff, now: datetime) -> Mapping[str, Any] | None:
    """What is being written, by whom it is signed, what stands in the way, and what came meanwhile."""
    if not may(staff, "answer", conversation.branch):
        return None
    drafts = {row.is_note: row for row in AnswerDraft.objects.filter(conversation=conversation, staff=staff)}
    draft, last = drafts.get(False), last_words(conversation)
    newer = newer_words(conversation, draft.seen_message, staff) if draft else []
    return {
        "may_answer": True,
        "why_not": why_not(conversation, now),
        "draft": draft,
        "note_draft": drafts.get(True),
        "newer": newer,
        # What was written to older words is sent as such, until its writer says otherwise.
        "seen": draft.seen_message if draft and newer else last,
        "last": last,
        "counted": count(conversation, staff, draft.text if draft else ""),
        "host": host_of(staff, conversation.branch),
        "window": _window(conversation, now),
        "replies": find_replies(conversation, staff),
        "macros": Macro.objects.select_related("reply"),
    }


def last_words(conversation: Conversation) -> int:
    """The number of the newest message: what a page was read up to."""
    return conversation.messages.order_by("-pk").values_list("pk", flat=True).first() or 0


def on_the_way(conversation: Conversation, staff: Staff, now: datetime) -> Mapping[str, Any]:
    """Answers that are not out yet, or will not be."""
    states = (Message.State.DUE, Message.State.SENDING, Message.State.UNKNOWN, Message.State.FAILED)
    rows = list(conversation.messages.filter(state__in=states).select_related("staff"))
    return {"pending": rows, "may_answer": may(staff, "answer", conversation.branch)}


def _window(conversation: Conversation, now: datetime) -> Window | None:
    closes_at = window_closes_at(conversation)
    return Window(closes_at, closes_at - now < SOON) if closes_at and closes_at > now else None
