"""Read comments and figures of one channel, in few calls. Plain Python, no Django."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from livingroom.networks.errors import Gone, SpecDrift
from livingroom.networks.interface import Metrics, Ref, ThreadPost
from livingroom.networks.newest_first import Row
from livingroom.networks.youtube import comments
from livingroom.networks.youtube.client import YouTubeClient

Body = dict[str, Any]
AT_ONCE = 50
PAGE_SIZE = 100
# How far back we look for a comment of ours whose receipt was lost: five units, the newest 500 threads.
PAGES_TO_LOOK_THROUGH = 5


class Reading:
    def __init__(self, client: YouTubeClient, channel_id: str) -> None:
        self._client = client
        self._channel_id = channel_id

    # Streams

    def comments(self, page: str) -> tuple[list[Row], str]:
        """Comments under all videos of the channel, newest first."""
        threads, following = self._threads(page, "snippet")
        return [row for thread in threads if (row := self._row(thread))], following

    def answers(self, page: str) -> tuple[list[Row], str]:
        """Answers under the newest threads. YouTube lists no answers by time: one under an old thread stays unseen."""
        threads, _ = self._threads("", "snippet,replies")
        rows = [
            self._answer_row(answer, comments.comment_ref(comments.top_of(thread)))
            for thread in threads
            for answer in comments.answers_of(thread)
            if comments.author_id(answer) != self._channel_id
        ]
        return sorted(rows, key=lambda row: -row.at), ""

    def _answer_row(self, answer: Body, above: Ref) -> Row:
        return Row(
            str(answer["id"]),
            comments.microseconds(answer),
            lambda: comments.event_of(answer, "replies", "reply", above),
        )

    def _row(self, thread: Body) -> Row:
        top = comments.top_of(thread)
        video = str(comments.snippet_of(thread).get("videoId") or "")
        subject = comments.video_ref(video) if video else None
        is_ours = comments.author_id(top) == self._channel_id
        return Row(
            str(top["id"]),
            comments.microseconds(top),
            lambda: None if is_ours else comments.event_of(top, "comments", "comment", subject),
        )

    # Threads

    def thread(self, thread_id: str) -> list[ThreadPost]:
        found = self._items("commentThreads", {"part": "snippet", "id": thread_id, "textFormat": "plainText"})
        if not found:
            raise Gone("This comment is no longer on YouTube.")
        return comments.thread_posts(found[0], self._all_answers(thread_id))

    def under_video(self, video: Ref) -> list[ThreadPost]:
        """All comments under a video, with all their answers; the video itself holds no words of ours to show."""
        query = {"part": "snippet,replies", "videoId": video.id, "order": "time", "maxResults": PAGE_SIZE}
        posts = [
            post
            for thread in self._all("commentThreads", query | {"textFormat": "plainText"})
            for post in comments.thread_posts(thread, self._answers_in(thread))
        ]
        return sorted(posts, key=lambda post: post.at)

    def ours_like(self, text: str, since: datetime) -> Body | None:
        page = ""
        for _ in range(PAGES_TO_LOOK_THROUGH):
            threads, page = self._threads(page, "snippet,replies")
            for thread in threads:
                for comment in [comments.top_of(thread), *self._answers_in(thread)]:
                    if self._is_ours_like(comment, text, since):
                        return comment
            if not page:
                break
        return None

    def _is_ours_like(self, comment: Body, text: str, since: datetime) -> bool:
        at = comments.moment(comments.snippet_of(comment).get("publishedAt"))
        is_ours = comments.author_id(comment) == self._channel_id
        return is_ours and at >= since and comments.words_of(comment).strip() == text.strip()

    def _answers_in(self, thread: Body) -> list[Body]:
        """All answers in a thread; only those with more than come along cost another unit."""
        along = comments.answers_of(thread)
        n_answers = int(comments.snippet_of(thread).get("totalReplyCount") or 0)
        return along if len(along) >= n_answers else self._all_answers(str(thread["id"]))

    def _all_answers(self, thread_id: str) -> list[Body]:
        return self._all(
            "comments",
            {"part": "snippet", "parentId": thread_id, "maxResults": PAGE_SIZE, "textFormat": "plainText"},
        )

    # Figures

    def metrics(self, refs: Sequence[Ref]) -> list[Metrics]:
        videos = self._by_id("videos", "statistics", [ref.id for ref in refs if comments.is_video(ref)])
        threads = self._by_id(
            "commentThreads", "snippet", [r.id for r in refs if not comments.is_video(r) and "." not in r.id]
        )
        answers = self._by_id("comments", "snippet", [r.id for r in refs if "." in r.id])
        return [self._figures(ref, videos, threads, answers) for ref in refs]

    def _figures(
        self, ref: Ref, videos: dict[str, Body], threads: dict[str, Body], answers: dict[str, Body]
    ) -> Metrics:
        if comments.is_video(ref):
            return comments.video_metrics(ref, videos.get(ref.id))
        if "." in ref.id:
            return comments.answer_metrics(ref, answers.get(ref.id))
        return comments.thread_metrics(ref, threads.get(ref.id))

    def _by_id(self, path: str, part: str, ids: list[str]) -> dict[str, Body]:
        found: dict[str, Body] = {}
        for start in range(0, len(ids), AT_ONCE):
            query = {"part": part, "id": ",".join(ids[start : start + AT_ONCE])}
            found |= {str(item.get("id")): item for item in self._items(path, query)}
        return found

    def _threads(self, page: str, part: str) -> tuple[list[Body], str]:
        query = {
            "part": part,
            "allThreadsRelatedToChannelId": self._channel_id,
            "order": "time",
            "maxResults": PAGE_SIZE,
            "textFormat": "plainText",
            "pageToken": page,
        }
        body = self._client.read("commentThreads", query)
        return _items_of(body), str(body.get("nextPageToken") or "")

    def _all(self, path: str, query: Mapping[str, Any]) -> list[Body]:
        """Every page: what is missing in a conversation would be taken for deleted."""
        found: list[Body] = []
        page = ""
        while True:
            body = self._client.read(path, {**query, "pageToken": page})
            found += _items_of(body)
            page = str(body.get("nextPageToken") or "")
            if not page:
                return found

    def _items(self, path: str, query: Mapping[str, Any]) -> list[Body]:
        return _items_of(self._client.read(path, query))


def _items_of(body: Body) -> list[Body]:
    items = body.get("items", [])
    if not isinstance(items, list):
        raise SpecDrift("YouTube's items are not a list.")
    return items
