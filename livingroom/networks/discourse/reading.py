"""Notifications of a forum, each with the post that it is about. Plain Python, no Django."""

from collections.abc import Mapping
from typing import Any

from livingroom.networks.discourse import posts
from livingroom.networks.discourse.client import DiscourseClient
from livingroom.networks.errors import Forbidden, Gone, SpecDrift
from livingroom.networks.interface import Event, Ref, Stream
from livingroom.networks.newest_first import Row

Body = dict[str, Any]
PAGE_SIZE = 60
POSTS_AT_ONCE = 50


def whole_topic(client: DiscourseClient, topic_id: int) -> list[Body]:
    """All posts of a topic. The first twenty come at once, with the numbers of the rest."""
    stream = client.read(f"/t/{topic_id}.json").get("post_stream") or {}
    found = list(stream.get("posts") or [])
    here = {post.get("id") for post in found}
    rest = [post_id for post_id in stream.get("stream") or [] if post_id not in here]
    for start in range(0, len(rest), POSTS_AT_ONCE):
        params = {"post_ids[]": rest[start : start + POSTS_AT_ONCE]}
        more = client.read(f"/t/{topic_id}/posts.json", params).get("post_stream") or {}
        found += more.get("posts") or []
    return found


class Notices:
    """One look at one stream. A notification names topic and number of a post; the words are in the post."""

    def __init__(self, client: DiscourseClient, server_url: str, stream: Stream) -> None:
        self._client = client
        self._server_url = server_url
        self._stream = stream
        self._topics: dict[int, dict[int, Body]] = {}

    def ask(self, page: str) -> tuple[list[Row], str]:
        offset = int(page or 0)
        found = self._client.read(
            "/notifications.json", {"limit": PAGE_SIZE} | ({"offset": offset} if offset else {})
        ).get("notifications")
        if not isinstance(found, list):
            raise SpecDrift("Discourse's notifications are not a list.")
        try:
            rows = [self._row(notice) for notice in found]
        except KeyError as error:
            raise SpecDrift(f"A notification of Discourse has no {error}.") from None
        return rows, str(offset + len(found)) if len(found) == PAGE_SIZE else ""

    def delivered(self, post: Body, username: str) -> Event | None:
        """The event of a post that a webhook brought; a forum delivers all its posts, and most are not about us."""
        topic = self._topic(int(post["topic_id"]))
        above = topic.get(posts.number(post.get("reply_to_post_number"))) or topic.get(1) or {}
        subject = posts.ref_of(above, self._server_url) if above else None
        if above.get("username") == username:
            return posts.event_of_post(post, "replies", "reply", subject, self._server_url)
        if f"@{username.lower()}" in posts.text_of(post).lower():
            return posts.event_of_post(post, "mentions", "mention", subject, self._server_url)
        return None

    def _row(self, notice: Mapping[str, Any]) -> Row:
        # Numbers only rise, so they order the list; two never share one.
        return Row(str(notice["id"]), int(notice["id"]), lambda: self._event(notice))

    def _event(self, notice: Mapping[str, Any]) -> Event | None:
        kind = posts.NOTIFICATIONS.get(self._stream, {}).get(int(notice["notification_type"]))
        if kind is None or not notice.get("topic_id"):
            return None
        topic = self._topic(int(notice["topic_id"]))
        post = topic.get(posts.number(notice.get("post_number"))) or self._by_id(notice)
        if post is None or posts.is_gone(post):
            return None
        if kind == "like":
            return posts.event_of_like(notice, post, self._server_url)
        return posts.event_of_post(post, self._stream, kind, self._subject(topic, post), self._server_url)

    def _subject(self, topic: dict[int, Body], post: Body) -> Ref | None:
        """What was answered; where it stands deep in a long topic, the topic's opening post."""
        above = topic.get(posts.number(post.get("reply_to_post_number"))) or topic.get(1)
        return posts.ref_of(above, self._server_url) if above else None

    def _topic(self, topic_id: int) -> dict[int, Body]:
        if topic_id not in self._topics:
            try:
                body = self._client.read(f"/t/{topic_id}.json")
            except (Gone, Forbidden):
                body = {}
            found = (body.get("post_stream") or {}).get("posts") or []
            self._topics[topic_id] = {int(post["post_number"]): post for post in found}
        return self._topics[topic_id]

    def _by_id(self, notice: Mapping[str, Any]) -> Body | None:
        post_id = (notice.get("data") or {}).get("original_post_id")
        if not post_id:
            return None
        try:
            return self._client.read(f"/posts/{post_id}.json")
        except (Gone, Forbidden):
            return None
