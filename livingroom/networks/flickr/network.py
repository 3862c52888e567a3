"""Flickr: pictures with words, and what people say under them."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.errors import Forbidden, Gone, Invalid, NetworkError, OutcomeUnknown, SpecDrift
from livingroom.networks.flickr import guide, photos
from livingroom.networks.flickr.client import FlickrClient
from livingroom.networks.flickr.reading import Reading
from livingroom.networks.flickr.render import LIMITS, render, tags_of
from livingroom.networks.flickr.signin import begin_signing_in, trade_verifier
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
from livingroom.networks.transport import Transport

SERVER_URL = "https://www.flickr.com"
# Between looks at a ticket: a photo is made in a second or two; what takes longer is settled by looking for it.
WAITS_SECONDS = (0.0, 0.5, 1.0, 2.0, 4.0)


class FlickrNetwork(Network):
    name: ClassVar[str] = "flickr"
    title: ClassVar[str] = "Flickr"
    limits: ClassVar[Limits] = LIMITS
    capabilities: ClassVar[Capabilities] = guide.CAPABILITIES
    connect_fields: ClassVar[tuple[ConnectField, ...]] = guide.FIELDS
    connect_guide: ClassVar[tuple[str, ...]] = guide.GUIDE
    connect_minutes: ClassVar[int] = 5
    connect_price: ClassVar[str] = "Free of charge for non-commercial use: 3,600 calls an hour."
    connect_review: ClassVar[str] = "Nobody's review for a non-commercial key; Flickr's for a commercial one."
    connect_scopes: ClassVar[tuple[Scope, ...]] = guide.SCOPES
    app_fields: ClassVar[tuple[ConnectField, ...]] = guide.APP_FIELDS
    app_guide: ClassVar[tuple[str, ...]] = guide.APP_GUIDE
    sleep: Callable[[float], None] = staticmethod(time.sleep)

    @cached_property
    def client(self) -> FlickrClient:
        return FlickrClient(self.transport, self.credentials)

    @cached_property
    def reading(self) -> Reading:
        return Reading(self.client, self.account_id)

    @classmethod
    def begin(cls, form: Mapping[str, str], transport: Transport) -> Redirect:
        if form.get("terms", "").strip().lower() != "yes":
            raise Invalid(
                "Flickr's API is for non-commercial use unless Flickr allowed yours. Write yes if the brand may.",
                "terms",
            )
        return begin_signing_in(form, transport)

    @classmethod
    def finish(cls, params: Mapping[str, str], state: str, transport: Transport) -> Connected:
        secrets = trade_verifier(params, transport)
        account = cls(
            transport=transport,
            credentials=CredentialsInMemory(secrets),
            server_url=SERVER_URL,
            account_id=secrets["user_id"],
        )
        return Connected(account.check(), SERVER_URL, secrets)

    def refresh(self) -> None:
        """Flickr's tokens do not end by themselves."""

    def check(self) -> AccountInfo:
        told = self.client.read(
            "flickr.auth.oauth.checkToken", oauth_token=self.credentials.load()["oauth_token"]
        )
        oauth = told.get("oauth") or {}
        user, rights = oauth.get("user") or {}, photos.content(oauth.get("perms"))
        if user.get("nsid") != self.account_id:
            raise SpecDrift("Flickr's token is not of this account.")
        person = self.client.read("flickr.people.getInfo", user_id=self.account_id).get("person") or {}
        counted = photos.content((person.get("photos") or {}).get("count"))
        return AccountInfo(
            account_id=self.account_id,
            handle=str(user.get("username") or self.account_id),
            name=str(user.get("fullname") or user.get("username") or self.account_id),
            url=f"{SERVER_URL}/photos/{self.account_id}/",
            followers=0,
            n_posts=int(counted or 0),
            scopes=frozenset({rights}) if rights else None,
        )

    @classmethod
    def render(cls, draft: Draft, link: str = "", limits: Limits | None = None) -> list[Rendered]:
        return render(draft, link, limits or LIMITS)

    def publish(self, rendered: Rendered, key: str) -> Published:
        if not rendered.sendable or not rendered.images:
            raise Invalid(
                next((p.text for p in rendered.problems if p.blocks), "A picture is missing."), "images"
            )
        ticket = self.client.upload(
            rendered.images[0],
            title=rendered.title,
            description=photos.description(rendered.text),
            tags=photos.tag_list([*tags_of(rendered), photos.machine_tag(key)]),
            is_public="1",
        )
        return Published(photos.photo_ref(self._made(ticket), self.account_id), self.transport.now(), key)

    def find_published(self, rendered: Rendered, key: str, since: datetime) -> Published | None:
        """A photo is found by our key among its tags, a comment by its words."""
        photo = self.reading.photo_tagged(photos.machine_tag(key), since)
        if photo is not None:
            ref = photos.photo_ref(str(photo["id"]), self.account_id)
            return Published(ref, photos.moment(photo.get("dateupload")), key)
        comment = self.reading.comment_like(rendered.text, since)
        if comment is None:
            return None
        return Published(photos.comment_ref(comment), photos.moment(comment.get("datecreate")), key)

    def reply(self, to: Ref, rendered: Rendered, key: str) -> Published:
        """Comment on the photo; Flickr's comments do not hang under one another."""
        body = self.client.write(
            "flickr.photos.comments.addComment",
            photo_id=photos.photo_of(to),
            comment_text=photos.description(rendered.text),
        )
        comment = body.get("comment")
        if not isinstance(comment, dict) or "id" not in comment:
            raise OutcomeUnknown("Flickr's answer to a comment is none that its documentation knows.")
        return Published(photos.comment_ref(comment), self.transport.now(), key)

    def edit(self, ref: Ref, rendered: Rendered) -> Published:
        words = photos.description(rendered.text)
        if photos.is_comment(ref):
            self.client.write("flickr.photos.comments.editComment", comment_id=ref.id, comment_text=words)
        else:
            self.client.write(
                "flickr.photos.setMeta", photo_id=ref.id, title=rendered.title, description=words
            )
        return Published(ref, self.transport.now(), "")

    def delete(self, ref: Ref) -> None:
        with suppress(Gone):
            if photos.is_comment(ref):
                self.client.write("flickr.photos.comments.deleteComment", comment_id=ref.id)
            else:
                self.client.write("flickr.photos.delete", photo_id=ref.id)

    def react(self, ref: Ref) -> None:
        raise Forbidden(self.capabilities.why_not["react"], "react")

    def poll(self, stream: Stream, cursor: str = "") -> Page:
        if stream == "reactions":
            return self.reading.faves(cursor, self.transport.now())
        return self.reading.comments(cursor)

    def thread(self, ref: Ref) -> list[ThreadPost]:
        return self.reading.thread(photos.photo_of(ref))

    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]:
        return [self.reading.metrics(ref) for ref in refs]

    def _made(self, ticket: str) -> str:
        """The photo that was made for a ticket. Raises OutcomeUnknown when Flickr is still at it."""
        for seconds in WAITS_SECONDS:
            self.sleep(seconds)
            found = self._ticket(ticket)
            if str(found.get("complete")) == "1" and found.get("photoid"):
                return str(found["photoid"])
            if str(found.get("complete")) == "2" or found.get("invalid"):
                raise Invalid("Flickr could not make a photo of this picture.", "images")
        raise OutcomeUnknown("Flickr is still making the photo.")

    def _ticket(self, ticket: str) -> Mapping[str, Any]:
        try:
            told = self.client.read("flickr.photos.upload.checkTickets", tickets=ticket)
        except NetworkError as error:
            # The picture is there; that we cannot ask about it does not unmake the photo.
            raise OutcomeUnknown(error.text) from None
        found: Mapping[str, Any] = next(iter((told.get("uploader") or {}).get("ticket") or []), {})
        return found
