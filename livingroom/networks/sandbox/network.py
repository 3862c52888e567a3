"""The sandbox: a network inside Livingroom, to try everything without keys; the reference for all connectors."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

import httpx

from livingroom.networks.errors import Gone, OutcomeUnknown, SpecDrift, Unavailable
from livingroom.networks.interface import (
    AccountInfo,
    Capabilities,
    Connected,
    ConnectField,
    Draft,
    Event,
    Followers,
    Image,
    Limits,
    Metrics,
    Network,
    Page,
    Person,
    Published,
    Ref,
    Rendered,
    Stream,
    ThreadPost,
)
from livingroom.networks.sandbox.client import CursorLost, SandboxClient, open_account
from livingroom.networks.sandbox.render import LIMITS, render
from livingroom.networks.transport import Transport

Body = dict[str, Any]
COUNTS_BATCH = 50


class SandboxNetwork(Network):
    name: ClassVar[str] = "sandbox"
    title: ClassVar[str] = "Sandbox"
    limits: ClassVar[Limits] = LIMITS
    capabilities: ClassVar[Capabilities] = Capabilities(
        streams=frozenset({"replies", "mentions", "reactions", "followers"}),
        edit=True,
        hide=True,
        images=True,
        follower_names=True,
        why_not={"webhook": "The sandbox sends nothing by itself; Livingroom asks."},
    )
    connect_fields: ClassVar[tuple[ConnectField, ...]] = (
        ConnectField("handle", "Handle", "Any name; the account is opened if there is none."),
        ConnectField("name", "Name shown", required=False),
    )
    connect_minutes: ClassVar[int] = 1
    connect_guide: ClassVar[tuple[str, ...]] = (
        "Choose a handle. Nobody outside sees what is posted here. Ten seconds, free of charge.",
    )

    @classmethod
    def inner_transport(cls) -> httpx.BaseTransport:
        # Imported late: this is the one door from the connector to its server, which keeps tables.
        from livingroom.networks.sandbox.transport import SandboxTransport

        return SandboxTransport()

    @cached_property
    def client(self) -> SandboxClient:
        return SandboxClient(self.transport, self.credentials)

    @classmethod
    def begin(cls, form: Mapping[str, str], transport: Transport) -> Connected:
        handle = form.get("handle", "").strip().lstrip("@").lower()
        account = open_account(transport, handle, form.get("name", "").strip())
        return Connected(_account_info(account), "", {"token": str(account["token"])})

    def refresh(self) -> None:
        """The sandbox's tokens do not end by themselves."""

    def check(self) -> AccountInfo:
        return _account_info(self.client.read("/account"))

    @classmethod
    def render(cls, draft: Draft, link: str = "", limits: Limits | None = None) -> list[Rendered]:
        return render(draft, link, limits or LIMITS)

    def publish(self, rendered: Rendered, key: str) -> Published:
        body = {**post_body(rendered), "key": key, "media_ids": self._upload(rendered)}
        return _written(self.client.write("POST", "/posts", body), key)

    def _upload(self, rendered: Rendered) -> list[int]:
        """Pictures first; one that no post names harms nobody, so a lost answer is no unknown."""
        try:
            return [
                int(self.client.write("POST", "/media", _picture(image))["id"]) for image in rendered.images
            ]
        except (OutcomeUnknown, KeyError, ValueError) as error:
            raise Unavailable(f"The sandbox did not take a picture: {error}") from None

    def find_published(self, rendered: Rendered, key: str, since: datetime) -> Published | None:
        posts = self.client.read("/posts", {"key": key, "since": since.isoformat()}).get("posts")
        if not isinstance(posts, list):
            raise SpecDrift("The sandbox's posts are not a list.")
        return _published(posts[0], key) if posts else None

    def reply(self, to: Ref, rendered: Rendered, key: str) -> Published:
        body = {**post_body(rendered), "key": key, "in_reply_to": to.id, "media_ids": self._upload(rendered)}
        return _written(self.client.write("POST", "/posts", body), key)

    def edit(self, ref: Ref, rendered: Rendered) -> Published:
        return _written(self.client.write("PATCH", f"/posts/{ref.id}", post_body(rendered)), "")

    def delete(self, ref: Ref) -> None:
        try:
            self.client.write("DELETE", f"/posts/{ref.id}")
        except Gone:
            return

    def react(self, ref: Ref) -> None:
        self.client.write("POST", f"/posts/{ref.id}/like")

    def hide(self, ref: Ref) -> None:
        self.client.write("POST", f"/posts/{ref.id}/hide")

    def poll(self, stream: Stream, cursor: str = "") -> Page:
        try:
            body, restarted = self._notices(stream, cursor), False
        except CursorLost:
            body, restarted = self._notices(stream, ""), True
        try:
            events = tuple(_event(row, stream) for row in body["notices"])
            return Page(events, str(body["cursor"]), bool(body["more"]), restarted)
        except KeyError as error:
            raise SpecDrift(f"The sandbox's notices have no {error}.") from None

    def _notices(self, stream: Stream, cursor: str) -> Body:
        return self.client.read("/notices", {"stream": stream} | ({"cursor": cursor} if cursor else {}))

    def followers(self, cursor: str = "") -> Followers:
        body = self.client.read("/followers", {"cursor": cursor} if cursor else {})
        try:
            return Followers(tuple(str(number) for number in body["followers"]), str(body["cursor"]))
        except KeyError as error:
            raise SpecDrift(f"The sandbox's followers have no {error}.") from None

    def thread(self, ref: Ref) -> list[ThreadPost]:
        return [_thread_post(row) for row in self.client.read(f"/posts/{ref.id}/thread").get("posts", [])]

    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]:
        counts: Body = {}
        for start in range(0, len(refs), COUNTS_BATCH):
            ids = ",".join(ref.id for ref in refs[start : start + COUNTS_BATCH])
            counts |= self.client.read("/counts", {"ids": ids}).get("counts", {})
        return [_metrics(ref, counts.get(ref.id)) for ref in refs]


def post_body(rendered: Rendered) -> Body:
    card = None
    if rendered.card and rendered.link:
        card = {"url": rendered.link, "title": rendered.card.title, "description": rendered.card.description}
    facets = [{"kind": f.kind, "start": f.start, "end": f.end, "value": f.value} for f in rendered.facets]
    return {"text": rendered.text, "facets": facets, "card": card}


def _picture(image: Image) -> Body:
    content = b64encode(image.content).decode("ascii")
    return {"content": content, "media_type": image.media_type, "alt": image.alt}


def _account_info(body: Body) -> AccountInfo:
    try:
        handle = str(body["handle"])
        numbers = int(body["n_followers"]), int(body["n_posts"])
        return AccountInfo(str(body["id"]), handle, str(body["name"]), f"/sandbox/{handle}/", *numbers)
    except KeyError as error:
        raise SpecDrift(f"The sandbox's account has no {error}.") from None


def _written(body: Body, key: str) -> Published:
    """An answer to a write that we cannot read does not say that nothing was written."""
    try:
        return _published(body, key)
    except SpecDrift as error:
        raise OutcomeUnknown(error.text) from None


def _published(body: Body, key: str) -> Published:
    try:
        return Published(_ref(body), datetime.fromisoformat(body["created_at"]), key)
    except KeyError as error:
        raise SpecDrift(f"The sandbox's post has no {error}.") from None


def _ref(body: Body) -> Ref:
    return Ref(
        str(body["id"]), str(body["edited_at"]), f"/sandbox/{body['author']['handle']}/#post-{body['id']}"
    )


def _person(body: Body) -> Person:
    return Person(str(body["id"]), str(body["handle"]), str(body["name"]))


def _event(row: Body, stream: Stream) -> Event:
    post = row["post"]
    return Event(
        id=str(row["id"]),
        stream=stream,
        kind=str(row["kind"]),
        at=datetime.fromisoformat(row["at"]),
        actor=_person(row["actor"]),
        ref=_ref(post) if post else None,
        subject=Ref(str(row["subject"])) if row["subject"] else None,
        text=str(post["text"]) if post else "",
    )


def _thread_post(row: Body) -> ThreadPost:
    parent = Ref(str(row["in_reply_to"])) if row["in_reply_to"] else None
    return ThreadPost(
        _ref(row), _person(row["author"]), str(row["text"]), datetime.fromisoformat(row["created_at"]), parent
    )


def _metrics(ref: Ref, counts: Body | None) -> Metrics:
    if counts is None:
        return Metrics(ref, gone=True)
    return Metrics(
        ref, likes=int(counts["n_likes"]), reposts=int(counts["n_reposts"]), replies=int(counts["n_answers"])
    )
