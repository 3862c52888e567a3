"""Search a Mastodon server for words, way after way: in its texts where it has an index of them, else by hashtag.

https://docs.joinmastodon.org/methods/search/: what the server knows, of people who allow to be found; words beside each other
must all be there, quotes make a phrase. A server without an index answers with nothing, as if nobody had said it. So it is
asked for our own posts first, which an index always holds.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from livingroom.networks.errors import Forbidden, Gone, Invalid, SpecDrift
from livingroom.networks.interface import Page
from livingroom.networks.mastodon import polling, records
from livingroom.networks.mastodon.client import MastodonClient

Body = dict[str, Any]
PAGE_SIZE = 40
MOST_PAGES = 25
MOST_OTHER_TAGS = 4  # more in one question are overlooked
REACHES_BACK = timedelta(days=7)
LOOK_AGAIN = timedelta(days=1)  # whether the server has an index by now
OVERLAP = timedelta(minutes=10)
WORDS, TAGS = "words", "tags"
NO_INDEX = "This server does not search texts: only posts with one of the words as their hashtag are found."
NO_RIGHT = "Connect this account again to allow searching texts (read:search); until then hashtags are read."


@dataclass(frozen=True)
class Place:
    """`way` the server is searched; `since` everything is read, by id; `number` is the way asked, `offset` where in it."""

    way: str = ""
    note: str = ""
    looked_at: str = ""
    since: str = ""
    number: int = 0
    offset: int = 0
    top: str = ""
    tags: dict[str, str] = field(default_factory=dict)


def search_posts(client: MastodonClient, ways: Sequence[tuple[str, ...]], cursor: str, now: datetime) -> Page:
    """One page of one way; `more` until all have been asked."""
    place, restarted = _place(cursor, len(ways))
    if not place.number and not place.offset and _is_time_to_look(place, now):
        place = _looked(client, place, now)
    if place.way == WORDS:
        rows, after = _in_texts(client, ways, place, now)
    else:
        rows, after, lost = _by_tag(client, ways, place)
        restarted = restarted or lost
    events = sorted((records.found_by_tag(row) for row in rows), key=lambda event: event.at)
    more = bool(after.number or after.offset)
    return Page(tuple(events), json.dumps(asdict(after)), more, restarted, place.note)


def _is_time_to_look(place: Place, now: datetime) -> bool:
    return not place.looked_at or now - datetime.fromisoformat(place.looked_at) > LOOK_AGAIN


def _looked(client: MastodonClient, place: Place, now: datetime) -> Place:
    """Find out whether the server has an index. An account that never posted cannot tell: hashtags, until it has."""
    try:
        has_index, note = bool(_found(client, {"q": "from:me", "limit": 1})), NO_INDEX
    except Forbidden:
        has_index, note = False, NO_RIGHT
    except (Gone, Invalid):
        has_index, note = False, NO_INDEX
    way = WORDS if has_index else TAGS
    return replace(place, way=way, note="" if has_index else note, looked_at=now.isoformat())


def _in_texts(
    client: MastodonClient, ways: Sequence[tuple[str, ...]], place: Place, now: datetime
) -> tuple[list[Body], Place]:
    words = " ".join(f'"{term}"' if " " in term else term for term in ways[place.number])
    params: Body = {"q": words, "limit": PAGE_SIZE, "offset": place.offset}
    if place.since:
        params["min_id"] = place.since
    else:
        params["q"] = f"{words} after:{(now - REACHES_BACK).date().isoformat()}"
    rows = _found(client, params)
    newest = polling.newest_id(rows)
    top = max(place.top, newest, key=lambda name: (len(name), name))
    next_offset = place.offset + PAGE_SIZE
    if len(rows) >= PAGE_SIZE and next_offset < MOST_PAGES * PAGE_SIZE:
        return rows, replace(place, offset=next_offset, top=top)
    if place.number + 1 < len(ways):
        return rows, replace(place, number=place.number + 1, offset=0, top=top)
    return rows, replace(place, number=0, offset=0, top="", since=_a_little_before(top) or place.since)


def _by_tag(
    client: MastodonClient, ways: Sequence[tuple[str, ...]], place: Place
) -> tuple[list[Body], Place, bool]:
    """One of its terms as a hashtag is enough: that all of them are tags of one post is more than can be hoped for."""
    terms = (term.replace(" ", "") for term in ways[place.number])
    # The longest first: some servers overlook the others.
    tag, *others = sorted(terms, key=len, reverse=True)
    name = " ".join((tag, *others))
    rows, lost = polling.under_tag(client, tag, place.tags.get(name, ""), others[:MOST_OTHER_TAGS])
    tags = {**place.tags, name: polling.newest_id(rows) or place.tags.get(name, "")}
    number = place.number if len(rows) >= polling.PAGE_SIZE else place.number + 1
    is_more = len(rows) >= polling.PAGE_SIZE
    # `offset` marks that this very tag goes on, so that one way alone says that there is more.
    after = replace(place, number=number % len(ways), offset=int(is_more), tags=tags)
    return rows, after, lost


def _found(client: MastodonClient, params: Body) -> list[Body]:
    rows = client.one("/api/v2/search", "read:search", type="statuses", resolve="false", **params).get(
        "statuses"
    )
    if not isinstance(rows, list):
        raise SpecDrift("Mastodon's finds are not a list.")
    return rows


def _a_little_before(name: str) -> str:
    """An id of ten minutes earlier, since posts of other servers come late; ids that carry no time stay as they are."""
    if not name.isdigit() or int(name) < 1 << 40:
        return name
    # Mastodon's ids are milliseconds with sixteen bits behind them.
    return str(int(name) - (int(OVERLAP.total_seconds() * 1000) << 16))


def _place(cursor: str, n_ways: int) -> tuple[Place, bool]:
    try:
        place = Place(**json.loads(cursor)) if cursor else Place()
    except (ValueError, TypeError):
        return Place(), True
    return (place, False) if place.number < n_ways else (replace(place, number=0, offset=0), True)
