"""Read what Mastodon's API answers. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from livingroom.networks.errors import SpecDrift
from livingroom.networks.interface import (
    AccountInfo,
    Event,
    Limits,
    Metrics,
    Person,
    Published,
    Ref,
    Rendered,
    Stream,
    ThreadPost,
)
from livingroom.networks.markup import links_of, to_text
from livingroom.networks.mastodon.render import LIMITS

Body = Mapping[str, Any]

# Which notifications make which stream; a mention is a reply when it hangs under a post of ours.
STREAM_TYPES: dict[Stream, tuple[str, ...]] = {
    "replies": ("mention",),
    "mentions": ("mention", "quote"),
    "reactions": ("favourite", "reblog"),
    "followers": ("follow",),
}
KINDS = {"favourite": "like", "reblog": "repost", "follow": "follow", "quote": "quote"}
PUBLIC = ("public", "unlisted")
_MENTION = re.compile(r"@(\w+)@[\w.-]+\w")


def moment(text: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        raise SpecDrift(f"{str(text)[:40]!r} is not a time.") from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def ref_of(status: Body) -> Ref:
    if not status.get("id"):
        raise SpecDrift("Mastodon's status has no id.")
    return Ref(
        str(status["id"]),
        str(status.get("edited_at") or ""),
        str(status.get("url") or status.get("uri") or ""),
    )


def published(status: Body, key: str) -> Published:
    return Published(ref_of(status), moment(status.get("created_at")), key)


def person_of(account: Body) -> Person:
    return Person(str(account["id"]), str(account.get("acct", "")), str(account.get("display_name") or ""))


def text_of(status: Body) -> str:
    return to_text(str(status.get("content") or ""))


def parent_of(status: Body) -> Ref | None:
    parent = status.get("in_reply_to_id")
    return Ref(str(parent)) if parent else None


def thread_post(status: Body) -> ThreadPost:
    return ThreadPost(
        ref_of(status),
        person_of(status["account"]),
        text_of(status),
        moment(status["created_at"]),
        parent_of(status),
    )


def in_order(root: str, statuses: Iterable[Body]) -> list[Body]:
    """Answers as people read them: each under what it answers, older branches first. Orphans come last."""
    waiting = sorted(statuses, key=lambda status: moment(status["created_at"]))
    found: list[Body] = []

    def add_answers_to(number: str) -> None:
        for status in [each for each in waiting if str(each.get("in_reply_to_id")) == number]:
            if status in waiting:
                waiting.remove(status)
                found.append(status)
                add_answers_to(str(status["id"]))

    add_answers_to(root)
    return [*found, *waiting]


def metrics_of(ref: Ref, status: Body) -> Metrics:
    return Metrics(
        ref,
        likes=int(status.get("favourites_count") or 0),
        reposts=int(status.get("reblogs_count") or 0),
        replies=int(status.get("replies_count") or 0),
        quotes=int(status.get("quotes_count") or 0),
    )


def event_of(notification: Body, stream: Stream, account_id: str) -> Event | None:
    """A notification as an event of this stream; None where it belongs to another one."""
    try:
        kind, status = str(notification["type"]), notification.get("status") or {}
        is_reply = kind == "mention" and str(status.get("in_reply_to_account_id")) == account_id
        if kind == "mention" and is_reply != (stream == "replies"):
            return None
        says = kind in ("mention", "quote")
        return Event(
            id=str(notification["id"]),
            stream=stream,
            kind="reply" if is_reply else KINDS.get(kind, kind),
            at=moment(notification["created_at"]),
            actor=person_of(notification["account"]),
            ref=ref_of(status) if says else None,
            subject=parent_of(status) if says else (ref_of(status) if status else None),
            text=text_of(status) if says else "",
            is_public=not says or status.get("visibility") in PUBLIC,
        )
    except KeyError as error:
        raise SpecDrift(f"A notification of Mastodon has no {error}.") from None


def found_by_tag(status: Body) -> Event:
    """A post under a hashtag."""
    return Event(
        id=f"status {status['id']}",
        stream="search",
        kind="tag",
        at=moment(status["created_at"]),
        actor=person_of(status["account"]),
        ref=ref_of(status),
        subject=parent_of(status),
        text=text_of(status),
        is_public=status.get("visibility") in PUBLIC,
    )


def account_info(account: Body, scopes: frozenset[str] | None, limits: Limits) -> AccountInfo:
    try:
        url, name = str(account.get("url") or ""), str(account["acct"])
        host = urlsplit(url).hostname or ""
        return AccountInfo(
            account_id=str(account["id"]),
            handle=name if "@" in name or not host else f"{name}@{host}",
            name=str(account.get("display_name") or name),
            url=url,
            followers=int(account.get("followers_count") or 0),
            n_posts=int(account.get("statuses_count") or 0),
            scopes=scopes,
            limits=limits,
        )
    except KeyError as error:
        raise SpecDrift(f"Mastodon's account has no {error}.") from None


def limits_of(instance: Body) -> Limits:
    """What a server allows: v2 and v1 of its description have the same `configuration`; Pleroma says max_toot_chars."""
    told = instance.get("configuration") or {}
    statuses, media = told.get("statuses") or {}, told.get("media_attachments") or {}
    kinds = [str(kind) for kind in media.get("supported_mime_types") or [] if str(kind).startswith("image/")]
    return Limits(
        graphemes=int(statuses.get("max_characters") or instance.get("max_toot_chars") or LIMITS.graphemes),
        parts=LIMITS.parts,
        images=int(statuses.get("max_media_attachments") or LIMITS.images),
        image_bytes=int(media.get("image_size_limit") or LIMITS.image_bytes or 0) or None,
        url_size=int(statuses.get("characters_reserved_per_url") or 0) or LIMITS.url_size,
        alt_graphemes=int(media.get("description_limit") or 0) or LIMITS.alt_graphemes,
        image_types=tuple(kinds),
    )


def says(status: Body, rendered: Rendered) -> bool:
    """Whether this post is what we rendered: its link, which no other placement has, else its words."""
    content = str(status.get("content") or "")
    if rendered.link:
        wanted = rendered.link.rstrip("/")
        return any(link.url.rstrip("/") == wanted for link in links_of(content, "")) or wanted in to_text(
            content
        )
    # Servers show a mention without its server, and set paragraphs and spaces as they like.
    return _plain(to_text(content)).endswith(_plain(rendered.text))


def _plain(text: str) -> str:
    return "".join(_MENTION.sub(r"@\1", text).split())
