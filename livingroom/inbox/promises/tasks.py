"""What the ticker calls: hand out what nobody owns, and watch the promises."""

from datetime import datetime, timedelta

from livingroom.inbox.promises.ringing import ring
from livingroom.inbox.routing.operations import give_out

LOOK_EVERY = timedelta(seconds=10)
_next_look_at: datetime | None = None


def tick(now: datetime) -> None:
    global _next_look_at
    if _next_look_at is not None and now < _next_look_at:
        return
    _next_look_at = now + LOOK_EVERY
    give_out(now)
    ring(now)
