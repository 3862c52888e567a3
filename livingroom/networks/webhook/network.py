"""Any place: a kiosk, a virtual world, a till, a forum. It speaks with us by signed deliveries."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

import httpx

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.errors import Forbidden, Gone, Invalid, SpecDrift
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
    Ref,
    Rendered,
    Stream,
    ThreadPost,
)
from livingroom.networks.transport import Transport
from livingroom.networks.webhook import guide, rows
from livingroom.networks.webhook.client import PlaceClient
from livingroom.networks.webhook.deliveries import Delivery, read_delivery
from livingroom.networks.webhook.render import LIMITS, render
from livingroom.networks.webhook.signing import is_secret, new_secret, prove

Body = dict[str, Any]
HANDLE = re.compile(r"[a-z0-9][a-z0-9-]{1,59}")


class WebhookNetwork(Network):
    name: ClassVar[str] = "webhook"
    title: ClassVar[str] = "Webhook"
    limits: ClassVar[Limits] = LIMITS
    capabilities: ClassVar[Capabilities] = guide.CAPABILITIES
    connect_fields: ClassVar[tuple[ConnectField, ...]] = guide.FIELDS
    connect_guide: ClassVar[tuple[str, ...]] = guide.GUIDE
    connect_minutes: ClassVar[int] = 3

    @classmethod
    def inner_transport(cls) -> httpx.BaseTransport:
        # Imported late: this is the one door from the connector to the counter, which keeps tables.
        from livingroom.networks.webhook.server import PlaceTransport

        return PlaceTransport()

    @cached_property
    def client(self) -> PlaceClient:
        return PlaceClient(self.transport, self.credentials, self.server_url, self.account_id)

    @classmethod
    def begin(cls, form: Mapping[str, str], transport: Transport) -> Connected:
        handle = form.get("handle", "").strip().lower()
        address, secret = form.get("address", "").strip(), form.get("secret", "").strip()
        if not HANDLE.fullmatch(handle):
            raise Invalid("A short name has 2 to 60 letters a-z, digits and dashes.", "handle")
        if secret and not is_secret(secret):
            raise Invalid("A secret is whsec_ and a key of at least 16 bytes in base64.", "secret")
        if address and "://" not in address:
            address = f"https://{address}"
        kept = {"secret": secret or new_secret(), "name": form.get("name", "").strip() or handle}
        place = cls(
            transport=transport, credentials=CredentialsInMemory(kept), server_url=address, account_id=handle
        )
        return Connected(place._info(), address, kept)

    def refresh(self) -> None:
        """A place's secret does not end by itself."""

    def check(self) -> AccountInfo:
        """Ask the place, if it has an address, whether it hears us."""
        if self.server_url:
            self.client.ask({})
        return self._info()

    def _info(self) -> AccountInfo:
        figures = self.client.look("/figures")
        return AccountInfo(
            account_id=self.account_id,
            handle=self.account_id,
            name=self.credentials.load().get("name") or self.account_id,
            url=f"/networks/places/{self.account_id}/",
            followers=int(figures.get("followers") or 0),
            n_posts=int(figures.get("n_posts") or 0),
        )

    @classmethod
    def render(cls, draft: Draft, link: str = "", limits: Limits | None = None) -> list[Rendered]:
        return render(draft, link, limits or LIMITS)

    def publish(self, rendered: Rendered, key: str) -> Published:
        return self._hand_over(rows.post_body(rendered, key), key)

    def reply(self, to: Ref, rendered: Rendered, key: str) -> Published:
        return self._hand_over(rows.post_body(rendered, key) | {"in_reply_to": to.id}, key)

    def _hand_over(self, data: Body, key: str) -> Published:
        if self.server_url:
            return self._keep(data, self.client.tell("post.published", data, f"post-{key}"), key)
        return rows.published(self.client.put("/posts", data), key)

    def _keep(self, data: Body, answer: Mapping[str, Any], key: str) -> Published:
        """Note at the counter what the place has; it gives the post its name there, or our key is its name."""
        known = {
            "id": str(answer.get("id") or key),
            "url": str(answer.get("url") or ""),
            "is_handed_over": True,
        }
        return rows.published(self.client.put("/posts", data | known), key)

    def find_published(self, rendered: Rendered, key: str, since: datetime) -> Published | None:
        try:
            if self.server_url:
                return self._keep(rows.post_body(rendered, key), self.client.ask({"key": key}), key)
            return rows.published(self.client.look("/posts", {"key": key}), key)
        except Gone:
            return None

    def delete(self, ref: Ref) -> None:
        if self.server_url:
            with suppress(Gone):
                self.client.tell("post.deleted", {"id": ref.id}, f"delete-{ref.id}")
        with suppress(Gone):
            self.client.put("/deleted", {"id": ref.id})

    def react(self, ref: Ref) -> None:
        raise Forbidden(self.capabilities.why_not["react"], "react")

    def poll(self, stream: Stream, cursor: str = "") -> Page:
        is_lost = bool(cursor) and not cursor.isdecimal()
        after = "0" if is_lost or not cursor else cursor
        body = self.client.look("/events", {"stream": stream, "after": after})
        events = tuple(rows.event_of(row) for row in body["events"])
        return Page(events, str(body["cursor"]), bool(body["more"]), is_lost)

    def receive(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Page:
        return Page(self.read_delivery(headers, body, now).events, "")

    def read_delivery(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Delivery:
        """What a place told us, once it is proven. Raises Forbidden, and Invalid with the field that is wrong."""
        prove(self.client.secrets(), headers, body, now)
        return read_delivery(body, now)

    def thread(self, ref: Ref) -> list[ThreadPost]:
        return rows.thread_posts(self.client.look("/thread", {"id": ref.id}).get("rows") or [])

    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]:
        counts = self.client.put("/counts", {"ids": [ref.id for ref in refs]}).get("counts")
        if not isinstance(counts, dict):
            raise SpecDrift("The counter does not count.")
        return [rows.metrics_of(ref, counts.get(ref.id)) for ref in refs]
