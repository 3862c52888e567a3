"""Read what X says about posts. Pure.

Some names changed with the network's own: where its specification says `repost_count` and `referenced_posts`, answers of
older servers say `retweet_count` and `referenced_tweets`. Both are understood.
"""

import html
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from livingroom.networks.errors import SpecDrift
from livingroom.networks.interface import Event, Metrics, Person, Ref, Rendered, Stream, ThreadPost

Body = Mapping[str, Any]
# Ids carry the moment of writing: milliseconds since this one, in the upper bits.
FIRST_MILLISECOND = 1_288_834_974_657
FIELDS = "created_at,conversation_id,entities,text"
EXPANSIONS = "author_id,referenced_posts,in_reply_to_user_id"


def ref_of(post_id: object) -> Ref:
    """A post's name. Raises SpecDrift."""
    text = str(post_id)
    if not text.isascii() or not text.isdigit():
        raise SpecDrift(f"{text[:40]!r} is not the number of a post on X.")
    return Ref(text, "", f"https://x.com/i/status/{text}")


def moment_of(post: Body) -> datetime:
    """When it was written: as X says it, else as its number says."""
    said = post.get("created_at")
    try:
        if isinstance(said, str):
            return datetime.fromisoformat(said).astimezone(UTC)
        return datetime.fromtimestamp(((int(post["id"]) >> 22) + FIRST_MILLISECOND) / 1000, UTC)
    except (KeyError, ValueError):
        raise SpecDrift("X's post has no time.") from None


def rows_of(body: Body) -> list[Body]:
    """The posts of an answer; X leaves `data` out where there are none. Raises SpecDrift."""
    rows = body.get("data", [])
    if not isinstance(rows, list) or not isinstance(body.get("meta", {}), dict):
        raise SpecDrift("X's posts are not a list.")
    return rows


def people_of(body: Body) -> dict[str, Person]:
    users = (body.get("includes") or {}).get("users") or []
    return {
        str(user.get("id")): Person(
            str(user.get("id")), str(user.get("username", "")), str(user.get("name", ""))
        )
        for user in users
    }


def parent_of(post: Body) -> Ref | None:
    """What a post answers."""
    for name in ("referenced_posts", "referenced_tweets"):
        for reference in post.get(name) or []:
            if reference.get("type") == "replied_to":
                return ref_of(reference["id"])
    return None


def event_of(post: Body, people: Mapping[str, Person], stream: Stream) -> Event:
    try:
        author = str(post["author_id"])
        return Event(
            id=str(post["id"]),
            stream=stream,
            kind="reply" if stream == "replies" else "mention",
            at=moment_of(post),
            actor=people.get(author, Person(author, "")),
            ref=ref_of(post["id"]),
            subject=parent_of(post),
            text=said_by(post),
        )
    except KeyError as error:
        raise SpecDrift(f"A post of X has no {error}.") from None


def thread_post(post: Body, people: Mapping[str, Person]) -> ThreadPost:
    event = event_of(post, people, "replies")
    return ThreadPost(ref_of(post["id"]), event.actor, event.text, event.at, event.subject)


def metrics_of(post: Body) -> Metrics:
    counts = post.get("public_metrics")
    if not isinstance(counts, dict):
        raise SpecDrift("A post of X has no figures.")
    return Metrics(
        ref_of(post.get("id")),
        likes=int(counts.get("like_count") or 0),
        reposts=int(counts.get("repost_count", counts.get("retweet_count")) or 0),
        replies=int(counts.get("reply_count") or 0),
        quotes=int(counts.get("quote_count") or 0),
        views=int(counts["impression_count"]) if "impression_count" in counts else None,
    )


def in_order(posts: Iterable[ThreadPost]) -> list[ThreadPost]:
    """Each post before what answers it, older answers first."""
    by_time = sorted(posts, key=lambda post: (post.at, int(post.ref.id)))
    known = {post.ref.id for post in by_time}
    below: dict[str, list[ThreadPost]] = {}
    for post in by_time:
        parent = post.parent.id if post.parent and post.parent.id in known else ""
        below.setdefault(parent, []).append(post)
    found, waiting = [], list(reversed(below.get("", [])))
    while waiting:
        post = waiting.pop()
        found.append(post)
        waiting += reversed(below.get(post.ref.id, []))
    return found


def said_by(post: Body) -> str:
    """The text with X's short addresses written out again, and without the one that stands for a picture."""
    text = str(post.get("text", ""))
    for address in _addresses(post):
        short, long = str(address.get("url", "")), str(address.get("expanded_url") or "")
        if short and long:
            text = text.replace(short, "" if address.get("media_key") else long)
    return html.unescape(text).strip()


def says_the_same(post: Body, rendered: Rendered) -> bool:
    """Whether this is what we meant to write: by its link, which no other post has, else by its words."""
    if rendered.link:
        wanted = rendered.link.rstrip("/")
        found = {str(address.get("expanded_url", "")).rstrip("/") for address in _addresses(post)}
        return wanted in found or wanted in said_by(post).split()
    return _plain(said_by(post)) == _plain(rendered.text)


def _addresses(post: Body) -> list[Body]:
    found = (post.get("entities") or {}).get("urls") or []
    return [address for address in found if isinstance(address, dict)]


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
