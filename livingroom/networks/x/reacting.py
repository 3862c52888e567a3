"""Who liked and reposted our newest posts. X tells it post by post, at a price for each person: so once a day, for those
posts alone whose counts rose, and for so many people at most. The counts themselves are read for all posts. No Django.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from livingroom.networks.errors import RateLimited, SpecDrift
from livingroom.networks.interface import Event, Page, Person
from livingroom.networks.prices import PRICES
from livingroom.networks.spending import ReadingBudget
from livingroom.networks.x import posts
from livingroom.networks.x.client import XClient

Body = dict[str, Any]
POSTS, PEOPLE_A_DAY, LARGEST_PAGE = 20, 40, 100
ONCE_IN = timedelta(hours=20)
READ, OWN_READ = PRICES["x"].read, PRICES["x"].own_read
# Our word, the edge of a post on X, and the right that reading it needs.
KINDS = (("like", "liking_users", "like.read"), ("repost", "retweeted_by", "tweet.read"))


class ReactionReader:
    def __init__(self, client: XClient, budget: ReadingBudget, account_id: str, now: datetime) -> None:
        self._client = client
        self._budget = budget
        self._account_id = account_id
        self._now = now
        self._left = PEOPLE_A_DAY

    def poll(self, cursor: str) -> Page:
        looked_at, known, restarted = _read_place(cursor)
        if looked_at is not None and self._now - looked_at < ONCE_IN:
            return Page((), cursor)
        counts = self._counts()
        events: list[Event] = []
        try:
            for post_id, now_counted in counts.items():
                events += self._of_post(post_id, now_counted, known.get(post_id, {}))
        except RateLimited:
            if not events:
                raise
        place = {"looked_at": self._now.isoformat(), "counts": counts}
        return Page(tuple(events), json.dumps(place), restarted=restarted)

    def _counts(self) -> dict[str, dict[str, int]]:
        """Likes and reposts of our newest posts, by post."""
        self._budget.room_for(OWN_READ, POSTS, POSTS)
        query = {"max_results": POSTS, "post.fields": "public_metrics"}
        rows = posts.rows_of(self._client.read(f"/2/users/{self._account_id}/tweets", query))
        self._budget.note(len(rows), OWN_READ)
        counted = [posts.metrics_of(row) for row in rows]
        return {each.ref.id: {"like": each.likes, "repost": each.reposts} for each in counted}

    def _of_post(self, post_id: str, counts: Mapping[str, int], known: Mapping[str, int]) -> list[Event]:
        events: list[Event] = []
        for kind, edge, scope in KINDS:
            n_new = min(counts[kind] - known.get(kind, 0), LARGEST_PAGE, self._left)
            if n_new > 0 and scope in (self._client.scopes() or {scope}):
                people = self._people(f"/2/tweets/{post_id}/{edge}", n_new, scope)
                events += [self._event(post_id, kind, person) for person in people]
        return events

    def _people(self, path: str, n_new: int, scope: str) -> list[Person]:
        """The latest so many: X lists them newest first, without a time."""
        size = self._budget.room_for(READ, 1, n_new)
        query = {"max_results": size, "user.fields": "name,username"}
        rows = posts.rows_of(self._client.read(path, query, scope=scope))
        self._budget.note(len(rows), READ)
        self._left -= len(rows)
        return list(posts.people_of({"includes": {"users": rows}}).values())

    def _event(self, post_id: str, kind: str, person: Person) -> Event:
        if not person.id.isdigit():
            raise SpecDrift("Somebody on X has no number.")
        name = f"{kind} {post_id} {person.id}"
        return Event(name, "reactions", kind, self._now, person, None, posts.ref_of(post_id))


def _read_place(cursor: str) -> tuple[datetime | None, dict[str, dict[str, int]], bool]:
    if not cursor:
        return None, {}, False
    try:
        place = json.loads(cursor)
        looked_at = datetime.fromisoformat(place["looked_at"])
        return (looked_at, dict(place["counts"]), False) if looked_at.tzinfo else (None, {}, True)
    except (ValueError, TypeError, KeyError):
        return None, {}, True
