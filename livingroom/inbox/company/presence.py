"""Who has a conversation open right now, and who types. A screen says so every few seconds; silence is absence."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from livingroom.inbox.company.models import Presence
from livingroom.inbox.live.telling import tell
from livingroom.inbox.models import Conversation
from livingroom.people.models import Staff
from livingroom.people.policy import require

# A screen speaks up every ten seconds; it may miss one beat.
HERE_FOR = timedelta(seconds=25)
TYPING_FOR = timedelta(seconds=8)
FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Here:
    """Somebody who looks at the conversation now."""

    staff: Staff
    since: datetime
    is_typing: bool


def who_is_here(conversation: Conversation, now: datetime, *, but: Staff | None = None) -> list[Here]:
    """Those who have it open, who came first first; `but` is who asks."""
    rows = Presence.objects.filter(conversation=conversation, here_until__gt=now).select_related("staff")
    if but is not None:
        rows = rows.exclude(staff=but)
    return [
        Here(row.staff, row.came_at, row.typing_until is not None and row.typing_until > now)
        for row in rows.order_by("came_at", "pk")
    ]


def be_here(*, staff: Staff, conversation: Conversation, now: datetime, is_typing: bool = False) -> None:
    """Say that somebody looks, or types. Others' screens are told when that is news. Raises PermissionDenied."""
    require(staff, "look")
    typing_until = now + TYPING_FOR if is_typing else None
    row, is_new = Presence.objects.get_or_create(
        conversation=conversation,
        staff=staff,
        defaults={"came_at": now, "here_until": now + HERE_FOR, "typing_until": typing_until},
    )
    was_here = not is_new and row.here_until > now
    was_typing = not is_new and row.typing_until is not None and row.typing_until > now
    if not is_new:
        Presence.objects.filter(pk=row.pk).update(
            came_at=row.came_at if was_here else now, here_until=now + HERE_FOR, typing_until=typing_until
        )
    if not was_here or was_typing != is_typing:
        tell([conversation.pk], now)


def leave(*, staff: Staff, conversation: Conversation, now: datetime) -> None:
    """The page was closed."""
    if Presence.objects.filter(conversation=conversation, staff=staff, here_until__gt=now).delete()[0]:
        tell([conversation.pk], now)


def forget_absent(now: datetime) -> None:
    Presence.objects.filter(here_until__lt=now - FORGOTTEN_AFTER).delete()
