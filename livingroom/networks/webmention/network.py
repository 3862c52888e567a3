"""Webmention and pingback: what pages of others say about a site of ours."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx

from livingroom.networks.credentials import CredentialsInMemory
from livingroom.networks.errors import Forbidden, Gone, Invalid, SpecDrift
from livingroom.networks.interface import (
    AccountInfo,
    Capabilities,
    Connected,
    ConnectField,
    Draft,
    Event,
    Limits,
    Metrics,
    Page,
    Person,
    Ref,
    Rendered,
    Stream,
    ThreadPost,
)
from livingroom.networks.public_pages import FetchedPage
from livingroom.networks.read_only import ReadOnlyNetwork
from livingroom.networks.transport import Transport
from livingroom.networks.webmention.client import WebmentionClient
from livingroom.networks.webmention.discovery import find_door
from livingroom.networks.webmention.render import LIMITS, render

Row = dict[str, Any]
PAGE_SIZE = 50
COUNTS_BATCH = 100
# Workers write at the same time: what was written a moment before the last change we saw may only now be there.
OVERLAP = 5_000_000
STREAM_KINDS: dict[Stream, tuple[str, ...]] = {
    "replies": ("reply",),
    "reactions": ("like", "repost"),
    "links": ("mention", "bookmark"),
}
ALONE = "A mention carries no words of ours: publish on a site of yours, and announce that page under Webmentions."


class WebmentionNetwork(ReadOnlyNetwork):
    name: ClassVar[str] = "webmention"
    title: ClassVar[str] = "Webmention"
    limits: ClassVar[Limits] = LIMITS
    capabilities: ClassVar[Capabilities] = Capabilities(
        streams=frozenset(STREAM_KINDS),
        publish=False,
        reply=False,
        delete=False,
        react=False,
        thread=False,
        hide=True,
        card=False,
        why_not={
            "publish": ALONE,
            "reply": ALONE,
            "edit": ALONE,
            "delete": "A mention is its author's: when the page links no more, it goes by itself.",
            "react": "A like is a page of yours that says so; Webmention only announces it.",
            "thread": "The page that was mentioned is the thread, and it stands on your site.",
            "webhook": "A mention is proven by reading its page, not by a signature; it arrives at /webmention/.",
            "card": ALONE,
            "images": ALONE,
        },
    )
    connect_fields: ClassVar[tuple[ConnectField, ...]] = (
        ConnectField(
            "server_url", "Address of the site", "Its first page; mentions of all pages under it are kept."
        ),
    )
    connect_guide: ClassVar[tuple[str, ...]] = (
        'Let the pages of the site name this door: <link rel="webmention" href="…/webmention/"> in their head, with the '
        "address of this Livingroom in front. The page /mentions/ shows the lines to copy.",
        'For older blogs, name the other one, too: <link rel="pingback" href="…/pingback/">.',
        "Type the address of the site; Livingroom reads its first page and looks for the door.",
    )
    connect_minutes: ClassVar[int] = 3

    @classmethod
    def inner_transport(cls) -> httpx.BaseTransport:
        # Imported late: this is the one door from the connector to its server, which keeps tables.
        from livingroom.networks.webmention.server import MentionsTransport

        return MentionsTransport()

    @cached_property
    def client(self) -> WebmentionClient:
        return WebmentionClient(self.transport)

    @classmethod
    def begin(cls, form: Mapping[str, str], transport: Transport) -> Connected:
        site = form.get("server_url", "").strip()
        site = site if "://" in site or not site else f"https://{site}"
        if not urlsplit(site).hostname:
            raise Invalid(
                "The address of the site is missing, such as https://shop.example.com.", "server_url"
            )
        back = urlsplit(form.get("redirect_uri", ""))
        secrets = {
            "site": site,
            "endpoint": f"{back.scheme}://{back.netloc}/webmention/" if back.netloc else "",
        }
        account = cls(
            transport=transport,
            credentials=CredentialsInMemory(secrets),
            server_url=site,
            account_id=_name(site),
        )
        try:
            return Connected(account.check(), site, secrets)
        except Forbidden as error:
            raise Invalid(error.text, "server_url") from None

    def check(self) -> AccountInfo:
        """Read the site's first page: does it still name our door?"""
        answer = self.transport.read("GET", self.server_url)
        page = FetchedPage(
            self.server_url, answer.status, httpx.Headers(dict(answer.headers)), answer.content
        )
        wanted, door = self.credentials.load().get("endpoint", ""), find_door(page)
        if door is None or (wanted and door.protocol == "webmention" and door.url != wanted):
            found = f"names {door.url}" if door else "names none"
            raise Forbidden(
                f'{self.server_url} {found}: its pages need <link rel="webmention" href="{wanted or "…/webmention/"}">.',
                "webmention",
            )
        host = urlsplit(self.server_url).hostname or ""
        return AccountInfo(_name(self.server_url), host, host, self.server_url, 0, 0)

    @classmethod
    def render(cls, draft: Draft, link: str = "", limits: Limits | None = None) -> list[Rendered]:
        return render(draft, link, limits or LIMITS)

    def hide(self, ref: Ref) -> None:
        kind, _, number = ref.id.partition(":")
        if kind != "mention" or not number.isdigit():
            raise Gone(f"{ref.id[:60]!r} is no mention.")
        self.client.hide(number)

    def poll(self, stream: Stream, cursor: str = "") -> Page:
        if stream not in STREAM_KINDS:
            raise Forbidden(f"Webmention tells nothing of {stream}.", stream)
        change, known, restarted = _read_place(cursor)
        asked = {
            "site": self.server_url,
            "kinds": ",".join(STREAM_KINDS[stream]),
            "limit": PAGE_SIZE + len(known),
        }
        rows, more = self.client.mentions({**asked, "after": max(0, change - OVERLAP)})
        fresh = [row for row in rows if [row["id"], row["change"]] not in known]
        try:
            events = tuple(_event(row, stream) for row in fresh)
            top = max([change, *(int(row["change"]) for row in fresh)])
            pairs = [*known, *([row["id"], row["change"]] for row in fresh)]
        except KeyError as error:
            raise SpecDrift(f"A mention has no {error}.") from None
        place = {"change": top, "known": [pair for pair in pairs if pair[1] > top - OVERLAP]}
        return Page(events, json.dumps(place), more and bool(fresh), restarted)

    def thread(self, ref: Ref) -> list[ThreadPost]:
        raise Forbidden(self.capabilities.why_not["thread"], "thread")

    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]:
        """Our pages are named by their addresses; what lies on no site of ours is nothing we know of."""
        ours = [ref.id for ref in refs if ref.id.startswith(self.server_url.rstrip("/"))]
        counts: dict[str, dict[str, int]] = {}
        for start in range(0, len(ours), COUNTS_BATCH):
            counts |= self.client.counts(ours[start : start + COUNTS_BATCH])
        return [_metrics(ref, counts.get(ref.id)) for ref in refs]


def _name(site: str) -> str:
    return site.split("://", 1)[-1].rstrip("/")


def _read_place(cursor: str) -> tuple[int, list[list[int]], bool]:
    """The last change that we saw, what we know of the moments before it, and whether our place was lost."""
    if not cursor:
        return 0, [], False
    try:
        place = json.loads(cursor)
        return int(place["change"]), [[int(a), int(b)] for a, b in place["known"]], False
    except (ValueError, TypeError, KeyError):
        return 0, [], True


def _event(row: Row, stream: Stream) -> Event:
    author = row["author"]
    return Event(
        id=f"mention:{row['id']}:{row['change']}",
        stream=stream,
        kind=str(row["kind"]),
        at=datetime.fromisoformat(row["at"]),
        actor=Person(str(author["url"] or author["host"]), str(author["host"]), str(author["name"])),
        ref=Ref(f"mention:{row['id']}", str(row["change"]), str(row["source"])),
        subject=Ref(str(row["target"]), "", str(row["target"])),
        text=str(row["text"]),
    )


def _metrics(ref: Ref, counts: Mapping[str, int] | None) -> Metrics:
    if counts is None:
        return Metrics(ref, gone=True)
    quotes = counts.get("mention", 0) + counts.get("bookmark", 0)
    return Metrics(ref, counts.get("like", 0), counts.get("repost", 0), counts.get("reply", 0), quotes)
