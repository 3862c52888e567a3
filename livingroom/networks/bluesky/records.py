"""Build the records that go to a repository and read what comes back. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from livingroom.networks.errors import SpecDrift
from livingroom.networks.interface import Event, Facet, Metrics, Person, Ref, Rendered, Stream, ThreadPost

Body = dict[str, Any]

POST = "app.bsky.feed.post"
LIKE = "app.bsky.feed.like"

# Which of our streams a notification's reason belongs to. https://docs.bsky.app/docs/api/app-bsky-notification-list-notifications
STREAM_REASONS: dict[Stream, tuple[str, ...]] = {
    "replies": ("reply",),
    "mentions": ("mention", "quote"),
    "reactions": ("like", "repost"),
    "followers": ("follow",),
}


def post_record(
    rendered: Rendered,
    *,
    dids: Mapping[str, str],
    at: datetime,
    thumb: Body | None,
    reply: Body | None,
    pictures: Sequence[Body] = (),
) -> Body:
    """The post as app.bsky.feed.post wants it. A mention whose handle has no DID stays plain text."""
    record: Body = {"$type": POST, "text": rendered.text, "createdAt": _text_of(at)}
    facets = [
        _facet(facet, dids) for facet in rendered.facets if facet.kind != "mention" or facet.value in dids
    ]
    if facets:
        record["facets"] = facets
    if rendered.language:
        record["langs"] = [rendered.language]
    if pictures:
        record["embed"] = _pictures(rendered, pictures)
    elif rendered.card and rendered.link:
        record["embed"] = _card(rendered, thumb)
    if reply:
        record["reply"] = reply
    return record


def like_record(ref: Ref, at: datetime) -> Body:
    return {"$type": LIKE, "subject": strong_ref(ref), "createdAt": _text_of(at)}


def strong_ref(ref: Ref) -> dict[str, str]:
    return {"uri": ref.id, "cid": ref.version}


def ref_of(body: Mapping[str, Any]) -> Ref:
    """A post's name from anything that has `uri` and `cid`. Raises SpecDrift."""
    uri, cid = body.get("uri"), body.get("cid")
    if not isinstance(uri, str) or not uri.startswith("at://") or not isinstance(cid, str):
        raise SpecDrift("Bluesky's answer names no record.")
    return Ref(uri, cid, web_address(uri))


def web_address(uri: str) -> str:
    did, collection, record_key = split_uri(uri)
    return (
        f"https://bsky.app/profile/{did}/post/{record_key}"
        if collection == POST
        else f"https://bsky.app/profile/{did}"
    )


def split_uri(uri: str) -> tuple[str, str, str]:
    """Repository, collection and record key of at://did/collection/key. Raises SpecDrift."""
    parts = uri.removeprefix("at://").split("/")
    if not uri.startswith("at://") or len(parts) != 3:
        raise SpecDrift(f"{uri[:80]!r} is not the address of a record.")
    return parts[0], parts[1], parts[2]


def moment(text: object) -> datetime:
    """A time as aware UTC. Authors write createdAt themselves, so it may be anything. Raises SpecDrift."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        raise SpecDrift(f"{str(text)[:40]!r} is not a time.") from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def event_of(notification: Mapping[str, Any], stream: Stream) -> Event:
    subject = notification.get("reasonSubject")
    record = notification.get("record") or {}
    return Event(
        id=str(notification["uri"]),
        stream=stream,
        kind=str(notification["reason"]),
        at=moment(notification["indexedAt"]),
        actor=person_of(notification["author"]),
        ref=ref_of(notification) if stream in ("replies", "mentions") else None,
        subject=Ref(subject, "", web_address(subject)) if isinstance(subject, str) else None,
        text=str(record.get("text", "")),
    )


def found_post(view: Mapping[str, Any]) -> Event:
    """A post that a search found. Raises SpecDrift."""
    record = view.get("record") or {}
    parent = (record.get("reply") or {}).get("parent")
    try:
        return Event(
            id=str(view["uri"]),
            stream="search",
            kind="found",
            at=sorted_at(view),
            actor=person_of(view["author"]),
            ref=ref_of(view),
            subject=ref_of(parent) if isinstance(parent, dict) else None,
            text=str(record.get("text", "")),
        )
    except KeyError as error:
        raise SpecDrift(f"A post of Bluesky has no {error}.") from None


def sorted_at(view: Mapping[str, Any]) -> datetime:
    """By which time Bluesky orders posts: when it was written, but never later than it came."""
    came = moment(view.get("indexedAt"))
    try:
        return min(came, moment((view.get("record") or {}).get("createdAt")))
    except SpecDrift:
        return came


def person_of(author: Mapping[str, Any]) -> Person:
    return Person(str(author["did"]), str(author.get("handle", "")), str(author.get("displayName") or ""))


def metrics_of(view: Mapping[str, Any]) -> Metrics:
    return Metrics(
        ref_of(view),
        likes=int(view.get("likeCount") or 0),
        reposts=int(view.get("repostCount") or 0),
        replies=int(view.get("replyCount") or 0),
        quotes=int(view.get("quoteCount") or 0),
    )


def thread_posts(node: Mapping[str, Any]) -> list[ThreadPost]:
    """Flatten a thread: what was said before, the post, then answers in order of time. Deleted and blocked ones drop out."""
    posts = []
    parent = node.get("parent")
    if isinstance(parent, dict):
        posts += thread_posts({**parent, "replies": []})
    if isinstance(node.get("post"), dict):
        posts.append(_thread_post(node["post"]))
    answers = [
        thread_posts(reply) for reply in node.get("replies") or [] if isinstance(reply.get("post"), dict)
    ]
    for branch in sorted(answers, key=lambda branch: branch[0].at):
        posts += branch
    return posts


def _thread_post(view: Mapping[str, Any]) -> ThreadPost:
    record = view.get("record") or {}
    parent = (record.get("reply") or {}).get("parent")
    return ThreadPost(
        ref_of(view),
        person_of(view["author"]),
        str(record.get("text", "")),
        moment(view["indexedAt"]),
        ref_of(parent) if isinstance(parent, dict) else None,
    )


def _facet(facet: Facet, dids: Mapping[str, str]) -> Body:
    kind = f"app.bsky.richtext.facet#{facet.kind}"
    feature = {
        "link": {"$type": kind, "uri": facet.value},
        "mention": {"$type": kind, "did": dids.get(facet.value, "")},
        "tag": {"$type": kind, "tag": facet.value},
    }[facet.kind]
    return {"index": {"byteStart": facet.start, "byteEnd": facet.end}, "features": [feature]}


def _pictures(rendered: Rendered, blobs: Sequence[Body]) -> Body:
    images = [{"alt": image.alt, "image": blob} for image, blob in zip(rendered.images, blobs, strict=True)]
    return {"$type": "app.bsky.embed.images", "images": images}


def _card(rendered: Rendered, thumb: Body | None) -> Body:
    assert rendered.card is not None
    external: Body = {
        "uri": rendered.link,
        "title": rendered.card.title,
        "description": rendered.card.description,
    }
    if thumb:
        external["thumb"] = thumb
    return {"$type": "app.bsky.embed.external", "external": external}


def _text_of(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
