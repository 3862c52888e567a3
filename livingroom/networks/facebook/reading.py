"""Read a page: what was written under its posts, who names it, and its figures. No Django."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from livingroom.networks.errors import Forbidden, SpecDrift
from livingroom.networks.facebook import posts
from livingroom.networks.facebook.client import GraphClient, next_page, rows_of
from livingroom.networks.interface import Event, Metrics, Ref, Rendered, ThreadPost

Body = dict[str, Any]
PAGE_SIZE = 25
PAGES_AT_LEAST, PAGES_AT_MOST = 4, 20
DAILY_FIGURES = ("page_media_view", "page_follows")
READ_PEOPLE = "pages_read_user_content"
READ_PAGE = "pages_read_engagement"


class PageReader:
    def __init__(self, client: GraphClient, page_id: str) -> None:
        self._client = client
        self._page_id = page_id

    def comments(self, after: str, floor: datetime | None) -> tuple[list[Event], str]:
        """What others wrote under a page of our posts, and the name of the page after it."""
        body = self._posts(f"id,{_comments_since(floor)}", after)
        events = [
            posts.comment_event(comment, posts.ref_of(post).id)
            for post in rows_of(body)
            for comment in self._all_comments(post, floor)
            if not self._is_ours(comment)
        ]
        return events, next_page(body)

    def mentions(self, after: str, floor: datetime | None) -> tuple[list[Event], str]:
        """Posts of others that name the page."""
        query = {"fields": posts.POST_FIELDS, "limit": str(PAGE_SIZE), "after": after}
        body = self._client.read(f"{self._page_id}/tagged", query, scope=READ_PEOPLE)
        return [posts.mention_event(row) for row in rows_of(body)], next_page(body)

    def find(self, rendered: Rendered, since: datetime) -> Body | None:
        """Our post or comment that says this. A comment may hang under a post that is older than `since`."""
        fields, after = f"{posts.OWN_POST_FIELDS},{_comments_since(since)}", ""
        for number in range(1, PAGES_AT_MOST + 1):
            body = self._posts(fields, after)
            rows = rows_of(body)
            for row in (each for post in rows for each in (post, *self._own_comments(post, since))):
                if posts.says_the_same(row, rendered) and posts.moment_of(row) >= since.replace(
                    microsecond=0
                ):
                    return row
            after = next_page(body)
            is_past = bool(rows) and posts.moment_of(rows[-1]) < since
            if not after or (is_past and number >= PAGES_AT_LEAST):
                return None
        raise SpecDrift(f"Facebook shows more than {PAGES_AT_MOST * PAGE_SIZE} posts of ours since then.")

    def thread(self, ref: Ref) -> list[ThreadPost]:
        """A post or comment and all that was answered, oldest first."""
        first = self._client.read(ref.id, {"fields": posts.POST_FIELDS}, scope=READ_PEOPLE)
        query = {"fields": posts.COMMENT_FIELDS, "filter": "stream", "order": "chronological", "limit": "100"}
        found, after = [posts.thread_post(first)], ""
        for _ in range(PAGES_AT_MOST):
            body = self._client.read(f"{ref.id}/comments", {**query, "after": after}, scope=READ_PEOPLE)
            found += [posts.thread_post(row, ref.id) for row in rows_of(body)]
            after = next_page(body)
            if not after:
                break
        return found

    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]:
        counts = self._client.read_many(
            [f"{ref.id}?fields={self._counts(ref)}" for ref in refs], scope=READ_PAGE
        )
        alive = [ref for ref, row in zip(refs, counts, strict=True) if row is not None and self._is_post(ref)]
        seen = dict(zip([ref.id for ref in alive], self._views(alive), strict=True))
        return [
            Metrics(ref, gone=True) if row is None else posts.metrics_of(ref, row, seen.get(ref.id))
            for ref, row in zip(refs, counts, strict=True)
        ]

    def daily_figures(self, since: datetime, until: datetime) -> dict[str, list[tuple[datetime, int]]]:
        query = {
            "metric": ",".join(DAILY_FIGURES),
            "period": "day",
            "since": _seconds(since),
            "until": _seconds(until),
        }
        return posts.daily_values(
            self._client.read(f"{self._page_id}/insights", query, scope="read_insights")
        )

    def _views(self, refs: Sequence[Ref]) -> list[Body | None]:
        """How often each post was seen, where we may know."""
        if "read_insights" not in self._client.scopes():
            return [None] * len(refs)
        addresses = [f"{ref.id}/insights?metric={posts.VIEWS}&period=lifetime" for ref in refs]
        try:
            return self._client.read_many(addresses, scope="read_insights")
        except Forbidden:
            return [None] * len(refs)

    def _all_comments(self, post: Body, floor: datetime | None) -> list[Body]:
        """The comments that came with a post, and the further pages of a post with many."""
        edge = post.get("comments") or {}
        found, after = rows_of(edge), next_page(edge)
        query = {
            "fields": posts.COMMENT_FIELDS,
            "filter": "stream",
            "order": "reverse_chronological",
            "limit": "100",
        }
        if floor:
            query["since"] = _seconds(floor)
        while after:
            body = self._client.read(f"{post['id']}/comments", {**query, "after": after}, scope=READ_PEOPLE)
            found, after = found + rows_of(body), next_page(body)
        return found

    def _own_comments(self, post: Body, since: datetime) -> list[Body]:
        return [each for each in self._all_comments(post, since) if self._is_ours(each)]

    def _posts(self, fields: str, after: str) -> Body:
        query = {"fields": fields, "limit": str(PAGE_SIZE), "after": after}
        return self._client.read(f"{self._page_id}/published_posts", query, scope=READ_PAGE)

    def _counts(self, ref: Ref) -> str:
        return posts.POST_COUNTS if self._is_post(ref) else posts.COMMENT_COUNTS

    def _is_post(self, ref: Ref) -> bool:
        """Our posts carry the page's number in front; comments that of their post."""
        return ref.id.startswith(f"{self._page_id}_")

    def _is_ours(self, row: Body) -> bool:
        return posts.person_of(row).id == self._page_id


def _comments_since(floor: datetime | None) -> str:
    since = f".since({_seconds(floor)})" if floor else ""
    return f"comments.filter(stream).order(reverse_chronological).limit(100){since}{{{posts.COMMENT_FIELDS}}}"


def _seconds(moment: datetime) -> str:
    return str(int(moment.astimezone(UTC).timestamp()))
