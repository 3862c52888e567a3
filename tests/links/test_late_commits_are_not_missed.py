import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from livingroom.links.redirector import feed as feed_module
from livingroom.links.redirector.feed import Feed
from livingroom.links.redirector.rows import LinkRow, SourceUnavailable
from livingroom.links.redirector.snapshot import Snapshot

SECOND = 1_000_000


class Records:
    """A source whose rows appear when a transaction commits, not when it stamps them."""

    def __init__(self) -> None:
        self.rows: list[LinkRow] = []
        self.asked_since: list[int] = []

    def changed_since(self, microseconds: int, most: int) -> list[LinkRow]:
        self.asked_since.append(microseconds)
        return [row for row in self.rows if row.updated_at >= microseconds][:most]

    def page_after(self, slug: str, size: int) -> list[LinkRow]:
        return sorted(row for row in self.rows if row.slug > slug)[:size]

    def find(self, slugs: Sequence[str]) -> list[LinkRow]:
        return [row for row in self.rows if row.slug in slugs]

    def visitor_cookie(self) -> str:
        return "never"

    def identity(self) -> str:
        return "one"

    def close(self) -> None: ...


@pytest.fixture
def records() -> Records:
    return Records()


@pytest.fixture
def seen(tmp_path: Path, records: Records, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The slugs that the feed reports, while it runs, in order."""
    monkeypatch.setattr(feed_module, "POLL_SECONDS", 0.01)
    seen: list[str] = []
    feed = Feed(
        records,
        Snapshot(tmp_path / "links.sqlite3"),
        on_change=lambda rows, may_enter: seen.extend(row.slug for row in rows if may_enter),
        on_gone=lambda slugs: None,
        on_answer=lambda answers, unknown: None,
    )
    feed.start()
    yield seen
    feed.stop()


def _row(slug: str, updated_at: int) -> LinkRow:
    return LinkRow(slug, 1, "https://shop.example/", None, "", False, updated_at)


def _wait_for(seen: list[str], slug: str) -> None:
    deadline = time.monotonic() + 10
    while slug not in seen:
        assert time.monotonic() < deadline, seen
        time.sleep(0.01)


def test_a_change_that_commits_behind_a_newer_one_is_seen(records: Records, seen: list[str]) -> None:
    records.rows = [_row("newer", 100 * SECOND)]
    _wait_for(seen, "newer")

    records.rows.append(_row("late", 95 * SECOND))

    _wait_for(seen, "late")
    assert seen == ["newer", "late"]


def test_what_settled_is_not_read_again_and_again(
    records: Records, seen: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "SETTLE_SECONDS", 0.05)
    records.rows = [_row("one", 100 * SECOND)]
    _wait_for(seen, "one")

    deadline = time.monotonic() + 10
    while records.asked_since[-1] <= 100 * SECOND:
        assert time.monotonic() < deadline
        time.sleep(0.01)

    records.rows.append(_row("two", 200 * SECOND))
    _wait_for(seen, "two")
    assert seen == ["one", "two"]


class Interrupted(Records):
    """One that answers what changed, and goes away before it is copied."""

    def page_after(self, slug: str, size: int) -> list[LinkRow]:
        raise SourceUnavailable("gone")


def test_a_link_that_only_a_broken_off_copy_met_is_forgotten_by_the_next_one(tmp_path: Path) -> None:
    seen, gone = list[str](), list[str]()

    def feed(records: Records) -> Feed:
        return Feed(
            records,
            Snapshot(tmp_path / "links.sqlite3"),
            on_change=lambda rows, may_enter: seen.extend(row.slug for row in rows),
            on_gone=gone.extend,
            on_answer=lambda answers, unknown: None,
        )

    interrupted = Interrupted()
    interrupted.rows = [_row("old", 100 * SECOND)]
    first = feed(interrupted)
    first.start()
    _wait_for(seen, "old")
    first.stop()

    second = feed(Records())
    second.start()
    _wait_for(gone, "old")
    second.stop()

    assert gone == ["old"]
