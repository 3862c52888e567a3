"""What company puts on a conversation's page: who is here, the note, what was promised."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from livingroom.inbox.company.following import followers, follows
from livingroom.inbox.company.models import Reminder
from livingroom.inbox.company.presence import who_is_here
from livingroom.inbox.company.telling import mark_seen
from livingroom.inbox.models import AnswerDraft, Conversation
from livingroom.people.models import Staff
from livingroom.people.policy import may


def head_of(conversation: Conversation, staff: Staff, now: datetime) -> Mapping[str, Any]:
    """Who opens the page has seen what they were told of it."""
    mark_seen(staff=staff, conversation=conversation, now=now)
    return {
        "here": who_is_here(conversation, now, but=staff),
        "is_following": follows(staff, conversation),
        "n_followers": followers(conversation).count(),
    }


def note_of(conversation: Conversation, staff: Staff, now: datetime) -> Mapping[str, Any] | None:
    if not may(staff, "answer", conversation.branch):
        return None
    kept = AnswerDraft.objects.filter(conversation=conversation, staff=staff, is_note=True).first()
    return {"note_text": kept.text if kept else ""}


def reminders_of(conversation: Conversation, staff: Staff, now: datetime) -> Mapping[str, Any]:
    states = (Reminder.State.FOUND, Reminder.State.KEPT)
    rows = conversation.reminders.filter(state__in=states).select_related("staff")
    return {
        "reminders": list(rows),
        "may_answer": may(staff, "answer", conversation.branch),
        "zone": conversation.branch.time_zone if conversation.branch else "UTC",
    }
