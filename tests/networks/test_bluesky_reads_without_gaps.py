"""The walk over notifications that come newest first, against a network that is a list."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livingroom.networks.bluesky.keys import ALPHABET, record_key
from livingroom.networks.bluesky.polling import walk
from livingroom.networks.errors import Unavailable

PAGE_SIZE = 3


class Notifications:
    """A network's side: pages of three, newest first, the cursor is a time."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def happen(self, moment: int) -> None:
        number = len(self.rows)
        self.rows.append(
            {
                "uri": f"at://did:plc:ana/app.bsky.feed.post/{number}",
                "cid": f"cid{number}",
                "reason": "reply",
                "indexedAt": f"2026-11-22T12:00:{moment:02d}.000Z",
                "author": {"did": "did:plc:ana"},
                "record": {"text": "hello"},
            }
        )

    def __call__(self, page: str) -> dict[str, Any]:
        start = int(page) if page else 0
        newest_first = sorted(self.rows, key=lambda row: row["indexedAt"], reverse=True)
        found = newest_first[start : start + PAGE_SIZE]
        following = {"cursor": str(start + PAGE_SIZE)} if start + PAGE_SIZE < len(newest_first) else {}
        return {"notifications": found, **following}


def read(network: Notifications, cursor: str) -> tuple[list[str], str]:
    ids = []
    while True:
        page = walk(network, "replies", cursor)
        ids += [event.id for event in page.events]
        cursor = page.cursor
        if not page.more:
            return ids, cursor


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(st.lists(st.integers(0, 3), max_size=8), min_size=1, max_size=5))
def test_everything_is_read_once_whatever_the_bursts(bursts: list[list[int]]) -> None:
    network, cursor, seen = Notifications(), "", list[str]()

    for number, burst in enumerate(bursts):
        # Later bursts come later; inside one, several share a moment.
        for moment in burst:
            network.happen(number * 10 + moment)
        ids, cursor = read(network, cursor)
        seen += ids

    assert sorted(seen) == sorted(row["uri"] for row in network.rows)


def test_a_stop_in_the_middle_of_a_walk_loses_nothing() -> None:
    network = Notifications()
    for moment in range(8):
        network.happen(moment)

    first = walk(network, "replies", "")
    rest, _ = read(network, first.cursor)

    assert first.more
    assert len({event.id for event in first.events} | set(rest)) == 8


def test_an_unreadable_cursor_begins_again_and_says_so() -> None:
    network = Notifications()
    network.happen(1)

    page = walk(network, "replies", "what is this?")

    assert page.restarted
    assert len(page.events) == 1


def test_a_network_that_is_down_is_not_taken_for_a_lost_place() -> None:
    def down(page: str) -> dict[str, Any]:
        raise Unavailable("down")

    with pytest.raises(Unavailable):
        walk(down, "replies", "")


@settings(deadline=None)  # a busy machine is no fault
@given(st.text(), st.text())
def test_a_placement_key_makes_one_valid_record_key(one: str, other: str) -> None:
    key = record_key(one)

    assert len(key) == 13
    assert set(key) <= set(ALPHABET)
    assert key[0] in "234567abcdefghij"
    assert (key == record_key(other)) == (one == other)
