"""Until when a network lets us answer. Outside the window the network refuses, so the page says so before anybody types."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from livingroom.inbox.models import Conversation


@dataclass(frozen=True)
class ReplyWindow:
    """Counted from the customer's last message. A machine has less time than a person."""

    for_machines: timedelta
    for_people: timedelta


# Meta: 24 hours for any answer, seven days for one by a person (the HUMAN_AGENT tag). Only messages to us alone have a
# window; comments under a post can be answered for as long as they stand.
WINDOWS: Mapping[str, ReplyWindow] = {
    "facebook": ReplyWindow(timedelta(hours=24), timedelta(days=7)),
    "instagram": ReplyWindow(timedelta(hours=24), timedelta(days=7)),
}


def window_closes_at(conversation: Conversation, *, is_automatic: bool = False) -> datetime | None:
    """The last moment at which this can be answered; None where a network sets none."""
    window = WINDOWS.get(conversation.network)
    if window is None or conversation.is_public or conversation.last_in_at is None:
        return None
    return conversation.last_in_at + (window.for_machines if is_automatic else window.for_people)
