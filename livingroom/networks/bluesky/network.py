"""Bluesky: a real network that anyone can join with an app password."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from livingroom.networks.bluesky import records
from livingroom.networks.bluesky.client import BlueskyClient, Occupied, create_session, explain
from livingroom.networks.bluesky.keys import record_key
from livingroom.networks.bluesky.polling import PAGE_SIZE, walk
from livingroom.networks.bluesky.render import LIMITS, render
from livingroom.networks.bluesky.searching import search_posts
from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.errors import AuthExpired, Forbidden, Gone, Invalid, OutcomeUnknown, SpecDrift
from livingroom.networks.interface import (
    AccountInfo,
    Capabilities,
    Connected,
    ConnectField,
    Draft,
    Followers,
    Limits,
    Metrics,
    Network,
    Page,
    Published,
    Ref,
    Rendered,
    Stream,
    ThreadPost,
)
from livingroom.networks.transport import Transport

Body = dict[str, Any]
SERVER = "https://bsky.social"
METRICS_BATCH = 25
APP_PASSWORD = re.compile(r"[a-z2-7]{4}(-[a-z2-7]{4}){3}")


class BlueskyNetwork(Network):
    name: ClassVar[str] = "bluesky"
    title: ClassVar[str] = "Bluesky"
    limits: ClassVar[Limits] = LIMITS
    capabilities: ClassVar[Capabilities] = Capabilities(
        streams=frozenset({"replies", "mentions", "reactions", "followers"}),
        own_key=True,
        images=True,
        follower_names=True,
        why_not={
            "edit": "Bluesky knows no edits: delete the post and write it again.",
            "hide": "Bluesky hides answers by a thread gate, which Livingroom does not write.",
            "webhook": "Bluesky sends nothing by itself; Livingroom asks.",
        },
    )
    connect_fields: ClassVar[tuple[ConnectField, ...]] = (
        ConnectField("handle", "Handle", "As people see it, such as shop.bsky.social."),
        ConnectField(
            "app_password", "App password", "Four groups of four, not your main password.", secret=True
        ),
        ConnectField(
            "server_url", "Server", "Change it only if your account lives elsewhere.", initial=SERVER
        ),
    )
    connect_minutes: ClassVar[int] = 2
    connect_guide: ClassVar[tuple[str, ...]] = (
        "On bsky.app, signed in as the brand, open Settings, Privacy and security, App passwords.",
        "Add one, name it Livingroom, and copy it: it is shown once. Direct messages need not be allowed.",
        "Paste it here with the handle. Two minutes, free of charge, no review.",
    )

    @cached_property
    def client(self) -> BlueskyClient:
        return BlueskyClient(self.transport, self.credentials, self.server_url)

    @classmethod
    def begin(cls, form: Mapping[str, str], transport: Transport) -> Connected:
        handle = form.get("handle", "").strip().lstrip("@").lower()
        password = form.get("app_password", "").strip()
        server_url = (form.get("server_url", "").strip() or SERVER).rstrip("/")
        if "." not in handle:
            raise Invalid("A handle has a dot in it, such as shop.bsky.social.", "handle")
        if not APP_PASSWORD.fullmatch(password):
            raise Invalid(
                "An app password looks like abcd-efgh-ijkl-mnop. Do not use your main password.",
                "app_password",
            )
        transport.explain = explain
        try:
            secrets = create_session(transport, server_url, handle, password)
        except (AuthExpired, Forbidden):
            raise Invalid(
                f"{server_url} does not accept this handle and app password.", "app_password"
            ) from None
        # The handle may change hands; the DID never does.
        secrets["identifier"] = secrets["did"]
        account = cls(
            transport=transport,
            credentials=CredentialsInMemory(secrets),
            server_url=server_url,
            account_id=secrets["did"],
        )
        return Connected(account.check(), server_url, secrets)

    def refresh(self) -> None:
        self.client.refresh()

    def check(self) -> AccountInfo:
        session = self.client.query("com.atproto.server.getSession", {})
        handle = str(session.get("handle") or "")
        if session.get("did") != self.account_id or not handle:
            raise SpecDrift("Bluesky's session is not ours.")
        if session.get("active") is False:
            raise Forbidden(f"The account is {session.get('status') or 'not active'} on Bluesky.", "active")
        profile = self._profile()
        return AccountInfo(
            account_id=self.account_id,
            handle=handle,
            name=str(profile.get("displayName") or handle),
            url=f"https://bsky.app/profile/{handle}",
            followers=int(profile.get("followersCount") or 0),
            n_posts=int(profile.get("postsCount") or 0),
        )

    def _profile(self) -> Body:
        """What others see of us. A new account is not in the view for some seconds: then nobody follows it yet."""
        try:
            return self.client.query("app.bsky.actor.getProfile", {"actor": self.account_id})
        except (Invalid, Gone):
            return {}

    @classmethod
    def render(cls, draft: Draft, link: str = "", limits: Limits | None = None) -> list[Rendered]:
        return render(draft, link, limits or LIMITS)

    def publish(self, rendered: Rendered, key: str) -> Published:
        return self._put_post(rendered, key, reply=None)

    def reply(self, to: Ref, rendered: Rendered, key: str) -> Published:
        return self._put_post(rendered, key, reply=self._reply_to(to))

    def find_published(self, rendered: Rendered, key: str, since: datetime) -> Published | None:
        params = {"repo": self.account_id, "collection": records.POST, "rkey": record_key(key)}
        try:
            body = self.client.query("com.atproto.repo.getRecord", params)
        except Gone:
            return None
        return Published(
            records.ref_of(body), records.moment((body.get("value") or {}).get("createdAt")), key
        )

    def delete(self, ref: Ref) -> None:
        repository, collection, key = records.split_uri(ref.id)
        if repository != self.account_id:
            raise Forbidden("Only our own posts can be deleted.", "delete")
        self.client.procedure(
            "com.atproto.repo.deleteRecord", {"repo": repository, "collection": collection, "rkey": key}
        )

    def react(self, ref: Ref) -> None:
        at = self.transport.now()
        with suppress(Occupied):
            self._put(
                records.LIKE, record_key(f"like {ref.id}"), records.like_record(self._with_version(ref), at)
            )

    def poll(self, stream: Stream, cursor: str = "") -> Page:
        def ask(page: str) -> Body:
            params: Body = {"limit": PAGE_SIZE, "reasons": list(records.STREAM_REASONS[stream])}
            return self.client.query(
                "app.bsky.notification.listNotifications", params | ({"cursor": page} if page else {})
            )

        return walk(ask, stream, cursor)

    def search_words(self, ways: Sequence[tuple[str, ...]], cursor: str = "") -> Page:
        """Posts that have all words of one of the ways, a page a call."""
        return search_posts(self.client, ways, cursor, self.transport.now())

    def followers(self, cursor: str = "") -> Followers:
        params: Body = {"actor": self.account_id, "limit": PAGE_SIZE} | ({"cursor": cursor} if cursor else {})
        body = self.client.query("app.bsky.graph.getFollowers", params)
        found = body.get("followers")
        if not isinstance(found, list) or not all(isinstance(row, dict) and row.get("did") for row in found):
            raise SpecDrift("Bluesky's followers are no list of accounts.")
        # A handle may change hands; the DID is the person, on whichever server.
        return Followers(tuple(str(row["did"]) for row in found), str(body.get("cursor") or ""))

    def thread(self, ref: Ref) -> list[ThreadPost]:
        body = self.client.query(
            "app.bsky.feed.getPostThread", {"uri": ref.id, "depth": 10, "parentHeight": 20}
        )
        node = body.get("thread")
        if not isinstance(node, dict):
            raise SpecDrift("Bluesky's thread is no thread.")
        if "post" not in node:
            raise Gone("This post is no longer on Bluesky.")
        return records.thread_posts(node)

    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]:
        counted: dict[str, Metrics] = {}
        for start in range(0, len(refs), METRICS_BATCH):
            for view in self._posts([ref.id for ref in refs[start : start + METRICS_BATCH]]):
                counted[str(view.get("uri"))] = records.metrics_of(view)
        return [counted.get(ref.id, Metrics(ref, gone=True)) for ref in refs]

    # How a write is built

    def _put_post(self, rendered: Rendered, key: str, reply: Body | None) -> Published:
        at = self.transport.now()
        thumb = None
        if rendered.card and rendered.card.image:
            thumb = self.client.upload(rendered.card.image.content, rendered.card.image.media_type)
        pictures = [self.client.upload(image.content, image.media_type) for image in rendered.images]
        record = records.post_record(
            rendered, dids=self._dids(rendered), at=at, thumb=thumb, reply=reply, pictures=pictures
        )
        try:
            return Published(self._put(records.POST, record_key(key), record), at, key)
        except Occupied:
            found = self.find_published(rendered, key, at)
            if found is None:
                raise OutcomeUnknown("Bluesky says that the post is there and does not show it.") from None
            return found

    def _put(self, collection: str, key: str, record: Body) -> Ref:
        # With swapRecord null the server writes only if there is nothing under this key yet, and says so otherwise;
        # createRecord answers the same with an error 500.
        body: Body = {"repo": self.account_id, "collection": collection, "rkey": key, "record": record}
        answer = self.client.procedure("com.atproto.repo.putRecord", body | {"swapRecord": None})
        try:
            return records.ref_of(answer)
        except SpecDrift as error:
            raise OutcomeUnknown(error.text) from None

    def _dids(self, rendered: Rendered) -> dict[str, str]:
        dids = {}
        for handle in {facet.value for facet in rendered.facets if facet.kind == "mention"}:
            try:
                dids[handle] = str(
                    self.client.query("com.atproto.identity.resolveHandle", {"handle": handle})["did"]
                )
            except (Invalid, Gone):
                continue  # nobody has this handle: it stays plain text
        return dids

    def _reply_to(self, to: Ref) -> Body:
        """Parent and root of an answer. Our own parent is read from our repository: the view may lag behind it."""
        if records.split_uri(to.id)[0] == self.account_id:
            repository, collection, key = records.split_uri(to.id)
            params = {"repo": repository, "collection": collection, "rkey": key}
            body = self.client.query("com.atproto.repo.getRecord", params)
            record = body.get("value") or {}
        else:
            body = self._post(to)
            record = body.get("record") or {}
        parent = records.strong_ref(records.ref_of(body))
        return {"root": (record.get("reply") or {}).get("root") or parent, "parent": parent}

    def _with_version(self, ref: Ref) -> Ref:
        return ref if ref.version else records.ref_of(self._post(ref))

    def _post(self, ref: Ref) -> Body:
        found = self._posts([ref.id])
        if not found:
            raise Gone("This post is no longer on Bluesky.")
        return found[0]

    def _posts(self, uris: list[str]) -> list[Body]:
        posts = self.client.query("app.bsky.feed.getPosts", {"uris": uris}).get("posts")
        if not isinstance(posts, list):
            raise SpecDrift("Bluesky's posts are not a list.")
        return posts
