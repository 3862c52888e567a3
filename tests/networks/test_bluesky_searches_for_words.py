"""The search, against a network that is a list: newest first, pages of three, and nothing but words."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from livingroom.networks.bluesky.client import BlueskyClient
from livingroom.networks.bluesky.searching import search_posts
from livingroom.networks.errors import Invalid, SpecDrift

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAGE_SIZE = 3


class Bluesky:
    """A network's side. `knows_since` is false of a server without an index of its own."""

    def __init__(self, *, knows_since: bool = True) -> None:
        self.posts: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self.knows_since = knows_since
        self.forgets = False

    def say(self, text: str, ago: timedelta, *, came: timedelta | None = None) -> None:
        number = len(self.posts)
        self.posts.append(
            {
                "uri": f"at://did:plc:ana/app.bsky.feed.post/{number}",
                "cid": f"cid{number}",
                "indexedAt": _written(NOW - (ago if came is None else came)),
                "author": {"did": "did:plc:ana", "handle": "ana.test"},
                "record": {"text": text, "createdAt": _written(NOW - ago)},
            }
        )

    def query(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        assert method == "app.bsky.feed.searchPosts"
        assert set(params) <= {"q", "sort", "since", "limit", "cursor"}
        self.asked.append(params)
        if self.forgets and "cursor" in params:
            raise Invalid("Malformed cursor")
        word = params["q"].strip('"')
        newest_first = sorted(self.posts, key=lambda post: post["record"]["createdAt"], reverse=True)
        rows = [
            post
            for post in newest_first
            if word in post["record"]["text"]
            and (not self.knows_since or post["record"]["createdAt"] >= params["since"])
        ]
        start = int(params.get("cursor", 0))
        more = {"cursor": str(start + PAGE_SIZE)} if start + PAGE_SIZE < len(rows) else {}
        return {"posts": rows[start : start + PAGE_SIZE], **more}


def search(
    network: Bluesky, ways: list[tuple[str, ...]], cursor: str = "", now: datetime = NOW
) -> tuple[list[str], str]:
    texts: list[str] = []
    while True:
        page = search_posts(cast(BlueskyClient, network), ways, cursor, now)
        texts += [event.text for event in page.events]
        cursor = page.cursor
        if not page.more:
            return texts, cursor


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.mark.parametrize("knows_since", [True, False])
def test_each_way_is_asked_to_its_end_and_later_only_what_is_new(knows_since: bool) -> None:
    network = Bluesky(knows_since=knows_since)
    for hours in range(1, 8):
        network.say(f"battery {hours}", timedelta(hours=hours))
    network.say("battery of last month", timedelta(days=20))
    network.say("it caught fire", timedelta(hours=2))
    ways = [("battery",), ("caught fire",)]

    first, cursor = search(network, ways)
    network.say("battery now", timedelta())
    later, _ = search(network, ways, cursor, NOW + timedelta(minutes=5))

    assert sorted(first) == sorted([*(f"battery {hours}" for hours in range(1, 8)), "it caught fire"])
    assert "battery now" in later
    # What came within ten minutes is read twice, for posts come late; all else once.
    assert len(later) <= 2
    assert {asked["q"] for asked in network.asked} == {"battery", '"caught fire"'}


def test_a_post_that_comes_late_is_found_all_the_same() -> None:
    network = Bluesky()
    network.say("battery one", timedelta(minutes=1))
    _, cursor = search(network, [("battery",)])

    network.say("battery two", timedelta(minutes=4), came=timedelta())
    later, _ = search(network, [("battery",)], cursor)

    assert "battery two" in later


def test_a_time_of_the_authors_choice_moves_no_place() -> None:
    network = Bluesky()
    network.say("battery of tomorrow", timedelta(days=-1), came=timedelta())
    _, cursor = search(network, [("battery",)])

    network.say("battery now", timedelta(minutes=-5), came=timedelta(minutes=-5))
    later, _ = search(network, [("battery",)], cursor, NOW + timedelta(minutes=6))

    assert "battery now" in later


def test_a_forgotten_page_begins_the_way_again_and_says_so() -> None:
    network = Bluesky()
    for hours in range(1, 6):
        network.say(f"battery {hours}", timedelta(hours=hours))
    first = search_posts(cast(BlueskyClient, network), [("battery",)], "", NOW)
    network.forgets = True

    again = search_posts(cast(BlueskyClient, network), [("battery",)], first.cursor, NOW)

    assert first.more
    assert again.restarted
    assert [event.text for event in again.events] == [event.text for event in first.events]


def test_an_answer_without_posts_is_no_empty_answer() -> None:
    class Changed(Bluesky):
        def query(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
            return {"hits": []}

    with pytest.raises(SpecDrift, match="not a list"):
        search(Changed(), [("battery",)])
