"""Read Flickr's photos, comments and faves. Pure."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

from livingroom.networks.errors import SpecDrift
from livingroom.networks.interface import Event, Person, Ref, ThreadPost
from livingroom.networks.markup import to_text

Body = dict[str, Any]


def is_comment(ref: Ref) -> bool:
    """A comment's name holds that of its photo: 6065-109722179-72057594077818641. A photo's is a number."""
    return "-" in ref.id


def photo_of(ref: Ref) -> str:
    pieces = ref.id.split("-")
    return pieces[-2] if len(pieces) >= 2 else ref.id


def photo_ref(photo_id: str, owner: str) -> Ref:
    return Ref(photo_id, "", f"https://www.flickr.com/photos/{owner}/{photo_id}/")


def comment_ref(comment: Mapping[str, Any]) -> Ref:
    return Ref(str(comment["id"]), "", str(comment.get("permalink") or ""))


def machine_tag(key: str) -> str:
    """Our key as a tag that machines read: namespace:predicate=value."""
    return f"livingroom:key={hashlib.sha256(key.encode()).hexdigest()[:32]}"


def tag_list(tags: list[str]) -> str:
    """Tags with blanks or marks stand in quotation marks."""
    return " ".join('"' + tag.replace('"', "") + '"' for tag in tags)


def description(text: str) -> str:
    return escape(text, quote=False)


def content(value: object) -> str:
    """Flickr wraps words: {"_content": "…"}."""
    return str(value.get("_content") or "") if isinstance(value, dict) else str(value or "")


def person_of(comment: Mapping[str, Any]) -> Person:
    return Person(
        str(comment.get("author") or comment.get("user") or ""),
        str(comment.get("authorname") or comment.get("username") or ""),
        str(comment.get("realname") or ""),
    )


def words_of(comment: Mapping[str, Any]) -> str:
    return to_text(content(comment))


def event_of_comment(comment: Mapping[str, Any], photo_id: str, owner: str) -> Event:
    return Event(
        id=str(comment["id"]),
        stream="comments",
        kind="comment",
        at=moment(comment.get("datecreate")),
        actor=person_of(comment),
        ref=comment_ref(comment),
        subject=photo_ref(photo_id, owner),
        text=words_of(comment),
    )


def event_of_fave(fave: Mapping[str, Any], photo_id: str, owner: str) -> Event:
    who = person_of(fave)
    return Event(
        id=f"fave-{photo_id}-{who.id}",
        stream="reactions",
        kind="like",
        at=moment(fave.get("dateadded")),
        actor=who,
        subject=photo_ref(photo_id, owner),
    )


def thread_posts(photo: Mapping[str, Any], comments: list[Body], owner: str) -> list[ThreadPost]:
    top = photo_ref(str(photo["id"]), owner)
    about = photo.get("owner") or {}
    author = Person(
        str(about.get("nsid", "")), str(about.get("username", "")), str(about.get("realname", ""))
    )
    words = to_text(content(photo.get("description"))) or content(photo.get("title"))
    first = ThreadPost(top, author, words, moment(photo.get("dateuploaded")))
    answers = [
        ThreadPost(comment_ref(each), person_of(each), words_of(each), moment(each.get("datecreate")), top)
        for each in comments
    ]
    return [first, *answers]


def moment(value: object) -> datetime:
    return datetime.fromtimestamp(seconds(value), UTC)


def seconds(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise SpecDrift(f"{str(value)[:40]!r} is no time of Flickr.") from None
