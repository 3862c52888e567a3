"""An Instagram account, through the Facebook page it belongs to and the owner's own Meta app."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, ClassVar

from livingroom.networks.connecting import Choices, Scope
from livingroom.networks.errors import Forbidden, Gone, SpecDrift, Unavailable
from livingroom.networks.facebook import signin, webhooks
from livingroom.networks.facebook.client import GraphClient, written_id
from livingroom.networks.facebook.polling import walk
from livingroom.networks.instagram import posts
from livingroom.networks.instagram.client import InstagramClient
from livingroom.networks.instagram.containers import KEPT_FOR, recall, remember
from livingroom.networks.instagram.guide import APP_GUIDE, CONNECT_GUIDE, SCOPES, WHY_NOT
from livingroom.networks.instagram.reading import COMMENTS, AccountReader
from livingroom.networks.instagram.render import LIMITS, render
from livingroom.networks.interface import (
    AccountInfo,
    Capabilities,
    Connected,
    ConnectField,
    Cost,
    Draft,
    Event,
    Limits,
    Metrics,
    Network,
    Page,
    Published,
    Redirect,
    Ref,
    Rendered,
    Stream,
    ThreadPost,
)
from livingroom.networks.prices import price_of_post
from livingroom.networks.transport import Transport

Body = dict[str, Any]
ACCOUNT_FIELDS = "id,username,name,followers_count,media_count"


class InstagramNetwork(Network):
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
    app_fields: ClassVar[tuple[ConnectField, ...]] = signin.APP_FIELDS
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
    connect_review: ClassVar[str] = "No review, as long as the people who connect have a role on the app."
    connect_scopes: ClassVar[tuple[Scope, ...]] = SCOPES

    @cached_property
    def client(self) -> GraphClient:
        return GraphClient(self.transport, self.credentials)

    @cached_property
    def publisher(self) -> InstagramClient:
        return InstagramClient(self.client, self.transport, self.account_id)

    @cached_property
    def reader(self) -> AccountReader:
        return AccountReader(self.client, self.account_id)

    # Connecting

    @classmethod
    def begin(cls, form: Mapping[str, str], transport: Transport) -> Connected | Redirect:
        if not form.get("user_token", "").strip():
            return signin.begin_signing_in(form, SCOPES)
        accounts = cls._accounts(signin.take_token(form, transport), transport)
        return signin.the_one_meant(accounts, form.get("account", "").strip().lstrip("@"), "account")

    @classmethod
    def finish(cls, params: Mapping[str, str], state: str, transport: Transport) -> Connected | Choices:
        accounts = cls._accounts(signin.trade_code(params, transport), transport)
        nothing = "None of your pages has a professional Instagram account linked to it, or you allowed none of them."
        return signin.one_or_many(accounts, nothing)

    @classmethod
    def _accounts(cls, secrets: Mapping[str, str], transport: Transport) -> list[Connected]:
        scopes = signin.rights_of(transport, secrets, SCOPES)
        pages = signin.pages_of(transport, secrets, f"instagram_business_account{{{ACCOUNT_FIELDS}}}")
        return [
            cls._connected(page, {**secrets, "scopes": scopes}, transport)
            for page in pages
            if page.get("instagram_business_account")
        ]

    @classmethod
    def _connected(cls, page: Body, secrets: Mapping[str, str], transport: Transport) -> Connected:
        account = _account(page["instagram_business_account"], frozenset(secrets["scopes"].split()))
        kept = {**signin.with_page(transport, secrets, page), "username": account.handle}
        return Connected(account, signin.GRAPH, kept, signin.expiry_of(kept))

    def refresh(self) -> None:
        self.client.refresh()

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

    @classmethod
    def estimate(cls, rendered: Rendered) -> Cost:
        return price_of_post(cls.name, has_link=bool(rendered.link))

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

    def poll(self, stream: Stream, cursor: str = "") -> Page:
        ask = self.reader.comments if stream == "replies" else self.reader.mentions
        return walk(ask, cursor, self.transport.now())

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

    def thread(self, ref: Ref) -> list[ThreadPost]:
        return self.reader.thread(ref)

    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]:
        return self.reader.metrics(refs)


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
