"""Server-sent events as they stand on the wire."""

import json
from collections.abc import Iterable

from livingroom.inbox.live.seen import Seen

MOST_NAMED = 200


def changed(mark: str, seen: Iterable[Seen], *, every: float, many: bool = False) -> str:
    """One event that names the conversations that changed; of very many only that there were.

    `every` is how often a screen may fetch its list again, in seconds.
    """
    new = {row.conversation_id: False for row in seen}
    for row in seen:
        new[row.conversation_id] |= row.is_new
    many = many or len(new) > MOST_NAMED
    told = {
        "ids": [] if many else sorted(new),
        "new": sum(new.values()),
        "many": many,
        "every": round(every * 1000),
    }
    return f"id: {mark}\nevent: changed\ndata: {json.dumps(told)}\n\n"


def come_back_in(milliseconds: int) -> str:
    return f"retry: {milliseconds}\n\n"


def held_open(mark: str) -> str:
    """The first word of a stream that goes on, and a sign of life later: everything up to `mark` was told."""
    return f"id: {mark}\nevent: held\ndata: {{}}\n\n"
