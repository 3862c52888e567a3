"""Read a whole thread. Mastodon gives all answers at once; snac2 gives those of the first step, so we ask on."""

from collections.abc import Mapping
from typing import Any

from livingroom.networks.errors import SpecDrift
from livingroom.networks.mastodon import records
from livingroom.networks.mastodon.client import MastodonClient

Body = Mapping[str, Any]
CALLS_AT_MOST = 20


def read_thread(client: MastodonClient, status: Body) -> list[Body]:
    """What was said before the post, the post, and the answers in the order people read them."""
    before, answers = _context(client, status)
    known = {str(each["id"]): each for each in answers}
    waiting, n_calls = list(answers), 1
    while waiting and n_calls < CALLS_AT_MOST:
        answer = waiting.pop(0)
        if _has_unseen_answers(answer, known):
            n_calls += 1
            for more in _context(client, answer)[1]:
                if str(more["id"]) not in known:
                    known[str(more["id"])] = more
                    waiting.append(more)
    return [*before, status, *records.in_order(str(status["id"]), known.values())]


def _has_unseen_answers(answer: Body, known: dict[str, Body]) -> bool:
    seen = any(str(each.get("in_reply_to_id")) == str(answer["id"]) for each in known.values())
    return bool(answer.get("replies_count")) and not seen


def _context(client: MastodonClient, status: Body) -> tuple[list[Body], list[Body]]:
    around = client.one(f"/api/v1/statuses/{status['id']}/context", "read:statuses")
    try:
        return list(around["ancestors"]), list(around["descendants"])
    except KeyError as error:
        raise SpecDrift(f"Mastodon's thread has no {error}.") from None
