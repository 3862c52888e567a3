"""Read an account: what was written under its posts, who tags it, and its figures. No Django."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from livingroom.networks.errors import Forbidden, SpecDrift
from livingroom.networks.facebook.client import GraphClient, next_page, rows_of
from livingroom.networks.instagram import posts
from livingroom.networks.interface import Event, Metrics, Ref, Rendered, ThreadPost

Body = dict[str, Any]
PAGE_SIZE = 25
PAGES_AT_LEAST, PAGES_AT_MOST = 4, 20
READ, COMMENTS, INSIGHTS = "instagram_basic", "instagram_manage_comments", "instagram_manage_insights"


class AccountReader:
    def __init__(self, client: GraphClient, account_id: str) -> None:
        self._client = client
        self._account_id = account_id

    def comments(self, after: str, floor: datetime | None) -> tuple[list[Event], str]:
        """What others wrote under a page of our posts, and the name of the page after it."""
        body = self._media(f"id,comments.limit(50){{{posts.COMMENT_FIELDS}}}", after)
        events = [
            posts.comment_event(row, posts.id_of(media), parent)
            for media in rows_of(body)
            for row, parent in posts.with_replies(self._all_comments(media, floor))
            if not self._is_ours(row)
        ]
        return events, next_page(body)

    def mentions(self, after: str, floor: datetime | None) -> tuple[list[Event], str]:
        """Posts of others in which the account is tagged."""
        query = {"fields": posts.MEDIA_FIELDS, "limit": str(PAGE_SIZE), "after": after}
        body = self._client.read(f"{self._account_id}/tags", query, scope=COMMENTS)
        return [posts.mention_event(row) for row in rows_of(body)], next_page(body)

    def mention(self, value: Mapping[str, Any]) -> Event:
        """What a delivery only hints at: somebody named us in a caption or in a comment."""
        if value.get("comment_id"):
            field = f"mentioned_comment.comment_id({value['comment_id']}){{{posts.REPLY_FIELDS}}}"
        else:
            field = f"mentioned_media.media_id({value.get('media_id')}){{{posts.MEDIA_FIELDS}}}"
        body = self._client.read(self._account_id, {"fields": field}, scope=COMMENTS)
        if value.get("comment_id"):
            row, media_id = body.get("mentioned_comment") or {}, str(value.get("media_id", ""))
            return replace(posts.comment_event(row, media_id), stream="mentions", kind="mention")
        return posts.mention_event(body.get("mentioned_media") or {})

    def find(self, rendered: Rendered, since: datetime) -> tuple[Ref, datetime] | None:
        """Our post or comment that says this. A comment may hang under a post that is older than `since`."""
        fields, after = f"{posts.MEDIA_FIELDS},comments.limit(50){{{posts.COMMENT_FIELDS}}}", ""
        for number in range(1, PAGES_AT_MOST + 1):
            body = self._media(fields, after)
            rows = rows_of(body)
            for media in rows:
                if _is_it(media, rendered, since):
                    return posts.media_ref(media), posts.moment_of(media)
                for row, _ in posts.with_replies(self._all_comments(media, since)):
                    if self._is_ours(row) and _is_it(row, rendered, since):
                        return posts.comment_ref(row, posts.id_of(media)), posts.moment_of(row)
            after = next_page(body)
            is_past = bool(rows) and posts.moment_of(rows[-1]) < since
            if not after or (is_past and number >= PAGES_AT_LEAST):
                return None
        raise SpecDrift(f"Instagram shows more than {PAGES_AT_MOST * PAGE_SIZE} posts of ours since then.")

    def thread(self, ref: Ref) -> list[ThreadPost]:
        """The whole conversation under a post, each comment before its answers."""
        media_id = posts.media_of(ref)
        media = self._client.read(media_id, {"fields": posts.MEDIA_FIELDS}, scope=READ)
        first = posts.mention_event(media)
        found = [ThreadPost(posts.media_ref(media), first.actor, first.text, first.at)]
        comments = self._all_comments({"id": media_id, "comments": self._comment_page(media_id, "")}, None)
        by_time = sorted(comments, key=posts.moment_of)
        return found + [
            posts.thread_post(row, media_id, parent) for row, parent in posts.with_replies(list(by_time))
        ]

    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]:
        counts = self._client.read_many(
            [f"{posts.number_of(ref)}?fields={_counts(ref)}" for ref in refs], scope=READ
        )
        alive = [
            ref
            for ref, row in zip(refs, counts, strict=True)
            if row is not None and not posts.is_comment(ref)
        ]
        seen = dict(zip([ref.id for ref in alive], self._views(alive), strict=True))
        return [
            Metrics(ref, gone=True) if row is None else posts.metrics_of(ref, row, seen.get(ref.id))
            for ref, row in zip(refs, counts, strict=True)
        ]

    def parent_of(self, ref: Ref) -> str:
        """The comment to answer: answers to answers hang under the first comment."""
        row = self._client.read(posts.number_of(ref), {"fields": "id,parent_id"}, scope=COMMENTS)
        return str(row.get("parent_id") or posts.id_of(row))

    def _views(self, refs: Sequence[Ref]) -> list[Body | None]:
        """How often each post was seen, where we may know."""
        if INSIGHTS not in self._client.scopes():
            return [None] * len(refs)
        addresses = [f"{ref.id}/insights?metric={posts.VIEWS}" for ref in refs]
        try:
            return self._client.read_many(addresses, scope=INSIGHTS)
        except Forbidden:
            return [None] * len(refs)

    def _all_comments(self, media: Mapping[str, Any], floor: datetime | None) -> list[posts.Body]:
        """The comments that came with a post, and further pages while they bring something young enough."""
        edge = media.get("comments") or {}
        found: list[posts.Body] = []
        for _ in range(PAGES_AT_MOST):
            rows = rows_of(edge)
            found += rows
            after = next_page(edge)
            young = floor is None or any(
                posts.moment_of(row) >= floor for row, _ in posts.with_replies(list(rows))
            )
            if not after or not young:
                break
            edge = self._comment_page(str(media["id"]), after)
        return found

    def _comment_page(self, media_id: str, after: str) -> Body:
        query = {"fields": posts.COMMENT_FIELDS, "limit": "50", "after": after}
        return self._client.read(f"{media_id}/comments", query, scope=COMMENTS)

    def _media(self, fields: str, after: str) -> Body:
        query = {"fields": fields, "limit": str(PAGE_SIZE), "after": after}
        return self._client.read(f"{self._account_id}/media", query, scope=READ)

    def _is_ours(self, row: posts.Body) -> bool:
        author = posts.person_of(row)
        return author.id == self._account_id or author.handle == self._client.load().get("username", "")


def _is_it(row: posts.Body, rendered: Rendered, since: datetime) -> bool:
    return posts.says_the_same(row, rendered) and posts.moment_of(row) >= since.replace(microsecond=0)


def _counts(ref: Ref) -> str:
    return posts.COMMENT_COUNTS if posts.is_comment(ref) else posts.MEDIA_COUNTS
