"""Find again what we wrote: a topic by our own key, an answer by its words. Plain Python, no Django."""

import hashlib
from datetime import datetime

from livingroom.networks.discourse import posts
from livingroom.networks.discourse.client import DiscourseClient, ElsewhereTopic
from livingroom.networks.errors import Gone, SpecDrift
from livingroom.networks.interface import Published

ANSWERS = 5  # the number of "answers" among Discourse's user actions


def external_id(key: str) -> str:
    """Our key as Discourse takes it: at most 50 letters, digits, - and _."""
    return "livingroom-" + hashlib.sha256(key.encode()).hexdigest()[:32]


def _same_words(raw: str, text: str) -> bool:
    return raw == text or raw.startswith(f"{text}\n\n![")


class Finder:
    def __init__(self, client: DiscourseClient, server_url: str, username: str) -> None:
        self._client = client
        self._server_url = server_url
        self._username = username

    def topic_of(self, key: str) -> Published | None:
        try:
            self._client.read(f"/t/external_id/{external_id(key)}.json")
        except Gone:
            return None
        except ElsewhereTopic as found:
            return self._opening(found.topic_id, key)
        raise SpecDrift("Discourse did not lead us to the topic of our key.")

    def _opening(self, topic_id: int, key: str) -> Published | None:
        try:
            stream = self._client.read(f"/t/{topic_id}.json").get("post_stream") or {}
        except Gone:
            return None
        first = next(iter(stream.get("posts") or []), None)
        return (
            None if first is None or posts.is_gone(first) else posts.published(first, key, self._server_url)
        )

    def answer_like(self, text: str, since: datetime, key: str) -> Published | None:
        params = {"username": self._username, "filter": ANSWERS, "offset": 0}
        actions = self._client.read("/user_actions.json", params).get("user_actions") or []
        for row in actions:
            if posts.moment(row.get("created_at")) < since:
                break
            post = self._client.read(f"/posts/{row.get('post_id')}.json")
            if not posts.is_gone(post) and _same_words(posts.text_of(post), text):
                return posts.published(post, key, self._server_url)
        return None
