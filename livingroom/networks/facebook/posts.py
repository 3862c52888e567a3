"""Read what Facebook says about posts and comments. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from livingroom.networks.errors import SpecDrift
from livingroom.networks.interface import Event, Metrics, Person, Ref, Rendered, ThreadPost

Body = Mapping[str, Any]
COMMENT_FIELDS = "id,message,created_time,from,parent{id},permalink_url"
POST_FIELDS = "id,message,created_time,from,permalink_url"
OWN_POST_FIELDS = f"{POST_FIELDS},attachments{{url,unshimmed_url}}"
POST_COUNTS = "id,reactions.limit(0).summary(true),comments.limit(0).filter(stream).summary(true),shares"
# Since November 2025; what was called impressions before is gone.
VIEWS = "post_media_view"
COMMENT_COUNTS = "id,like_count,comment_count"


def moment_of(row: Body) -> datetime:
    """When it was written; webhooks say it in seconds. Raises SpecDrift."""
    said = row.get("created_time")
    try:
        if isinstance(said, int):
            return datetime.fromtimestamp(said, UTC)
        return datetime.fromisoformat(str(said)).astimezone(UTC)
    except ValueError:
        raise SpecDrift(f"{str(said)[:40]!r} is not a time.") from None


def ref_of(row: Body) -> Ref:
    if not isinstance(row.get("id"), str):
        raise SpecDrift("Facebook's row has no id.")
    return Ref(row["id"], "", str(row.get("permalink_url") or f"https://www.facebook.com/{row['id']}"))


def person_of(row: Body) -> Person:
    """Who wrote it. Facebook names people only to apps that were reviewed for it; then there is a name, else nobody."""
    author = row.get("from") or {}
    return Person(str(author.get("id", "")), "", str(author.get("name", "")))


def comment_event(comment: Body, post_id: str) -> Event:
    parent = (comment.get("parent") or {}).get("id")
    ref = ref_of(comment)
    return Event(
        id=ref.id,
        stream="replies",
        kind="comment",
        at=moment_of(comment),
        actor=person_of(comment),
        ref=ref,
        subject=Ref(str(parent or post_id)),
        text=str(comment.get("message", "")),
    )


def mention_event(post: Body) -> Event:
    """A post of somebody else that names the page."""
    ref, text = ref_of(post), str(post.get("message", ""))
    return Event(ref.id, "mentions", "mention", moment_of(post), person_of(post), ref, None, text)


def thread_post(row: Body, parent_id: str = "") -> ThreadPost:
    parent = (row.get("parent") or {}).get("id") or parent_id
    return ThreadPost(
        ref_of(row),
        person_of(row),
        str(row.get("message", "")),
        moment_of(row),
        Ref(parent) if parent else None,
    )


def metrics_of(ref: Ref, row: Body, insights: Body | None = None) -> Metrics:
    if "like_count" in row or "comment_count" in row:
        return Metrics(ref, likes=int(row.get("like_count") or 0), replies=int(row.get("comment_count") or 0))
    return Metrics(
        ref,
        likes=_total(row.get("reactions")),
        reposts=int((row.get("shares") or {}).get("count") or 0),
        replies=_total(row.get("comments")),
        views=_views(insights),
    )


def _total(edge: object) -> int:
    summary = edge.get("summary") if isinstance(edge, dict) else None
    if not isinstance(summary, dict):
        raise SpecDrift("Facebook's post has no figures.")
    return int(summary.get("total_count") or 0)


def _views(insights: Body | None) -> int | None:
    """Of post_media_view, over the post's life; None where we may not see it or Facebook has not counted yet."""
    for figure in (insights or {}).get("data") or []:
        values = figure.get("values") or []
        if figure.get("name") == VIEWS and values:
            return int(values[-1].get("value") or 0)
    return None


def says_the_same(row: Body, rendered: Rendered) -> bool:
    """Whether this is what we meant to write: by its link, which no other post has, else by its words."""
    message = str(row.get("message", ""))
    if rendered.link:
        return rendered.link.rstrip("/") in {
            address.rstrip("/") for address in (*_addresses(row), *message.split())
        }
    return " ".join(message.split()) == " ".join(rendered.text.split())


def _addresses(row: Body) -> list[str]:
    attachments = (row.get("attachments") or {}).get("data") or []
    return [str(each.get(name) or "") for each in attachments for name in ("url", "unshimmed_url")]


def daily_values(body: Body) -> dict[str, list[tuple[datetime, int]]]:
    """Figures by name: each day's end and its value."""
    found: dict[str, list[tuple[datetime, int]]] = {}
    for figure in body.get("data") or []:
        values = figure.get("values") or []
        found[str(figure.get("name"))] = [
            (datetime.fromisoformat(str(each["end_time"])).astimezone(UTC), int(each.get("value") or 0))
            for each in values
            if "end_time" in each
        ]
    return found
