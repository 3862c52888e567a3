"""YouTube: the comments under a channel's videos, and the channel's figures."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from livingroom.networks.credentials import CredentialsInMemory
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
    Stream,
    ThreadPost,
)
from livingroom.networks.newest_first import walk
from livingroom.networks.transport import Transport
from livingroom.networks.youtube import comments, guide
from livingroom.networks.youtube.client import YouTubeClient
from livingroom.networks.youtube.reading import Reading
from livingroom.networks.youtube.render import LIMITS, render
from livingroom.networks.youtube.signin import begin_signing_in, trade_code

Body = dict[str, Any]
SERVER_URL = "https://www.youtube.com"


class YouTubeNetwork(Network):
    name: ClassVar[str] = "youtube"
    title: ClassVar[str] = "YouTube"
    limits: ClassVar[Limits] = LIMITS
    capabilities: ClassVar[Capabilities] = guide.CAPABILITIES
    connect_fields: ClassVar[tuple[ConnectField, ...]] = guide.FIELDS
    connect_guide: ClassVar[tuple[str, ...]] = guide.GUIDE
    connect_minutes: ClassVar[int] = 12
    connect_price: ClassVar[str] = "Free of charge: 10,000 units a day; an answer takes 50, a look 1."
    connect_review: ClassVar[str] = (
        "Nobody's review for your own channels; Google warns once that it has not checked the app."
    )
    connect_scopes: ClassVar[tuple[Scope, ...]] = guide.SCOPES
    app_fields: ClassVar[tuple[ConnectField, ...]] = guide.APP_FIELDS
    app_guide: ClassVar[tuple[str, ...]] = guide.APP_GUIDE

    @cached_property
    def client(self) -> YouTubeClient:
        return YouTubeClient(self.transport, self.credentials)

    @cached_property
    def reading(self) -> Reading:
        return Reading(self.client, self.account_id)

    @classmethod
    def begin(cls, form: Mapping[str, str], transport: Transport) -> Redirect:
        return begin_signing_in(form, {"channel": form.get("channel", "").strip()})

    @classmethod
    def finish(cls, params: Mapping[str, str], state: str, transport: Transport) -> Connected:
        secrets = trade_code(params, transport)
        account = cls(
            transport=transport,
            credentials=CredentialsInMemory(secrets),
            server_url=SERVER_URL,
            account_id="",
        )
        found = account.who()
        wanted = params.get("channel", "").lstrip("@").lower()
        if wanted and wanted not in (found.handle.lstrip("@").lower(), found.account_id.lower()):
            raise Invalid(f"On Google's page {found.handle} was chosen, not {params['channel']}.", "channel")
        return Connected(found, SERVER_URL, secrets)

    def refresh(self) -> None:
        self.client.refresh()

    def who(self) -> AccountInfo:
        items = self.client.read("channels", {"part": "snippet,statistics", "mine": "true"}).get("items")
        if items is None or not isinstance(items, list):
            raise SpecDrift("YouTube's channels are not a list.")
        if not items:
            raise Invalid(
                "This Google account has no channel; choose the brand's on Google's page.", "channel"
            )
        channel = items[0]
        snippet, counts = channel.get("snippet") or {}, channel.get("statistics") or {}
        handle = str(snippet.get("customUrl") or snippet.get("title") or channel["id"])
        return AccountInfo(
            account_id=str(channel["id"]),
            handle=handle,
            name=str(snippet.get("title") or handle),
            url=f"{SERVER_URL}/channel/{channel['id']}",
            followers=int(counts.get("subscriberCount") or 0),
            n_posts=int(counts.get("videoCount") or 0),
            scopes=self.client.scopes(),
        )

    def check(self) -> AccountInfo:
        account = self.who()
        if account.account_id != self.account_id:
            raise AuthExpired("The Google account now stands on another channel; connect this one again.")
        return account

    @classmethod
    def render(cls, draft: Draft, link: str = "", limits: Limits | None = None) -> list[Rendered]:
        return render(draft, link, limits or LIMITS)

    def publish(self, rendered: Rendered, key: str) -> Published:
        raise Forbidden(self.capabilities.why_not["publish"], "publish")

    def reply(self, to: Ref, rendered: Rendered, key: str) -> Published:
        """Answer a comment, or comment on a video. An answer to an answer stands in the same thread."""
        if comments.is_video(to):
            top = {"snippet": {"textOriginal": rendered.text}}
            body: Body = {"snippet": {"videoId": to.id, "topLevelComment": top}}
            thread = self.client.write("POST", "commentThreads", {"part": "snippet"}, body)
            return self._written(lambda: comments.top_of(thread), key)
        body = {"snippet": {"parentId": comments.thread_of(to), "textOriginal": rendered.text}}
        comment = self.client.write("POST", "comments", {"part": "snippet"}, body)
        return self._written(lambda: comment, key)

    def find_published(self, rendered: Rendered, key: str, since: datetime) -> Published | None:
        found = self.reading.ours_like(rendered.text, since)
        return self._written(lambda: found, key) if found else None

    def edit(self, ref: Ref, rendered: Rendered) -> Published:
        body = {"id": ref.id, "snippet": {"textOriginal": rendered.text}}
        comment = self.client.write("PUT", "comments", {"part": "snippet"}, body)
        return self._written(lambda: comment, "")

    def delete(self, ref: Ref) -> None:
        if comments.is_video(ref):
            raise Forbidden("Livingroom takes down comments of ours, never a video.", "delete")
        with suppress(Gone):
            self.client.write("DELETE", "comments", {"id": ref.id})

    def hide(self, ref: Ref) -> None:
        self.client.write(
            "POST", "comments/setModerationStatus", {"id": ref.id, "moderationStatus": "rejected"}
        )

    def react(self, ref: Ref) -> None:
        raise Forbidden(self.capabilities.why_not["react"], "react")

    def poll(self, stream: Stream, cursor: str = "") -> Page:
        return walk(self.reading.comments if stream == "comments" else self.reading.answers, cursor)

    def thread(self, ref: Ref) -> list[ThreadPost]:
        if comments.is_video(ref):
            return self.reading.under_video(ref)
        return self.reading.thread(comments.thread_of(ref))

    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]:
        return self.reading.metrics(refs)

    def _written(self, comment_of: Callable[[], Body], key: str) -> Published:
        """An answer to a write that we cannot read does not say that nothing was written."""
        try:
            comment = comment_of()
            at = comments.moment(comments.snippet_of(comment).get("publishedAt"))
            return Published(comments.comment_ref(comment), at, key)
        except SpecDrift as error:
            raise OutcomeUnknown(error.text) from None
