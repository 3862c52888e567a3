"""Server-sent events as they stand on the wire."""

import json
from collections.abc import Iterable

from livingroom.inbox.live.hub import Seen

MOST_NAMED = 200


def changed(moment: float, seen: Iterable[Seen]) -> str:
    """One event that names the conversations that changed; of very many only that there were."""
    rows = list(seen)
    ids, new = (
        sorted({row.conversation_id for row in rows}),
        {row.conversation_id for row in rows if row.is_new},
    )
    told = {"ids": ids[-MOST_NAMED:], "new": len(new), "many": len(ids) > MOST_NAMED}
    return f"id: {moment:.3f}\nevent: changed\ndata: {json.dumps(told)}\n\n"


def come_back_in(milliseconds: int) -> str:
    return f"retry: {milliseconds}\n\n"


def read_moment(text: str, now: float) -> float:
    """What a browser brings back as Last-Event-ID; one that has none begins now."""
    try:
        moment = float(text)
    except ValueError:
        return now
    return moment if now - 300 < moment <= now + 5 else now
