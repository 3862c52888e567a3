"""Read comments, pingbacks and posts of a WordPress site into our words."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from livingroom.networks.errors import Gone, SpecDrift
from livingroom.networks.interface import Event, Metrics, Page, Person, Ref, Stream, ThreadPost
from livingroom.networks.markup import to_text
from livingroom.networks.wordpress.client import PAGE_SIZE, WordPressClient

Row = dict[str, Any]
# WordPress answers no address of more than some thousand letters, so a cursor names no more than this many comments.
MOST_WAITING = 100
# The API takes one type at a time; trackbacks, which nobody verifies, are left out.
STREAM_TYPES = {"replies": "comment", "links": "pingback"}
COMMENTS, POSTS = "/wp/v2/comments", "/wp/v2/posts"


@dataclass(frozen=True)
class Place:
    """The newest moment that we read, what we read of it, and the comments that were waiting for approval then."""

    at: str = ""
    ids: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)


def read_place(cursor: str) -> tuple[Place, bool]:
    """Our place in the stream, and whether it was lost."""
    if not cursor:
        return Place(), False
    try:
        place = Place(**json.loads(cursor))
        if place.at:
            moment(place.at)
        return place, False
    except (ValueError, TypeError, SpecDrift):
        return Place(), True


def poll_comments(client: WordPressClient, stream: Stream, cursor: str, own_id: str) -> Page:
    """What was said since the cursor, and what was approved since although it had been said before."""
    place, restarted = read_place(cursor)
    shared = {
        "context": "edit",
        "type": STREAM_TYPES[stream],
        "per_page": PAGE_SIZE,
        "author_exclude": own_id,
    }
    late = _late(client, place, shared)
    since = {}
    if place.at:
        since = {"after": _before(place.at), "exclude": ",".join(map(str, place.ids))}
    fresh = client.rows(COMMENTS, {**shared, **since, "order": "asc", "orderby": "date_gmt"})
    waiting = client.rows(COMMENTS, {**shared, "status": "hold", "_fields": "id", "order": "desc"})
    following = _following(place, fresh, [int(row["id"]) for row in waiting][:MOST_WAITING])
    events = sorted(
        {event.id: event for event in map(_event_of(stream), [*late, *fresh])}.values(), key=_order
    )
    return Page(tuple(events), json.dumps(asdict(following)), len(fresh) == PAGE_SIZE, restarted)


def _late(client: WordPressClient, place: Place, shared: Row) -> list[Row]:
    """Those that waited when we looked last and are approved now: their date lies before our place."""
    if not place.waiting:
        return []
    rows = client.rows(COMMENTS, {**shared, "include": ",".join(map(str, place.waiting))})
    return [row for row in rows if int(row["id"]) not in place.ids]


def _following(place: Place, fresh: Sequence[Row], waiting: list[int]) -> Place:
    if not fresh:
        return Place(place.at, place.ids, waiting)
    top = str(fresh[-1]["date_gmt"])
    ids = [int(row["id"]) for row in fresh if row["date_gmt"] == top]
    return Place(top, [*ids, *place.ids] if top == place.at else ids, waiting)


def _before(at: str) -> str:
    # `after` is exclusive, and more may come in a second that we have read: what we had of it is named by `exclude`.
    return (moment(at) - timedelta(seconds=1)).isoformat()


def _order(event: Event) -> tuple[datetime, str]:
    return event.at, event.id


class _event_of:
    def __init__(self, stream: Stream) -> None:
        self.stream = stream

    def __call__(self, row: Row) -> Event:
        try:
            return Event(
                id=f"comment:{row['id']}",
                stream=self.stream,
                kind="reply" if row["type"] == "comment" else str(row["type"]),
                at=moment(row["date_gmt"]),
                actor=person_of(row),
                ref=comment_ref(row),
                subject=parent_of(row),
                text=words_of(row),
            )
        except KeyError as error:
            raise SpecDrift(f"A comment of WordPress has no {error}.") from None


def read_thread(client: WordPressClient, ref: Ref) -> list[ThreadPost]:
    """The post and all that was said to it; for a comment only what leads to it and what hangs under it."""
    kind, number = split_ref(ref)
    comment = client.one(f"{COMMENTS}/{number}", {"context": "edit"}) if kind == "comment" else None
    post_id = str(comment["post"]) if comment else number
    post = client.one(f"{POSTS}/{post_id}", {"context": "edit"})
    if post.get("status") == "trash":
        raise Gone("This post is in WordPress's trash.")
    rows = list(
        client.all_rows(COMMENTS, {"context": "edit", "post": post_id, "type": "comment", "order": "asc"})
    )
    if comment:
        rows = _family(rows, int(number))
    first = ThreadPost(
        post_ref(post), Person(str(post["author"]), "", ""), words_of(post), moment(post["date_gmt"])
    )
    return [first, *(_thread_comment(row) for row in _by_tree(rows))]


def _family(rows: Sequence[Row], number: int) -> list[Row]:
    by_id = {int(row["id"]): row for row in rows}
    kept, above = {number}, by_id.get(number)
    while above and (parent := int(above["parent"])) in by_id and parent not in kept:
        kept.add(parent)
        above = by_id[parent]
    below = {number}
    for row in rows:  # parents come first
        if int(row["parent"]) in below:
            below.add(int(row["id"]))
    return [row for row in rows if int(row["id"]) in kept | below]


def _by_tree(rows: Sequence[Row]) -> list[Row]:
    known = {int(row["id"]) for row in rows}
    children: dict[int, list[Row]] = {}
    for row in rows:
        parent = int(row["parent"])
        children.setdefault(parent if parent in known else 0, []).append(row)

    def under(parent: int) -> Iterable[Row]:
        for row in children.get(parent, []):
            yield row
            yield from under(int(row["id"]))

    return list(under(0))


def _thread_comment(row: Row) -> ThreadPost:
    return ThreadPost(
        comment_ref(row), person_of(row), words_of(row), moment(row["date_gmt"]), parent_of(row)
    )


def count_reactions(client: WordPressClient, refs: Sequence[Ref]) -> list[Metrics]:
    """How many comments hang under each, and which are gone, in batches of a hundred."""
    counted: dict[str, int] = {}
    for kind, path, field_name in (("post", POSTS, "post"), ("comment", COMMENTS, "parent")):
        numbers = [number for ref in refs for each, number in [split_ref(ref)] if each == kind]
        for start in range(0, len(numbers), PAGE_SIZE):
            batch = ",".join(numbers[start : start + PAGE_SIZE])
            found = client.rows(path, {"include": batch, "per_page": PAGE_SIZE, "_fields": "id"})
            there = [str(row["id"]) for row in found]
            counted |= dict.fromkeys((f"{kind}:{number}" for number in there), 0)
            if there:
                wanted = {field_name: ",".join(there), "_fields": f"id,{field_name}", "type": "comment"}
                for row in client.all_rows(COMMENTS, wanted):
                    counted[f"{kind}:{row[field_name]}"] += 1
    return [
        Metrics(ref, replies=counted[ref.id]) if ref.id in counted else Metrics(ref, gone=True)
        for ref in refs
    ]


def split_ref(ref: Ref) -> tuple[str, str]:
    """Kind and number of post:12 or comment:34. Raises Gone for a name that no WordPress gives."""
    kind, _, number = ref.id.partition(":")
    if kind not in ("post", "comment") or not number.isdigit():
        raise Gone(f"{ref.id[:60]!r} is nothing on a WordPress site.")
    return kind, number


def post_ref(row: Row) -> Ref:
    try:
        return Ref(f"post:{int(row['id'])}", str(row.get("modified_gmt") or ""), str(row.get("link") or ""))
    except (KeyError, ValueError, TypeError):
        raise SpecDrift("WordPress's answer names no post.") from None


def comment_ref(row: Row) -> Ref:
    try:
        # A pingback's page is the page that links to us.
        url = row.get("link") if row.get("type", "comment") == "comment" else row.get("author_url")
        return Ref(f"comment:{int(row['id'])}", "", str(url or ""))
    except (KeyError, ValueError, TypeError):
        raise SpecDrift("WordPress's answer names no comment.") from None


def parent_of(row: Row) -> Ref:
    return Ref(f"comment:{row['parent']}") if row.get("parent") else Ref(f"post:{row['post']}")


def person_of(row: Row) -> Person:
    address = str(row.get("author_url") or "")
    identity = str(row.get("author") or "") or address or str(row.get("author_email") or "")
    if identity == "0":
        identity = address or str(row.get("author_name") or "")
    return Person(identity, urlsplit(address).hostname or "", to_text(str(row.get("author_name") or "")))


def words_of(row: Row) -> str:
    return to_text(str((row.get("content") or {}).get("rendered", "")))


def moment(text: object) -> datetime:
    """WordPress's `_gmt` times carry no zone. Raises SpecDrift."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        raise SpecDrift(f"{str(text)[:40]!r} is not a time.") from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
