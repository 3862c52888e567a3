"""Search Bluesky for words, way after way, newest first, so that a stop in the middle does no harm.

https://docs.bsky.app/docs/api/app-bsky-feed-search-posts: words beside each other must all be there, quotes make a phrase.
Nothing else of its language is promised, so no more is used: each way is a question of its own.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from livingroom.networks.bluesky import records
from livingroom.networks.bluesky.client import BlueskyClient
from livingroom.networks.errors import Invalid, SpecDrift
from livingroom.networks.interface import Event, Page

Body = dict[str, Any]
PAGE_SIZE = 100
REACHES_BACK = timedelta(days=7)
# Posts come into the index out of order and late; what is read twice is one mention.
OVERLAP = timedelta(minutes=10)


@dataclass(frozen=True)
class Place:
    """Everything until `since` is read; `number` is the way that is being asked, `page` where in it, `top` the newest seen."""

    since: str = ""
    number: int = 0
    page: str = ""
    top: str = ""


def search_posts(client: BlueskyClient, ways: Sequence[tuple[str, ...]], cursor: str, now: datetime) -> Page:
    """One page of one way; `more` until all have been asked."""
    place, restarted = _place(cursor, len(ways))
    since = datetime.fromisoformat(place.since) if place.since else now - REACHES_BACK
    try:
        body = _ask(client, ways[place.number], since, place.page)
    except Invalid:
        if not place.page:
            raise
        # It forgets pages: this way begins again.
        place, restarted = replace(place, page=""), True
        body = _ask(client, ways[place.number], since, "")
    posts = body.get("posts")
    if not isinstance(posts, list):
        raise SpecDrift("Bluesky's finds are not a list.")
    # A server without an index of its own does not know `since`.
    found = [event for event in map(records.found_post, posts) if event.at >= since]
    is_through = not body.get("cursor") or len(found) < len(posts) or not posts
    after = _after(place, found, "" if is_through else str(body["cursor"]), len(ways), since)
    events = tuple(sorted(found, key=lambda event: event.at))
    return Page(events, json.dumps(asdict(after)), bool(after.number or after.page), restarted)


def _ask(client: BlueskyClient, way: tuple[str, ...], since: datetime, page: str) -> Body:
    words = " ".join(f'"{term}"' if " " in term else term for term in way)
    params: Body = {"q": words, "sort": "latest", "since": _written(since), "limit": PAGE_SIZE}
    return client.query("app.bsky.feed.searchPosts", params | ({"cursor": page} if page else {}))


def _after(place: Place, found: Sequence[Event], following: str, n_ways: int, since: datetime) -> Place:
    top = max([place.top, *(event.at.isoformat() for event in found)])
    if following:
        return replace(place, since=since.isoformat(), page=following, top=top)
    if place.number + 1 < n_ways:
        return Place(since.isoformat(), place.number + 1, "", top)
    newest = datetime.fromisoformat(top) - OVERLAP if top else since
    return Place(max(since, newest).isoformat())


def _place(cursor: str, n_ways: int) -> tuple[Place, bool]:
    try:
        place = Place(**json.loads(cursor)) if cursor else Place()
    except (ValueError, TypeError):
        return Place(), True
    return (place, False) if place.number < n_ways else (Place(place.since), True)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
