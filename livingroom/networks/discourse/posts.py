"""Read Discourse's posts, notifications and deliveries. Pure."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from livingroom.networks.errors import Forbidden, SpecDrift
from livingroom.networks.interface import Event, Metrics, Person, Published, Ref, Stream, ThreadPost

Body = dict[str, Any]
LIKE = 2  # the number of "like" among Discourse's post actions
# The kinds of notifications that are people's words or reactions. (stream -> number -> our word)
NOTIFICATIONS: dict[Stream, dict[int, str]] = {
    "replies": {2: "reply", 9: "reply"},
    "mentions": {1: "mention", 3: "quote", 15: "mention"},
    "reactions": {5: "like", 19: "like", 25: "like"},
    "links": {11: "link"},
}


def ref_of(post: Mapping[str, Any], server_url: str) -> Ref:
    try:
        address = f"{server_url}/t/{post['topic_id']}/{post['post_number']}"
        return Ref(str(post["id"]), str(post.get("version") or 1), address)
    except KeyError as error:
        raise SpecDrift(f"A post of Discourse has no {error}.") from None


def published(post: Mapping[str, Any], key: str, server_url: str) -> Published:
    return Published(ref_of(post, server_url), moment(post.get("created_at")), key)


def is_gone(post: Mapping[str, Any]) -> bool:
    return bool(post.get("deleted_at") or post.get("user_deleted"))


def metrics_of(ref: Ref, post: Mapping[str, Any]) -> Metrics:
    if is_gone(post):
        return Metrics(ref, gone=True)
    # Under the opening post hangs the whole topic; under any other what was written as an answer to it.
    answers = (
        int(post.get("posts_count") or 1) - 1
        if post.get("post_number") == 1
        else int(post.get("reply_count") or 0)
    )
    return Metrics(ref, likes=n_likes(post), replies=answers, quotes=int(post.get("quote_count") or 0))


def n_likes(post: Mapping[str, Any]) -> int:
    return next(
        (int(row.get("count") or 0) for row in post.get("actions_summary") or [] if row.get("id") == LIKE), 0
    )


def is_liked_by_us(post: Mapping[str, Any]) -> bool:
    return any(row.get("id") == LIKE and row.get("acted") for row in post.get("actions_summary") or [])


def person_of(post: Mapping[str, Any]) -> Person:
    return Person(
        str(post.get("user_id") or post.get("username")),
        str(post.get("username")),
        str(post.get("name") or ""),
    )


def thread_posts(posts: list[Body], server_url: str) -> list[ThreadPost]:
    by_number = {post.get("post_number"): ref_of(post, server_url) for post in posts}
    return [
        ThreadPost(
            ref=ref_of(post, server_url),
            author=person_of(post),
            text=text_of(post),
            at=moment(post.get("created_at")),
            parent=None
            if post.get("post_number") == 1
            else by_number.get(number(post.get("reply_to_post_number"))),
        )
        for post in posts
        if not is_gone(post)
    ]


def text_of(post: Mapping[str, Any]) -> str:
    """The words as written; where Discourse gives only the page's, those without their marks."""
    if post.get("raw"):
        return str(post["raw"])
    from livingroom.networks.markup import to_text

    return to_text(str(post.get("cooked") or ""))


def number(value: object) -> int:
    """The number of the post that was answered. An answer to the topic as a whole answers its opening post."""
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else 1


def event_of_post(
    post: Mapping[str, Any], stream: Stream, kind: str, subject: Ref | None, server_url: str
) -> Event:
    """The same post has the same id, whether it was asked for or delivered."""
    return Event(
        id=f"post-{post.get('id')}",
        stream=stream,
        kind=kind,
        at=moment(post.get("created_at")),
        actor=person_of(post),
        ref=ref_of(post, server_url),
        subject=subject,
        text=text_of(post),
    )


def event_of_like(notice: Mapping[str, Any], post: Mapping[str, Any], server_url: str) -> Event:
    handle = str((notice.get("data") or {}).get("display_username") or "somebody")
    return Event(
        id=f"like-{post.get('id')}-{handle}",
        stream="reactions",
        kind="like",
        at=moment(notice.get("created_at")),
        actor=Person(handle, handle),
        ref=None,
        subject=ref_of(post, server_url),
    )


def check_signature(secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """`X-Discourse-Event-Signature: sha256=<hex>` over the body. Raises Forbidden."""
    given = {name.lower(): value for name, value in headers.items()}.get("x-discourse-event-signature", "")
    if not secret:
        raise Forbidden("No webhook secret was given; connect again with it.", "webhook")
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise Forbidden("The delivery is not signed with this forum's secret.", "webhook")


def moment(value: object) -> datetime:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise SpecDrift(f"{str(value)[:40]!r} is no time of Discourse.") from None
