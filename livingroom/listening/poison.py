"""What could not be kept or understood: try it again, or let it go."""

from datetime import datetime

from livingroom.listening.jetstream.reading import Unreadable, read_note
from livingroom.listening.models import Mention, Poison
from livingroom.listening.taking import CannotKeep, heard_from, take_in
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event


def replay(*, staff: Staff, poison: Poison, now: datetime) -> str:
    """Try to keep it again, as the house reads it today. Returns why not; empty when it is kept. Raises PermissionDenied."""
    require(staff, "publish")
    reason = _try(poison, now)
    poison.n_tries += 1
    if reason:
        poison.reason = reason[:300]
    else:
        poison.settled_at, poison.settled_by = now, staff.name
    poison.save(update_fields=["n_tries", "reason", "settled_at", "settled_by"])
    record_event(actor=staff, verb="replayed", subject=poison, now=now, reason=reason)
    return reason


def _try(poison: Poison, now: datetime) -> str:
    content = poison.content
    try:
        if "heard" in content:
            heard = heard_from(content["heard"])
        elif "message" in content:
            post = read_note(content["message"]).post
            if post is None:
                return ""
            heard = post
        else:
            return "Only its description was kept; ask the network again."
    except (CannotKeep, Unreadable) as problem:
        return str(problem)
    taken = take_in([heard], now=now, keep_poison=False)
    return next(iter((taken.refused or {}).values()), "")


def let_go(*, staff: Staff, poison: Poison, now: datetime) -> None:
    """Look at it no more. Raises PermissionDenied."""
    require(staff, "publish")
    poison.settled_at, poison.settled_by = now, staff.name
    poison.save(update_fields=["settled_at", "settled_by"])
    record_event(actor=staff, verb="let go", subject=poison, now=now)


def understand_again(*, staff: Staff, mention: Mention, now: datetime) -> None:
    """Have a mention that could not be understood looked at once more. Raises PermissionDenied."""
    require(staff, "publish")
    Mention.objects.filter(pk=mention.pk).update(poison="", understood_at=None)
    record_event(actor=staff, verb="tries to understand again", subject=mention, now=now)
