import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

import httpx

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.discourse.network import DiscourseNetwork
from livingroom.networks.interface import Connected, Ref
from livingroom.networks.transport import Transport
from tests.networks.conformance import Fault
from tests.networks.spec_stage import Asked, SpecStage, answered
from tests.networks.specifications import OpenApi, openapi

SERVER = "https://forum.example.com"
US, SOMEBODY = "corner", "ana"
START = datetime(2026, 11, 1, tzinfo=UTC)


class DiscourseStage(SpecStage):
    # Paging of notifications, and the posts of a long topic, which the document puts into the body of a GET.
    also_known = frozenset({"limit", "offset", "post_ids"})
    publishing = frozenset({"createTopicPostPM"})

    def __init__(self) -> None:
        super().__init__(openapi("discourse.openapi.json"))
        self.posts: list[dict[str, Any]] = []
        self.notices: list[dict[str, Any]] = []
        self.keys: dict[str, int] = {}
        self.likes: set[int] = set()
        self.titles: dict[int, str] = {}
        self.solved: set[int] = set()
        self.search_page = 50
        self.handlers = {
            "createTopicPostPM": self.create,
            "getPost": self.show,
            "deletePost": self.remove,
            "performPostAction": self.act,
            "getNotifications": self.tell,
            "search": self.search,
            "getTopic": self.topic,
            "getSpecificPostsFromTopic": self.more_of_topic,
            "getTopicByExternalId": self.lead,
            "getUser": self.user,
            "listUserActions": self.actions,
            "updatePost": self.change,
        }
        self._connect()

    def _connect(self) -> None:
        transport = Transport(inner=self.wire, sleep=lambda seconds: None)
        form = {"server_url": SERVER, "api_key": "k" * 64, "username": US, "webhook_secret": "hush-hush"}
        connected = DiscourseNetwork.begin(form, transport)
        assert isinstance(connected, Connected)
        self.secrets = (connected.credentials["api_key"], connected.credentials["webhook_secret"])
        self.network = DiscourseNetwork(
            transport=transport,
            credentials=CredentialsInMemory(connected.credentials),
            server_url=connected.server_url,
            account_id=connected.account.account_id,
        )

    def reconnect(self) -> None:
        self._connect()

    def refusal(self, fault: Fault) -> httpx.Response:
        if fault is Fault.UNAUTHORIZED:
            text = "You are not permitted to view the requested resource. The API username or key is invalid."
            return answered({"errors": [text], "error_type": "invalid_access"}, 403)
        if fault is Fault.FORBIDDEN:
            text = "You are not permitted to view the requested resource."
            return answered({"errors": [text], "error_type": "invalid_access"}, 403)
        return super().refusal(fault)

    def fits(self, fault: Fault, asked: Asked) -> bool:
        return fault is not Fault.CURSOR_LOST or "offset" in asked.query

    def count_posts(self, text: str) -> int:
        return sum(post["raw"] == text and not post["deleted_at"] for post in self.posts)

    def someone_replies(self, to: Ref, text: str) -> Ref:
        above = self._find(to.id)
        assert above is not None
        post = self._write(SOMEBODY, text, above["topic_id"], above["post_number"])
        self.notices.append(
            {
                "id": 500 + len(self.notices),
                "user_id": 1,
                "notification_type": 2,
                "read": False,
                "created_at": post["created_at"],
                "post_number": post["post_number"],
                "topic_id": post["topic_id"],
                "slug": "a-desk",
                "data": {"original_post_id": post["id"], "display_username": SOMEBODY},
            }
        )
        return Ref(str(post["id"]))

    def deliveries(self, to: Ref, texts: Iterable[str]) -> list[tuple[Mapping[str, str], bytes]]:
        found = []
        for text in texts:
            post = self._find(self.someone_replies(to, text).id)
            body = json.dumps({"post": post}).encode()
            signature = hmac.new(b"hush-hush", body, hashlib.sha256).hexdigest()
            headers = {
                "X-Discourse-Event": "post_created",
                "X-Discourse-Event-Signature": f"sha256={signature}",
            }
            found.append((headers, body))
        return found

    # The forum

    def create(self, asked: Asked) -> httpx.Response:
        body = asked.body
        if len(body["raw"]) > 32_000:
            return answered(
                {"action": "create_post", "errors": ["Body is too long (maximum is 32000 characters)"]}, 422
            )
        if "topic_id" in body:
            post = self._write(US, body["raw"], body["topic_id"], body.get("reply_to_post_number"))
            return answered(self._shown(post, "createTopicPostPM"))
        if body["external_id"] in self.keys:
            return answered({"errors": ["External has already been taken"]}, 422)
        post = self._write(US, body["raw"], 100 + len(self.posts), None)
        self.keys[body["external_id"]] = post["topic_id"]
        return answered(self._shown(post, "createTopicPostPM"))

    def show(self, asked: Asked) -> httpx.Response:
        post = self._find(asked.path_values["id"])
        return answered(self._shown(post, "getPost")) if post else not_found()

    def change(self, asked: Asked) -> httpx.Response:
        post = self._find(asked.path_values["id"])
        if post is None:
            return not_found()
        post.update(raw=asked.body["post"]["raw"], version=post["version"] + 1)
        return answered({"post": self._shown(post, "updatePost", "post")})

    def remove(self, asked: Asked) -> httpx.Response:
        post = self._find(asked.path_values["id"])
        if post is None:
            return not_found()
        post["deleted_at"] = post["created_at"]
        return httpx.Response(200, json={})

    def act(self, asked: Asked) -> httpx.Response:
        post = self._find(str(asked.body["id"]))
        if post is None or post["id"] in self.likes:
            return answered({"errors": ["You can't do that again."]}, 403)
        self.likes.add(post["id"])
        post["actions_summary"] = [{"id": 2, "count": 1, "acted": True, "can_undo": True}]
        return answered(self._shown(post, "performPostAction"))

    def tell(self, asked: Asked) -> httpx.Response:
        start = int(asked.one("offset", "0"))
        page = self.notices[::-1][start : start + int(asked.one("limit"))]
        return answered({"notifications": page, "total_rows_notifications": len(self.notices)})

    def topic(self, asked: Asked) -> httpx.Response:
        found = [post for post in self.posts if str(post["topic_id"]) == asked.path_values["id"]]
        standing = [post for post in found if not post["deleted_at"]]
        if not standing:
            return not_found()
        shown = [self._shown(post, "getTopic", "post_stream", "posts") for post in standing]
        stream = {"posts": shown[:20], "stream": [post["id"] for post in standing]}
        title = self.titles.get(int(asked.path_values["id"]), "A topic")
        return answered(least(self._schema("getTopic")) | {"post_stream": stream, "title": title})

    def more_of_topic(self, asked: Asked) -> httpx.Response:
        wanted = {int(post_id) for post_id in asked.query["post_ids[]"]}
        place = ("getSpecificPostsFromTopic", "post_stream", "posts")
        shown = [self._shown(post, *place) for post in self.posts if post["id"] in wanted]
        return answered({"post_stream": {"posts": shown}})

    def lead(self, asked: Asked) -> httpx.Response:
        topic_id = self.keys.get(asked.path_values["external_id"])
        if topic_id is None:
            return not_found()
        return httpx.Response(301, headers={"Location": f"{SERVER}/t/a-desk/{topic_id}.json"})

    def user(self, asked: Asked) -> httpx.Response:
        body = least(self._schema("getUser"))
        body["user"].update(id=7, username=asked.path_values["username"], name="Corner", post_count=3)
        return answered(body)

    def actions(self, asked: Asked) -> httpx.Response:
        ours = [post for post in reversed(self.posts) if post["username"] == US and post["post_number"] > 1]
        schema = self._schema("listUserActions", "user_actions")
        rows = [
            {**least(schema), "post_id": str(post["id"]), "created_at": post["created_at"]} for post in ours
        ]
        return answered({"user_actions": rows})

    def remove_topic(self, topic_id: int) -> None:
        """Take a topic down; the search still finds it for a while."""
        for post in self.posts:
            if post["topic_id"] == topic_id:
                post["deleted_at"] = START.isoformat()

    def search(self, asked: Asked) -> httpx.Response:
        """Posts of topics that somebody solved, newest first; the document names no topics beside them."""
        assert "status:solved" in asked.one("q")
        hits = [post for post in reversed(self.posts) if post["topic_id"] in self.solved]
        page, size = int(asked.one("page", "1")), self.search_page
        body = least(self._schema("search"))
        body["posts"] = [
            {"id": post["id"], "topic_id": post["topic_id"], "created_at": post["created_at"]}
            for post in hits[(page - 1) * size : page * size]
        ]
        body["grouped_search_result"]["more_full_page_results"] = "true" if len(hits) > page * size else None
        return answered(body)

    def _find(self, post_id: str) -> dict[str, Any] | None:
        return next((p for p in self.posts if str(p["id"]) == post_id and not p["deleted_at"]), None)

    def _write(self, username: str, text: str, topic_id: int, above: int | None) -> dict[str, Any]:
        before = [post for post in self.posts if post["topic_id"] == topic_id]
        post: dict[str, Any] = {
            "id": 1000 + len(self.posts),
            "username": username,
            "raw": text,
            "cooked": f"<p>{escape(text)}</p>",
            "reply_count": 0,
            "deleted_at": None,
            "topic_id": topic_id,
            "post_number": len(before) + 1,
            "posts_count": len(before) + 1,
            "version": 1,
            "reply_to_post_number": None if above is None else str(above),
            "created_at": (datetime.now(UTC) + timedelta(milliseconds=len(self.posts))).isoformat(),
            "actions_summary": [],
        }
        for each in before:
            each["posts_count"] = len(before) + 1
            each["reply_count"] += each["post_number"] == above
        self.posts.append(post)
        return post

    def _shown(self, post: dict[str, Any], operation: str, *path: str) -> dict[str, Any]:
        """The post in the form that the specification gives it in this answer."""
        schema = self._schema(operation, *path)
        known = {name: value for name, value in post.items() if name in schema["properties"]}
        return {**least(schema), **known}

    def _schema(self, operation: str, *path: str) -> dict[str, Any]:
        assert isinstance(self.specification, OpenApi)
        told = next(
            told
            for methods in self.specification.document["paths"].values()
            for told in methods.values()
            if told.get("operationId") == operation
        )
        schema: dict[str, Any] = told["responses"]["200"]["content"]["application/json"]["schema"]
        for name in path:
            schema = schema["properties"][name]
            schema = schema.get("items", schema)
        return schema


def least(schema: dict[str, Any]) -> Any:
    kinds = schema.get("type")
    kind = kinds[-1] if isinstance(kinds, list) else kinds
    if kind == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        return {name: least(properties[name]) for name in schema.get("required", []) if name in properties}
    return {"array": [], "string": "", "integer": 0, "number": 0, "boolean": False}.get(str(kind))


def not_found() -> httpx.Response:
    return answered({"errors": ["The requested URL or resource could not be found."]}, 404)
