"""An Instagram account, through the Facebook page it belongs to and the owner's own Meta app."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, ClassVar

from livingroom.networks.connecting import Scope
from livingroom.networks.errors import Forbidden, Gone, SpecDrift, Unavailable
from livingroom.networks.facebook import signin, webhooks
from livingroom.networks.facebook.account import GraphAccount
from livingroom.networks.facebook.client import written_id
from livingroom.networks.instagram import posts
from livingroom.networks.instagram.client import InstagramClient
from livingroom.networks.instagram.containers import KEPT_FOR, recall, remember
from livingroom.networks.instagram.guide import APP_GUIDE, CONNECT_GUIDE, SCOPES, WHY_NOT
from livingroom.networks.instagram.reading import COMMENTS, AccountReader
from livingroom.networks.instagram.render import LIMITS, render
from livingroom.networks.interface import (
    AccountInfo,
    Capabilities,
    ConnectField,
    Draft,
    Event,
    Limits,
    Page,
    Published,
    Ref,
    Rendered,
)

Body = dict[str, Any]
ACCOUNT_FIELDS = "id,username,name,followers_count,media_count"


class InstagramNetwork(GraphAccount):
    name: ClassVar[str] = "instagram"
    title: ClassVar[str] = "Instagram"
    limits: ClassVar[Limits] = LIMITS
    capabilities: ClassVar[Capabilities] = Capabilities(
        streams=frozenset({"replies", "mentions"}),
        react=False,
        hide=True,
        card=False,
        images=True,
        webhook=True,
        why_not=WHY_NOT,
    )
    app_guide: ClassVar[tuple[str, ...]] = APP_GUIDE
    connect_fields: ClassVar[tuple[ConnectField, ...]] = (
        signin.USER_TOKEN,
        ConnectField(
            "account",
            "Account",
            "Its handle; only with a token, and only if there are several.",
            required=False,
        ),
    )
    connect_guide: ClassVar[tuple[str, ...]] = CONNECT_GUIDE
    connect_minutes: ClassVar[int] = 20
    connect_scopes: ClassVar[tuple[Scope, ...]] = SCOPES
    meant_by: ClassVar[str] = "account"
    page_fields: ClassVar[str] = f"instagram_business_account{{{ACCOUNT_FIELDS}}}"
    none_found: ClassVar[str] = (
        "None of your pages has a professional Instagram account linked to it, or you allowed none of them."
    )

    @cached_property
    def publisher(self) -> InstagramClient:
        return InstagramClient(self.client, self.transport, self.account_id)

    @cached_property
    def reader(self) -> AccountReader:
        return AccountReader(self.client, self.account_id)

    @property
    def account_reader(self) -> AccountReader:
        return self.reader

    # Connecting

    @classmethod
    def meant(cls, form: Mapping[str, str]) -> str:
        return form.get(cls.meant_by, "").strip().lstrip("@")

    @classmethod
    def account_on(cls, page: Body, scopes: frozenset[str]) -> AccountInfo | None:
        linked = page.get("instagram_business_account")
        return _account(linked, scopes) if linked else None

    @classmethod
    def kept_of(cls, account: AccountInfo) -> Mapping[str, str]:
        return {"username": account.handle}

    def check(self) -> AccountInfo:
        body = self.client.read(self.account_id, {"fields": ACCOUNT_FIELDS}, scope="instagram_basic")
        account = _account(body, self.client.scopes())
        if account.account_id != self.account_id:
            raise SpecDrift("Instagram's token is for another account.")
        return account

    # Before sending

    @classmethod
    def render(cls, draft: Draft, link: str = "", limits: Limits | None = None) -> list[Rendered]:
        return render(draft, link, limits or LIMITS)

    # Writing

    def publish(self, rendered: Rendered, key: str) -> Published:
        """A container that was made for this key before is used again: it cannot be published twice."""
        container = recall(self.credentials, key, rendered)
        status = self._status(container)
        if status == "PUBLISHED":
            return self._already_out(rendered, key)
        if status not in ("FINISHED", "IN_PROGRESS"):
            self.publisher.require_room()
            container = self.publisher.make_container(rendered)
            remember(self.credentials, key, container, rendered, self.transport.now())
        self.publisher.wait_for(container)
        media_id = self.publisher.publish_container(container)
        return Published(Ref(media_id), self.transport.now(), key)

    def reply(self, to: Ref, rendered: Rendered, key: str) -> Published:
        above, edge = (self.reader.parent_of(to), "replies") if posts.is_comment(to) else (to.id, "comments")
        body = self.client.write("POST", f"{above}/{edge}", {"message": rendered.text}, scope=COMMENTS)
        return Published(Ref(f"{posts.media_of(to)}_{written_id(body)}"), self.transport.now(), key)

    def find_published(self, rendered: Rendered, key: str, since: datetime) -> Published | None:
        """Ask the container that stands for this key; without one (an answer, an old post) look for link or words."""
        status = self._status(recall(self.credentials, key, rendered))
        if status not in ("", "PUBLISHED"):
            return None
        found = self.reader.find(rendered, since)
        return Published(found[0], found[1], key) if found else None

    def delete(self, ref: Ref) -> None:
        try:
            self.client.write("DELETE", posts.number_of(ref), scope="instagram_manage_contents")
        except Gone:
            return

    def react(self, ref: Ref) -> None:
        raise Forbidden(WHY_NOT["react"], "react")

    def hide(self, ref: Ref) -> None:
        self.client.write("POST", posts.number_of(ref), {"hide": "true"}, scope=COMMENTS)

    def _status(self, container: str) -> str:
        """What a container says of itself; empty where there is none (any more)."""
        try:
            return self.publisher.status_of(container) if container else ""
        except Gone:
            return ""

    def _already_out(self, rendered: Rendered, key: str) -> Published:
        """The post that a published container became. Raises Unavailable while Instagram does not list it."""
        found = self.reader.find(rendered, self.transport.now() - KEPT_FOR)
        if found is None:
            raise Unavailable("Instagram has published it and does not list it (yet).")
        return Published(found[0], found[1], key)

    # Reading

    def receive(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Page:
        told = webhooks.signed_body(headers, body, self.client.load().get("app_secret", ""))
        events: list[Event] = []
        for entry in told.get("entry") or []:
            at = datetime.fromtimestamp(int(entry.get("time") or now.timestamp()), UTC)
            for field, value in webhooks.changes_for({"entry": [entry]}, self.account_id):
                events += self._events_of(field, value, at)
        return Page(tuple(events), "")

    def subscribe(self) -> None:
        """Have Meta tell us of this account, once the app has a webhook: its page must be subscribed to something."""
        page, fields = self.client.load()["page_id"], {"subscribed_fields": "feed"}
        self.client.write("POST", f"{page}/subscribed_apps", fields, scope="pages_manage_metadata")

    def _events_of(self, field: str, value: Body, at: datetime) -> list[Event]:
        """Comments come with their words but without their time: the delivery's own stands for it."""
        if field == "mentions":
            return [self.reader.mention(value)]
        if field != "comments" or str((value.get("from") or {}).get("id", "")) == self.account_id:
            return []
        media_id = str((value.get("media") or {}).get("id", ""))
        row = {**value, "timestamp": at.isoformat()}
        return [posts.comment_event(row, media_id, str(value.get("parent_id") or ""))]


def _account(body: Body, scopes: frozenset[str]) -> AccountInfo:
    try:
        handle = str(body["username"])
        return AccountInfo(
            account_id=str(body["id"]),
            handle=handle,
            name=str(body.get("name") or handle),
            url=f"https://www.instagram.com/{handle}/",
            followers=int(body.get("followers_count") or 0),
            n_posts=int(body.get("media_count") or 0),
            scopes=scopes,
        )
    except KeyError as error:
        raise SpecDrift(f"Instagram's account has no {error}.") from None
