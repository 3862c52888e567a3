"""Put a conversation or an idea down to an event, by hand; and take it away again."""

from datetime import datetime

from livingroom.community.events.models import CameOfIt, Event
from livingroom.community.events.operations import CannotChange
from livingroom.ideas.models import Idea
from livingroom.inbox.models import Conversation
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event


def put_down(
    *, staff: Staff, event: Event, now: datetime, conversation: Conversation | None = None, idea: Idea | None = None,
    note: str = "",
) -> CameOfIt:  # fmt: skip
    """Say that it came of the event. Raises CannotChange, PermissionDenied."""
    require(staff, "answer_ideas")
    if (conversation is None) == (idea is None):
        raise CannotChange("Name one conversation or one idea.")
    row, is_new = CameOfIt.objects.get_or_create(
        event=event, conversation=conversation, idea=idea, undone_at=None,
        defaults={"note": note.strip()[:200], "staff": staff, "at": now},
    )  # fmt: skip
    if is_new:
        what = f"conversation {conversation.pk}" if conversation else f"idea {idea.pk if idea else 0}"
        record_event(actor=staff, verb="put down to", subject=event, now=now, what=what)
    return row


def take_away(*, staff: Staff, row: CameOfIt, now: datetime) -> None:
    """It did not come of it after all. Raises PermissionDenied."""
    require(staff, "answer_ideas")
    if CameOfIt.objects.filter(pk=row.pk, undone_at=None).update(undone_at=now):
        record_event(actor=staff, verb="took away from", subject=row.event, now=now)


def read_reference(text: str) -> tuple[Conversation | None, Idea | None]:
    """Understand an address or a number: /inbox/17/, idea 12, #17. Raises CannotChange."""
    digits = [
        part
        for part in text.replace("#", " ").replace("/", " ").split()
        if part.isdecimal() and len(part) < 18
    ]
    if not digits:
        raise CannotChange(
            "Paste the address of a conversation or an idea, or write: idea 12, conversation 17."
        )
    number = int(digits[-1])
    if "idea" in text.lower():
        idea = Idea.objects.filter(pk=number).first()
        if idea is None:
            raise CannotChange(f"There is no idea {number}.")
        return None, idea
    conversation = Conversation.objects.filter(pk=number).first()
    if conversation is None:
        raise CannotChange(f"There is no conversation {number}.")
    return conversation, None
