"""Mastodon, and all servers that speak its API."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.errors import AuthExpired, Forbidden, Gone, Invalid, OutcomeUnknown, SpecDrift
from livingroom.networks.interface import (
    AccountInfo,
    AppRefused,
    Capabilities,
    Connected,
    ConnectField,
    Draft,
    Followers,
    Image,
    Limits,
    Metrics,
    Network,
    Page,
    Published,
    Redirect,
    Ref,
    Rendered,
    Scope,
    Stream,
    ThreadPost,
)
from livingroom.networks.mastodon import polling, records, searching, signin, threads
from livingroom.networks.mastodon.client import MastodonClient
from livingroom.networks.mastodon.following import read_followers
from livingroom.networks.mastodon.guide import CAPABILITIES, CONNECT_FIELDS, CONNECT_GUIDE
from livingroom.networks.mastodon.render import LIMITS, render
from livingroom.networks.transport import Transport

Body = dict[str, Any]
METRICS_BATCH = 20  # more ids in one call are refused
TIMELINE_PAGE = 40
TIMELINE_PAGES = 5
# Clocks of servers differ; a post that is a little older than our attempt can still be ours.
CLOCK_SLACK = timedelta(minutes=2)


class MastodonNetwork(Network):
    name: ClassVar[str] = "mastodon"
    title: ClassVar[str] = "Mastodon"
    limits: ClassVar[Limits] = LIMITS
    capabilities: ClassVar[Capabilities] = CAPABILITIES
    connect_fields: ClassVar[tuple[ConnectField, ...]] = CONNECT_FIELDS
    connect_guide: ClassVar[tuple[str, ...]] = CONNECT_GUIDE
    connect_minutes: ClassVar[int] = 1
    connect_scopes: ClassVar[tuple[Scope, ...]] = signin.SCOPES
    registers_itself: ClassVar[bool] = True

    _has_batches = True

    @cached_property
    def client(self) -> MastodonClient:
        return MastodonClient(self.transport, self.credentials, self.server_url)

    # Connecting

    @classmethod
    def app_server(cls, form: Mapping[str, str]) -> str:
        return "" if form.get("access_token", "").strip() else signin.server_of(form.get("server_url", ""))

    @classmethod
    def register_app(cls, form: Mapping[str, str], transport: Transport) -> Mapping[str, str]:
        return signin.register(transport, signin.server_of(form.get("server_url", "")), form["redirect_uri"])

    @classmethod
    def begin(cls, form: Mapping[str, str], transport: Transport) -> Connected | Redirect:
        server, token = signin.server_of(form.get("server_url", "")), form.get("access_token", "").strip()
        if token:
            try:
                return cls._connected(server, {"access_token": token, "scope": ""}, transport)
            except AuthExpired:
                raise Invalid(f"{server} does not accept this token.", "access_token") from None
        is_as_registered = form.get("registered_redirect_uri") == form.get("redirect_uri") and (
            form.get("registered_scopes") == signin.scope_names()
        )
        if not is_as_registered or not signin.is_known(transport, server, form):
            raise AppRefused(f"{server} does not know Livingroom any more.", "server_url")
        return signin.authorize(server, form, form["redirect_uri"])

    @classmethod
    def finish(cls, params: Mapping[str, str], state: str, transport: Transport) -> Connected:
        return cls._connected(params["server_url"], signin.trade(transport, params), transport)

    @classmethod
    def _connected(cls, server: str, secrets: Mapping[str, str], transport: Transport) -> Connected:
        store = CredentialsInMemory(secrets)
        account = cls(transport=transport, credentials=store, server_url=server, account_id="").check()
        return Connected(account, server, secrets)

    def refresh(self) -> None:
        """Mastodon's tokens do not end by themselves."""

    def check(self) -> AccountInfo:
        account = self.client.one("/api/v1/accounts/verify_credentials", "read:accounts")
        if self.account_id and str(account.get("id")) != self.account_id:
            raise SpecDrift("Mastodon's account is not ours.")
        return records.account_info(account, self._scopes(), records.limits_of(self._instance()))

    def _scopes(self) -> frozenset[str] | None:
        return signin.held(str(self.credentials.load().get("scope", "")))

    def _instance(self) -> Body:
        """How the server describes itself; one that knows neither version gets the usual limits."""
        for version in ("v2", "v1"):
            with suppress(Gone, Invalid, Forbidden, SpecDrift):
                return self.client.one(f"/api/{version}/instance", "")
        return {}

    # Before sending

    @classmethod
    def render(cls, draft: Draft, link: str = "", limits: Limits | None = None) -> list[Rendered]:
        return render(draft, link, limits or LIMITS)

    # Writing

    def publish(self, rendered: Rendered, key: str) -> Published:
        return self._post(rendered, key, rendered.text, {})

    def reply(self, to: Ref, rendered: Rendered, key: str) -> Published:
        # Servers take an answer to nothing for a new post: so look first.
        parent = self._status(to)
        more: Body = {"in_reply_to_id": to.id}
        if parent.get("visibility") in ("private", "direct"):
            more["visibility"] = parent["visibility"]  # what was said to us alone is answered to them alone
        return self._post(rendered, key, self._addressed(rendered.text, parent), more)

    def find_published(self, rendered: Rendered, key: str, since: datetime) -> Published | None:
        """Look through our own timeline: Mastodon does not tell under which key a post was made."""
        older: dict[str, str] = {}
        for _ in range(TIMELINE_PAGES):
            path = f"/api/v1/accounts/{self.account_id}/statuses"
            rows = self.client.many(
                path, "read:statuses", limit=TIMELINE_PAGE, exclude_reblogs="true", **older
            )
            for status in rows:
                if records.moment(status.get("created_at")) < since - CLOCK_SLACK:
                    return None
                if records.says(status, rendered):
                    return records.published(status, key)
            if not rows:
                return None
            older = {"max_id": str(rows[-1]["id"])}
        return None

    def edit(self, ref: Ref, rendered: Rendered) -> Published:
        # What an edit does not name is taken away: pictures that stand must be named again.
        standing = self._status(ref)
        kept = [str(media["id"]) for media in standing.get("media_attachments") or []]
        body = self._body(rendered, rendered.text) | {"media_ids": self._upload(rendered.images) or kept}
        return self._written(
            self.client.write("PUT", f"/api/v1/statuses/{ref.id}", "write:statuses", body), ""
        )

    def delete(self, ref: Ref) -> None:
        try:
            self.client.write("DELETE", f"/api/v1/statuses/{ref.id}", "write:statuses")
        except Gone:
            # Either the post is gone, or the server (snac2) does not know this way of deleting: never say it is, unseen.
            if self._stands(ref):
                raise Forbidden(f"{self.server_url} deletes posts on its own pages only.", "delete") from None

    def react(self, ref: Ref) -> None:
        self.client.write("POST", f"/api/v1/statuses/{ref.id}/favourite", "write:favourites")

    def _post(self, rendered: Rendered, key: str, text: str, more: Body) -> Published:
        body = self._body(rendered, text) | {"visibility": "public"} | more
        if rendered.images:
            body["media_ids"] = self._upload(rendered.images)
        answer = self.client.write(
            "POST", "/api/v1/statuses", "write:statuses", body, {"Idempotency-Key": key}
        )
        return self._written(answer, key)

    def _body(self, rendered: Rendered, text: str) -> Body:
        body: Body = {"status": text}
        if rendered.language:
            body["language"] = rendered.language.split("-")[0]  # ISO 639-1
        return body

    def _upload(self, images: Sequence[Image]) -> list[str]:
        return [self.client.upload(image.content, image.media_type, image.alt) for image in images]

    def _written(self, status: Body, key: str) -> Published:
        try:
            return records.published(status, key)
        except SpecDrift as error:
            raise OutcomeUnknown(error.text) from None

    def _addressed(self, text: str, parent: Body) -> str:
        """Only who is mentioned hears of an answer; answering ourselves needs no mention."""
        author = parent.get("account") or {}
        name = str(author.get("acct") or "")
        if not name or str(author.get("id")) == self.account_id or f"@{name}".lower() in text.lower():
            return text
        return f"@{name} {text}"

    # Reading

    def poll(self, stream: Stream, cursor: str = "") -> Page:
        if stream == "search":
            return polling.followed_tags(self.client, cursor)
        return polling.notifications(self.client, stream, cursor, self.account_id)

    def search_words(self, ways: Sequence[tuple[str, ...]], cursor: str = "") -> Page:
        """Posts that have all words of one of the ways, a page a call; by hashtag where the server searches no texts."""
        return searching.search_posts(self.client, ways, cursor, self.transport.now())

    def followers(self, cursor: str = "") -> Followers:
        return read_followers(self.client, self.account_id, cursor)

    def thread(self, ref: Ref) -> list[ThreadPost]:
        return [records.thread_post(each) for each in threads.read_thread(self.client, self._status(ref))]

    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]:
        found: dict[str, Body] = {}
        for start in range(0, len(refs), METRICS_BATCH):
            found |= self._statuses([ref.id for ref in refs[start : start + METRICS_BATCH]])
        return [
            records.metrics_of(ref, found[ref.id]) if ref.id in found else Metrics(ref, gone=True)
            for ref in refs
        ]

    def _statuses(self, ids: list[str]) -> dict[str, Body]:
        """Many posts in one call, or one by one where the server is older than 4.3."""
        if self._has_batches:
            try:
                rows = self.client.many("/api/v1/statuses", "read:statuses", **{"id[]": ids})
                return {str(row.get("id")): row for row in rows}
            except (Gone, Invalid, SpecDrift):
                self._has_batches = False
        found = {}
        for number in ids:
            with suppress(Gone):
                found[number] = self._status(Ref(number))
        return found

    def _stands(self, ref: Ref) -> bool:
        try:
            self._status(ref)
        except Gone:
            return False
        return True

    def _status(self, ref: Ref) -> Body:
        status = self.client.one(f"/api/v1/statuses/{ref.id}", "read:statuses")
        if str(status.get("id")) != ref.id:
            raise SpecDrift("Mastodon answered with another post than the one asked for.")
        return status
