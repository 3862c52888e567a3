"""Read an account on X, with every call booked against the day's budget. No Django."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from livingroom.networks.errors import SpecDrift
from livingroom.networks.interface import Event, Metrics, Page, Ref, Rendered, Stream, ThreadPost
from livingroom.networks.prices import PRICES
from livingroom.networks.spending import ReadingBudget
from livingroom.networks.x import posts
from livingroom.networks.x.client import XClient
from livingroom.networks.x.polling import Place, walk
from livingroom.networks.x.problems import problem_inside

Body = dict[str, Any]
LARGEST_PAGE, SMALLEST_PAGE = 100, 10
PAGES_TO_SEARCH = 5
READ = PRICES["x"].read
OWN_READ = PRICES["x"].own_read


class AccountReader:
    def __init__(self, client: XClient, budget: ReadingBudget, account_id: str) -> None:
        self._client = client
        self._budget = budget
        self._account_id = account_id

    def poll(self, stream: Stream, cursor: str) -> Page:
        """Mentions and replies come on one timeline of X; each of our streams takes its own."""

        def read(body: Body) -> list[Event]:
            people = posts.people_of(body)
            rows = [row for row in posts.rows_of(body) if self._is_reply(row) == (stream == "replies")]
            return [posts.event_of(row, people, stream) for row in rows]

        return walk(self._pages_of(f"/2/users/{self._account_id}/mentions"), read, cursor)

    def search(self, query: str, cursor: str) -> Page:
        def read(body: Body) -> list[Event]:
            people = posts.people_of(body)
            return [posts.event_of(row, people, "search") for row in posts.rows_of(body)]

        return walk(self._pages_of("/2/tweets/search/recent", query=query), read, cursor)

    def find(self, rendered: Rendered, since: datetime) -> posts.Body | None:
        """Our own post that says this. Booked, but never stopped: not to look could mean to post twice."""
        start = f"{since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        query, page = _query(max_results=LARGEST_PAGE, start_time=start), ""
        for _ in range(PAGES_TO_SEARCH):
            body = self._client.read(
                f"/2/users/{self._account_id}/tweets", {**query, "pagination_token": page}
            )
            rows = posts.rows_of(body)
            self._budget.note(len(rows), OWN_READ)
            for row in rows:
                if posts.says_the_same(row, rendered):
                    return row
            page = _following(body)
            if not page:
                return None
        raise SpecDrift(f"X shows more than {PAGES_TO_SEARCH * LARGEST_PAGE} posts of ours since then.")

    def thread(self, ref: Ref) -> list[ThreadPost]:
        """A post, what it belongs to and what was answered; answers reach back seven days, as X's search does."""
        first = self._one(ref.id)
        conversation = str(first[0].get("conversation_id") or ref.id)
        rows = [first] if conversation == ref.id else [self._one(conversation), first]
        ask, place = (
            self._pages_of("/2/tweets/search/recent", query=f"conversation_id:{conversation}"),
            Place(),
        )
        for _ in range(PAGES_TO_SEARCH):
            body = ask(place)
            rows += [(row, posts.people_of(body)) for row in posts.rows_of(body)]
            place = Place(page=_following(body))
            if not place.page:
                break
        return posts.in_order(
            {str(row["id"]): posts.thread_post(row, people) for row, people in rows}.values()
        )

    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]:
        counted: dict[str, Metrics] = {}
        for start in range(0, len(refs), LARGEST_PAGE):
            ids = [ref.id for ref in refs[start : start + LARGEST_PAGE]]
            self._budget.room_for(OWN_READ, len(ids), len(ids))
            body = self._client.read("/2/tweets", {"ids": ",".join(ids), "post.fields": "public_metrics"})
            if "data" not in body and not body.get("errors"):
                raise problem_inside(body)
            rows = posts.rows_of(body)
            self._budget.note(len(rows), OWN_READ)
            counted |= {str(row.get("id")): posts.metrics_of(row) for row in rows}
        return [counted.get(ref.id, Metrics(ref, gone=True)) for ref in refs]

    def _pages_of(self, path: str, **more: str) -> Callable[[Place], Body]:
        def ask(place: Place) -> Body:
            size = self._budget.room_for(READ, SMALLEST_PAGE, LARGEST_PAGE)
            query = _query(max_results=size, since_id=place.since, pagination_token=place.page, **more)
            body = self._client.read(path, query)
            self._budget.note(len(posts.rows_of(body)), READ)
            return body

        return ask

    def _one(self, post_id: str) -> tuple[posts.Body, dict[str, Any]]:
        body = self._client.read(f"/2/tweets/{post_id}", _query())
        row = body.get("data")
        if not isinstance(row, dict):
            raise problem_inside(body)
        self._budget.note(1, READ)
        return row, dict(posts.people_of(body))

    def _is_reply(self, row: posts.Body) -> bool:
        return str(row.get("in_reply_to_user_id", "")) == self._account_id


def _query(**more: object) -> Body:
    wanted = {"post.fields": posts.FIELDS, "expansions": posts.EXPANSIONS, "user.fields": "name,username"}
    return {**wanted, **{name: value for name, value in more.items() if value}}


def _following(body: Body) -> str:
    return str((body.get("meta") or {}).get("next_token") or "")
