"""The way to the counter: an httpx transport whose one end is in this process, as in the sandbox; what is asked of any other
host, such as a place's own address, goes out through the guard.

    POST /<place>/posts                       lay out a post, or note one that the place took; the same key is the same post
    GET  /<place>/posts?key=
    POST /<place>/deleted                     id
    GET  /<place>/events?stream=&after=
    GET  /<place>/thread?id=
    POST /<place>/counts                      ids
    GET  /<place>/figures
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
from django.conf import settings

from livingroom.networks.guard import shared_guard
from livingroom.networks.models import Connection
from livingroom.networks.webhook import counter
from livingroom.networks.webhook.counter import Refused, Row

HOST = "counter.livingroom"
Handle = Callable[[Connection, Row, datetime], Row]
ROUTES: dict[tuple[str, str], Handle] = {
    ("POST", "posts"): counter.lay_out,
    ("GET", "posts"): counter.find_post,
    ("POST", "deleted"): counter.delete_post,
    ("GET", "events"): counter.list_events,
    ("GET", "thread"): counter.thread,
    ("POST", "counts"): counter.count,
    ("GET", "figures"): counter.figures,
}


class PlaceTransport(httpx.BaseTransport):
    def __init__(self, outside: httpx.BaseTransport | None = None) -> None:
        self._outside = outside or shared_guard(allow_private=settings.ALLOW_PRIVATE_NETWORKS)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host != HOST:
            return self._outside.handle_request(request)
        _, place, name = request.url.path.split("/")
        asked: dict[str, Any] = dict(request.url.params)
        asked |= json.loads(request.read() or b"{}")
        try:
            return httpx.Response(200, json=_answer(request.method, place, name, asked, datetime.now(UTC)))
        except Refused as refusal:
            told = {"message": refusal.text, "field": refusal.field}
            return httpx.Response(refusal.status, json=told)


def _answer(method: str, place: str, name: str, asked: Row, now: datetime) -> Row:
    connection = Connection.objects.filter(network="webhook", account_id=place).first()
    if connection is None:
        # A place that is just being connected has no row yet, and no figures.
        return {} if name == "figures" else _nothing(place)
    return ROUTES[method, name](connection, asked, now)


def _nothing(place: str) -> Row:
    raise Refused(404, f"There is no place {place} (any more).")
