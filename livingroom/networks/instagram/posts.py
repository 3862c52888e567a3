"""Read what Instagram says about posts and comments. Pure.

Instagram numbers posts and comments alike. So that a comment is known as one, and its post with it, we name it
`<post>_<comment>`, as Facebook does.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from livingroom.networks.errors import SpecDrift
from livingroom.networks.interface import Event, Metrics, Person, Ref, Rendered, ThreadPost

Body = Mapping[str, Any]
REPLY_FIELDS = "id,text,timestamp,username,from,parent_id"
COMMENT_FIELDS = f"{REPLY_FIELDS},replies.limit(50){{{REPLY_FIELDS}}}"
MEDIA_FIELDS = "id,caption,timestamp,username,permalink"
MEDIA_COUNTS = "id,like_count,comments_count"
COMMENT_COUNTS = "id,like_count,replies.limit(50){id}"
VIEWS = "views"


def number_of(ref: Ref) -> str:
    """Instagram's own number of a post or comment."""
    return ref.id.rpartition("_")[2]


def media_of(ref: Ref) -> str:
    return ref.id.partition("_")[0]


def is_comment(ref: Ref) -> bool:
    return "_" in ref.id


def id_of(row: Body) -> str:
    if not isinstance(row.get("id"), str):
        raise SpecDrift("Instagram's row has no id.")
    return str(row["id"])


def moment_of(row: Body) -> datetime:
    """When it was written. Raises SpecDrift."""
    try:
        return datetime.fromisoformat(str(row.get("timestamp"))).astimezone(UTC)
    except ValueError:
        raise SpecDrift(f"{str(row.get('timestamp'))[:40]!r} is not a time.") from None


def person_of(row: Body) -> Person:
    author = row.get("from") or {}
    handle = str(row.get("username") or author.get("username") or "")
    return Person(str(author.get("id") or handle), handle)


def media_ref(row: Body) -> Ref:
    return Ref(id_of(row), "", str(row.get("permalink") or ""))


def comment_ref(row: Body, media_id: str) -> Ref:
    return Ref(f"{media_id}_{id_of(row)}")


def with_replies(comments: list[Body]) -> Iterator[tuple[Body, str]]:
    """Each comment and each answer to it, with the number of what it answers (none: the post)."""
    for comment in comments:
        yield comment, ""
        for reply in (comment.get("replies") or {}).get("data") or []:
            yield reply, id_of(comment)


def comment_event(row: Body, media_id: str, parent: str = "") -> Event:
    ref = comment_ref(row, media_id)
    return Event(
        id=ref.id,
        stream="replies",
        kind="comment",
        at=moment_of(row),
        actor=person_of(row),
        ref=ref,
        subject=Ref(f"{media_id}_{parent}" if parent else media_id),
        text=str(row.get("text", "")),
    )


def mention_event(row: Body) -> Event:
    """A post of somebody else in which the account is tagged or named."""
    ref, text = media_ref(row), str(row.get("caption") or "")
    return Event(ref.id, "mentions", "mention", moment_of(row), person_of(row), ref, None, text)


def thread_post(row: Body, media_id: str, parent: str) -> ThreadPost:
    above = Ref(f"{media_id}_{parent}" if parent else media_id)
    return ThreadPost(
        comment_ref(row, media_id), person_of(row), str(row.get("text", "")), moment_of(row), above
    )


def metrics_of(ref: Ref, row: Body, insights: Body | None = None) -> Metrics:
    if is_comment(ref):
        replies = (row.get("replies") or {}).get("data") or []
        return Metrics(ref, likes=int(row.get("like_count") or 0), replies=len(replies))
    return Metrics(
        ref,
        likes=int(row.get("like_count") or 0),
        replies=int(row.get("comments_count") or 0),
        views=_views(insights),
    )


def says_the_same(row: Body, rendered: Rendered) -> bool:
    """Whether this is what we meant to write: by its link, which no other post has, else by its words."""
    said = str(row.get("caption") or row.get("text") or "")
    if rendered.link:
        return rendered.link in said.split()
    return " ".join(said.split()) == " ".join(rendered.text.split())


def _views(insights: Body | None) -> int | None:
    for figure in (insights or {}).get("data") or []:
        values = figure.get("values") or []
        if figure.get("name") == VIEWS and values:
            return int(values[-1].get("value") or 0)
    return None
