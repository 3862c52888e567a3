"""A Facebook page, through the owner's own Meta app."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from livingroom.networks.connecting import Scope
from livingroom.networks.errors import Gone, SpecDrift
from livingroom.networks.facebook import posts, signin, webhooks
from livingroom.networks.facebook.account import GraphAccount
from livingroom.networks.facebook.client import written_id
from livingroom.networks.facebook.guide import APP_GUIDE, CONNECT_GUIDE, SCOPES, WHY_NOT
from livingroom.networks.facebook.problems import Duplicate
from livingroom.networks.facebook.reading import PageReader
from livingroom.networks.facebook.render import LIMITS, render
from livingroom.networks.interface import (
    AccountInfo,
    Capabilities,
    ConnectField,
    Draft,
    Image,
    Limits,
    Page,
    Published,
    Ref,
    Rendered,
)

Body = dict[str, Any]
PAGE_FIELDS = "id,name,username,link,followers_count"


class FacebookNetwork(GraphAccount):
    name: ClassVar[str] = "facebook"
    title: ClassVar[str] = "Facebook"
    limits: ClassVar[Limits] = LIMITS
    capabilities: ClassVar[Capabilities] = Capabilities(
        streams=frozenset({"replies", "mentions"}),
        edit=True,
        hide=True,
        images=True,
        webhook=True,
        why_not=WHY_NOT,
    )
    app_guide: ClassVar[tuple[str, ...]] = APP_GUIDE
    connect_fields: ClassVar[tuple[ConnectField, ...]] = (
        signin.USER_TOKEN,
        ConnectField(
            "page",
            "Page",
            "Name or number; only with a token, and only if there are several.",
            required=False,
        ),
    )
    connect_guide: ClassVar[tuple[str, ...]] = CONNECT_GUIDE
    connect_minutes: ClassVar[int] = 15
    connect_scopes: ClassVar[tuple[Scope, ...]] = SCOPES
    meant_by: ClassVar[str] = "page"
    page_fields: ClassVar[str] = PAGE_FIELDS
    none_found: ClassVar[str] = "You look after no page on Facebook, or allowed none of them."

    @cached_property
    def reader(self) -> PageReader:
        return PageReader(self.client, self.account_id)

    @property
    def account_reader(self) -> PageReader:
        return self.reader

    # Connecting

    @classmethod
    def account_on(cls, page: Body, scopes: frozenset[str]) -> AccountInfo:
        return _account(page, scopes)

    def check(self) -> AccountInfo:
        page = self.client.read(
            self.account_id,
            {"fields": f"{PAGE_FIELDS},published_posts.limit(0).summary(true)"},
            scope="pages_read_engagement",
        )
        account = _account(page, self.client.scopes())
        if account.account_id != self.account_id:
            raise SpecDrift("Facebook's token is for another page.")
        return account

    # Before sending

    @classmethod
    def render(cls, draft: Draft, link: str = "", limits: Limits | None = None) -> list[Rendered]:
        return render(draft, link, limits or LIMITS)

    # Writing

    def publish(self, rendered: Rendered, key: str) -> Published:
        form = {"message": rendered.text}
        if rendered.images:
            pictures = [{"media_fbid": self._upload(image)} for image in rendered.images]
            form["attached_media"] = json.dumps(pictures)
        elif rendered.link:
            form["link"] = rendered.link
        try:
            body = self.client.write("POST", f"{self.account_id}/feed", form, scope="pages_manage_posts")
        except Duplicate:
            found = self._already_there(rendered, key)
            if found is None:
                raise
            return found
        return self._published(body, key)

    def reply(self, to: Ref, rendered: Rendered, key: str) -> Published:
        text = rendered.text
        if rendered.link and rendered.link not in text:
            text = f"{text}\n{rendered.link}"
        body = self.client.write(
            "POST", f"{to.id}/comments", {"message": text}, scope="pages_manage_engagement"
        )
        return self._published(body, key)

    def find_published(self, rendered: Rendered, key: str, since: datetime) -> Published | None:
        """Facebook has no keys of ours: look for our link among our own posts and comments, or for the very words."""
        found = self.reader.find(rendered, since)
        return Published(posts.ref_of(found), posts.moment_of(found), key) if found else None

    def edit(self, ref: Ref, rendered: Rendered) -> Published:
        """A post keeps its card and its pictures; only the words change."""
        self.client.write("POST", ref.id, {"message": rendered.text}, scope="pages_manage_posts")
        return Published(ref, self.transport.now(), "")

    def delete(self, ref: Ref) -> None:
        try:
            self.client.write("DELETE", ref.id, scope="pages_manage_posts")
        except Gone:
            return

    def react(self, ref: Ref) -> None:
        self.client.write("POST", f"{ref.id}/likes", scope="pages_manage_engagement")

    def hide(self, ref: Ref) -> None:
        self.client.write("POST", ref.id, {"is_hidden": "true"}, scope="pages_manage_engagement")

    def _upload(self, image: Image) -> str:
        form = {"published": "false", "alt_text_custom": image.alt}
        return self.client.prepare(
            f"{self.account_id}/photos",
            {name: value for name, value in form.items() if value},
            scope="pages_manage_posts",
            files={"source": ("picture", image.content, image.media_type)},
        )

    def _published(self, body: Body, key: str) -> Published:
        name = written_id(body)
        return Published(Ref(name, "", f"https://www.facebook.com/{name}"), self.transport.now(), key)

    def _already_there(self, rendered: Rendered, key: str) -> Published | None:
        """Our own post, if the same words can only be ours: a link belongs to one placement."""
        if not rendered.link:
            return None
        return self.find_published(rendered, key, self.transport.now().replace(hour=0, minute=0, second=0))

    # Reading

    def receive(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Page:
        told = webhooks.signed_body(headers, body, self.client.load().get("app_secret", ""))
        return Page(tuple(webhooks.page_events(told, self.account_id)), "")

    def subscribe(self) -> None:
        """Have Meta tell us of comments and mentions on this page, once the app has a webhook."""
        fields = {"subscribed_fields": "feed,mention"}
        self.client.write("POST", f"{self.account_id}/subscribed_apps", fields, scope="pages_manage_metadata")

    def daily_figures(self, since: datetime, until: datetime) -> dict[str, list[tuple[datetime, int]]]:
        """How often the page's things were seen and how many follow it, day by day."""
        return self.reader.daily_figures(since, until)


def _account(page: Body, scopes: frozenset[str]) -> AccountInfo:
    try:
        summary = (page.get("published_posts") or {}).get("summary") or {}
        return AccountInfo(
            account_id=str(page["id"]),
            handle=str(page.get("username") or page["name"]),
            name=str(page["name"]),
            url=str(page.get("link") or f"https://www.facebook.com/{page['id']}"),
            followers=int(page.get("followers_count") or 0),
            n_posts=int(summary.get("total_count") or 0),
            scopes=scopes,
        )
    except KeyError as error:
        raise SpecDrift(f"Facebook's page has no {error}.") from None
