"""Discourse: a forum. A post is a topic; answers are replies in it."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.discourse import posts
from livingroom.networks.discourse.client import DiscourseClient
from livingroom.networks.discourse.finding import Finder, external_id
from livingroom.networks.discourse.guide import CAPABILITIES, FIELDS, GUIDE, SCOPES
from livingroom.networks.discourse.reading import Notices, whole_topic
from livingroom.networks.discourse.render import LIMITS, render
from livingroom.networks.discourse.signin import begin_signing_in, open_payload
from livingroom.networks.discourse.solving import read_solved
from livingroom.networks.errors import AuthExpired, Forbidden, Gone, Invalid, OutcomeUnknown, SpecDrift
from livingroom.networks.interface import (
    AccountInfo,
    Capabilities,
    Connected,
    ConnectField,
    Draft,
    Limits,
    Metrics,
    Network,
    Page,
    Published,
    Redirect,
    Ref,
    Rendered,
    Scope,
    SolvedPage,
    Stream,
    ThreadPost,
)
from livingroom.networks.newest_first import walk
from livingroom.networks.transport import Transport

Body = dict[str, Any]


class DiscourseNetwork(Network):
    name: ClassVar[str] = "discourse"
    title: ClassVar[str] = "Discourse"
    limits: ClassVar[Limits] = LIMITS
    capabilities: ClassVar[Capabilities] = CAPABILITIES
    connect_fields: ClassVar[tuple[ConnectField, ...]] = FIELDS
    connect_guide: ClassVar[tuple[str, ...]] = GUIDE
    connect_minutes: ClassVar[int] = 3
    connect_review: ClassVar[str] = (
        "Nobody's review; an admin of the forum makes the key, or allows our address."
    )
    connect_scopes: ClassVar[tuple[Scope, ...]] = SCOPES

    @cached_property
    def client(self) -> DiscourseClient:
        return DiscourseClient(self.transport, self.credentials, self.server_url)

    @cached_property
    def finder(self) -> Finder:
        return Finder(self.client, self.server_url, self.username)

    @classmethod
    def begin(cls, form: Mapping[str, str], transport: Transport) -> Connected | Redirect:
        server_url, typed = _server_url(form), {name: form.get(name, "").strip() for name in _TYPED}
        if not typed["api_key"]:
            if not form.get("redirect_uri"):
                raise Invalid("Paste the API key.", "api_key")
            return begin_signing_in(server_url, form["redirect_uri"], typed)
        if not typed["username"]:
            raise Invalid("For which user was the key made?", "username")
        return cls._connected(server_url, typed, typed["username"], transport)

    @classmethod
    def finish(cls, params: Mapping[str, str], state: str, transport: Transport) -> Connected:
        kept = {name: params.get(name, "") for name in ("webhook_secret", "category")}
        secrets = {**kept, **open_payload(params)}
        server_url = params["server_url"]
        client = DiscourseClient(transport, CredentialsInMemory(secrets), server_url)
        current = client.read("/session/current.json").get("current_user") or {}
        if not current.get("username"):
            raise SpecDrift("The forum does not say whose key this is.")
        return cls._connected(server_url, secrets, str(current["username"]), transport)

    @classmethod
    def _connected(
        cls, server_url: str, secrets: Mapping[str, str], username: str, transport: Transport
    ) -> Connected:
        kept = {name: value for name, value in secrets.items() if value} | {"username": username}
        account = cls(
            transport=transport, credentials=CredentialsInMemory(kept), server_url=server_url, account_id=""
        )
        try:
            return Connected(account.who(), server_url, kept)
        except (AuthExpired, Forbidden) as error:
            raise Invalid(f"The forum does not accept this key: {error.text}", "api_key") from None
        except Gone:
            raise Invalid(f"The forum knows no user {username}.", "username") from None

    def refresh(self) -> None:
        """Discourse's keys do not end by themselves."""

    def who(self) -> AccountInfo:
        username = self.username
        user = self.client.read(f"/u/{quote(username)}.json").get("user")
        if not isinstance(user, dict) or "id" not in user:
            raise SpecDrift("Discourse's user is no user.")
        return AccountInfo(
            account_id=f"{urlsplit(self.server_url).netloc}:{user['id']}",
            handle=f"{username}@{urlsplit(self.server_url).netloc}",
            name=str(user.get("name") or username),
            url=f"{self.server_url}/u/{quote(username)}",
            followers=0,
            n_posts=int(user.get("post_count") or 0),
        )

    def check(self) -> AccountInfo:
        account = self.who()
        if account.account_id != self.account_id:
            raise SpecDrift("The forum gave our name to another user.")
        return account

    @property
    def username(self) -> str:
        return self.credentials.load().get("username", "")

    @classmethod
    def render(cls, draft: Draft, link: str = "", limits: Limits | None = None) -> list[Rendered]:
        return render(draft, link, limits or LIMITS)

    def publish(self, rendered: Rendered, key: str) -> Published:
        body: Body = {
            "title": rendered.title,
            "raw": self._with_pictures(rendered),
            "external_id": external_id(key),
        }
        category = self.credentials.load().get("category", "")
        if category:
            body["category"] = category
        try:
            return self._written(self.client.write("POST", "/posts.json", body, scope="topics:write"), key)
        except Invalid as error:
            if error.field != "external_id":
                raise
            found = self.finder.topic_of(key)
            if found is None:
                raise OutcomeUnknown("Discourse says that the topic is there and does not show it.") from None
            return found

    def reply(self, to: Ref, rendered: Rendered, key: str) -> Published:
        above = self._post(to)
        body: Body = {"raw": self._with_pictures(rendered), "topic_id": above["topic_id"]}
        if above.get("post_number") != 1:
            body["reply_to_post_number"] = above["post_number"]
        return self._written(self.client.write("POST", "/posts.json", body, scope="topics:write"), key)

    def find_published(self, rendered: Rendered, key: str, since: datetime) -> Published | None:
        """A topic is found by our own key; an answer has none, and is found by its words among our latest."""
        return self.finder.topic_of(key) or self.finder.answer_like(rendered.text, since, key)

    def edit(self, ref: Ref, rendered: Rendered) -> Published:
        body = {"post": {"raw": self._with_pictures(rendered)}}
        changed = self.client.write("PUT", f"/posts/{ref.id}.json", body, scope="posts:edit")
        return self._written(changed.get("post") or {}, "")

    def delete(self, ref: Ref) -> None:
        with suppress(Gone):
            self.client.write("DELETE", f"/posts/{ref.id}.json", None, scope="posts:delete")

    def react(self, ref: Ref) -> None:
        post = self._post(ref)
        if not posts.is_liked_by_us(post):
            body = {"id": int(post["id"]), "post_action_type_id": posts.LIKE}
            self.client.write("POST", "/post_actions.json", body, scope="posts:like")

    def poll(self, stream: Stream, cursor: str = "") -> Page:
        return walk(Notices(self.client, self.server_url, stream).ask, cursor)

    def receive(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Page:
        posts.check_signature(self.credentials.load().get("webhook_secret", ""), headers, body)
        try:
            post = json.loads(body).get("post")
        except (ValueError, AttributeError):
            raise SpecDrift("Discourse delivered something that is no JSON object.") from None
        if not isinstance(post, dict) or posts.is_gone(post) or post.get("username") == self.username:
            return Page((), "")
        event = Notices(self.client, self.server_url, "replies").delivered(post, self.username)
        return Page((event,) if event else (), "")

    def solved(self, cursor: str = "") -> SolvedPage:
        return read_solved(self.client, self.server_url, cursor)

    def thread(self, ref: Ref) -> list[ThreadPost]:
        found = whole_topic(self.client, int(self._post(ref)["topic_id"]))
        return posts.thread_posts(found, self.server_url)

    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]:
        return [self._metrics(ref) for ref in refs]

    def _metrics(self, ref: Ref) -> Metrics:
        try:
            return posts.metrics_of(ref, self.client.read(f"/posts/{ref.id}.json"))
        except (Gone, Forbidden):
            return Metrics(ref, gone=True)

    # How a write is built and found again

    def _with_pictures(self, rendered: Rendered) -> str:
        return "\n\n".join([rendered.text, *(self.client.upload(image) for image in rendered.images)])

    def _written(self, post: Body, key: str) -> Published:
        """An answer to a write that we cannot read does not say that nothing was written."""
        try:
            return posts.published(post, key, self.server_url)
        except SpecDrift as error:
            raise OutcomeUnknown(error.text) from None

    def _post(self, ref: Ref) -> Body:
        post = self.client.read(f"/posts/{ref.id}.json")
        if posts.is_gone(post):
            raise Gone("This post is no longer in the forum.")
        return post


_TYPED = ("api_key", "username", "webhook_secret", "category")


def _server_url(form: Mapping[str, str]) -> str:
    server_url = form.get("server_url", "").strip().rstrip("/")
    if "://" not in server_url:
        server_url = f"https://{server_url}"
    if not urlsplit(server_url).hostname:
        raise Invalid("Which forum? Its address looks like https://forum.example.com.", "server_url")
    return server_url
