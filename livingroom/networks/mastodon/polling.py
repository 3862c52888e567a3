"""Walk Mastodon's lists forward: `min_id` gives what comes right after a place, so nothing is skipped and a stop in the
middle does no harm. https://docs.joinmastodon.org/api/guidelines/#pagination
"""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from livingroom.networks.errors import Gone, Invalid
from livingroom.networks.interface import Event, Page, Stream
from livingroom.networks.mastodon import records
from livingroom.networks.mastodon.client import MastodonClient

PAGE_SIZE = 40
TAGS_AT_MOST = 10
BEGINNING = "0"

Body = dict[str, Any]


def notifications(client: MastodonClient, stream: Stream, cursor: str, account_id: str) -> Page:
    params = {"limit": PAGE_SIZE, "types[]": list(records.STREAM_TYPES[stream])}
    rows, restarted = _after(client, "/api/v1/notifications", "read:notifications", cursor, params)
    events = [records.event_of(row, stream, account_id) for row in rows]
    kept = sorted((event for event in events if event), key=lambda event: event.at)
    return Page(tuple(kept), newest_id(rows) or cursor, len(rows) >= PAGE_SIZE, restarted)


def followed_tags(client: MastodonClient, cursor: str) -> Page:
    """What was posted under the hashtags that the account follows on its server: there one chooses what to listen to."""
    places, events, more, restarted = _places(cursor), [], False, False
    tags = client.many("/api/v1/followed_tags", "read:follows", limit=TAGS_AT_MOST)
    for name in [str(tag["name"]).lower() for tag in tags]:
        rows, lost = under_tag(client, name, places.get(name, ""))
        events += [records.found_by_tag(row) for row in rows]
        places[name] = newest_id(rows) or places.get(name, "")
        more, restarted = more or len(rows) >= PAGE_SIZE, restarted or lost
    return Page(tuple(_once(events)), json.dumps(places), more, restarted)


def under_tag(
    client: MastodonClient, name: str, place: str, others: Sequence[str] = ()
) -> tuple[list[Body], bool]:
    """Posts under a hashtag, or one of the others, after a place; and whether the server did not know the place."""
    path = f"/api/v1/timelines/tag/{quote(name, safe='')}"
    params: Body = {"limit": PAGE_SIZE} | ({"any[]": list(others)} if others else {})
    return _after(client, path, "read:statuses", place, params)


def _after(
    client: MastodonClient, path: str, scope: str, place: str, params: Body
) -> tuple[list[Body], bool]:
    """Rows after a place, and whether the server did not know the place and began anew."""
    try:
        return client.many(path, scope, min_id=place or BEGINNING, **params), False
    except (Invalid, Gone):
        if not place:
            raise
        return client.many(path, scope, min_id=BEGINNING, **params), True


def newest_id(rows: list[Body]) -> str:
    """Ids are numbers that grow on Mastodon and words elsewhere: the time decides, then the id."""
    if not rows:
        return ""
    newest = max(
        rows, key=lambda row: (records.moment(row["created_at"]), len(str(row["id"])), str(row["id"]))
    )
    return str(newest["id"])


def _places(cursor: str) -> dict[str, str]:
    try:
        return dict(json.loads(cursor)) if cursor else {}
    except (ValueError, TypeError):
        return {}


def _once(events: list[Event]) -> list[Event]:
    """A post with two of our hashtags is found twice and is one event."""
    return sorted({event.id: event for event in events}.values(), key=lambda event: event.at)
