"""Read YouTube's comments and figures. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from livingroom.networks.errors import SpecDrift
from livingroom.networks.interface import Event, Metrics, Person, Ref, Stream, ThreadPost

Body = dict[str, Any]
VIDEO_ID_LENGTH = 11


def is_video(ref: Ref) -> bool:
    """Videos have names of eleven letters; those of comments are longer, and an answer's begins with its thread's."""
    return len(ref.id) == VIDEO_ID_LENGTH


def thread_of(ref: Ref) -> str:
    return ref.id.partition(".")[0]


def video_ref(video_id: str) -> Ref:
    return Ref(video_id, "", f"https://www.youtube.com/watch?v={video_id}")


def comment_ref(comment: Mapping[str, Any], video_id: str = "") -> Ref:
    snippet = snippet_of(comment)
    video = str(snippet.get("videoId") or video_id)
    return Ref(
        str(comment["id"]),
        str(snippet.get("updatedAt") or ""),
        f"https://www.youtube.com/watch?v={video}&lc={comment['id']}" if video else "",
    )


def snippet_of(thing: Mapping[str, Any]) -> Body:
    snippet = thing.get("snippet")
    if not isinstance(snippet, dict) or "id" not in thing:
        raise SpecDrift("A comment of YouTube has no id or snippet.")
    return snippet


def top_of(thread: Mapping[str, Any]) -> Body:
    top = snippet_of(thread).get("topLevelComment")
    if not isinstance(top, dict):
        raise SpecDrift("A thread of YouTube has no comment.")
    return top


def answers_of(thread: Mapping[str, Any]) -> list[Body]:
    """The answers that come along with a thread: at most five, the rest must be asked for."""
    found = (thread.get("replies") or {}).get("comments")
    return found if isinstance(found, list) else []


def words_of(comment: Mapping[str, Any]) -> str:
    snippet = snippet_of(comment)
    return str(snippet.get("textOriginal") or snippet.get("textDisplay") or "")


def author_id(comment: Mapping[str, Any]) -> str:
    return str((snippet_of(comment).get("authorChannelId") or {}).get("value") or "")


def person_of(comment: Mapping[str, Any]) -> Person:
    name = str(snippet_of(comment).get("authorDisplayName") or "")
    return Person(author_id(comment) or name, name, name)


def event_of(comment: Mapping[str, Any], stream: Stream, kind: str, subject: Ref | None) -> Event:
    return Event(
        id=str(comment["id"]),
        stream=stream,
        kind=kind,
        at=moment(snippet_of(comment).get("publishedAt")),
        actor=person_of(comment),
        ref=comment_ref(comment),
        subject=subject,
        text=words_of(comment),
    )


def thread_posts(thread: Mapping[str, Any], answers: list[Body]) -> list[ThreadPost]:
    top = top_of(thread)
    video = str(snippet_of(thread).get("videoId") or "")
    in_time = sorted(answers, key=lambda each: moment(snippet_of(each).get("publishedAt")))
    return [
        ThreadPost(
            comment_ref(each, video),
            person_of(each),
            words_of(each),
            moment(snippet_of(each).get("publishedAt")),
            None if each is top else comment_ref(top, video),
        )
        for each in [top, *in_time]
    ]


def video_metrics(ref: Ref, video: Mapping[str, Any] | None) -> Metrics:
    if video is None:
        return Metrics(ref, gone=True)
    counts = video.get("statistics") or {}
    return Metrics(
        ref,
        likes=int(counts.get("likeCount") or 0),
        replies=int(counts.get("commentCount") or 0),
        views=int(counts.get("viewCount") or 0),
    )


def thread_metrics(ref: Ref, thread: Mapping[str, Any] | None) -> Metrics:
    if thread is None:
        return Metrics(ref, gone=True)
    likes = int(snippet_of(top_of(thread)).get("likeCount") or 0)
    return Metrics(ref, likes=likes, replies=int(snippet_of(thread).get("totalReplyCount") or 0))


def answer_metrics(ref: Ref, comment: Mapping[str, Any] | None) -> Metrics:
    if comment is None:
        return Metrics(ref, gone=True)
    return Metrics(ref, likes=int(snippet_of(comment).get("likeCount") or 0))


def moment(value: object) -> datetime:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise SpecDrift(f"{str(value)[:40]!r} is no time of YouTube.") from None


def microseconds(comment: Mapping[str, Any]) -> int:
    return int(moment(snippet_of(comment).get("publishedAt")).timestamp() * 1_000_000)
