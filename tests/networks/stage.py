"""The stage on which a connector plays: its network, a way to make it fail, and a way to look at it from outside."""

import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from livingroom.networks.errors import Gone
from livingroom.networks.interface import (
    Card,
    Draft,
    Event,
    Network,
    Published,
    Ref,
    Rendered,
    Stream,
    ThreadPost,
)
from tests.networks.proofs import Fault

Found = TypeVar("Found")


class Stage(ABC):
    network: Network
    secrets: tuple[str, ...]
    patience_seconds: float = 0
    # Where `someone_replies` shows; a feed has its items among the links, a shop window its comments.
    stream: Stream = "replies"

    @abstractmethod
    def fail_next(self, fault: Fault, *, writes: bool) -> None:
        """Let the next write (or the next read) fail."""

    @abstractmethod
    def reconnect(self) -> None:
        """What a person does after a 401 that did not heal by itself."""

    @abstractmethod
    def count_posts(self, text: str) -> int:
        """How many posts with this text stand on our account, seen from outside."""

    def say(self, post: Rendered, key: str) -> Published:
        """Write: publish, or answer where the network lets us do nothing else."""
        if self.network.capabilities.publish:
            return self.network.publish(post, key)
        self._under = self._under or self.new_post()
        return self.network.reply(self._under, post, key)

    _under: Ref | None = None

    def new_post(self) -> Ref:
        """A post of ours to read about; override where posts come about in another way than by `publish`."""
        return self.network.publish(rendered(self.network, words()), new_key()).ref

    def full_text(self, limit: int) -> str:
        """A text of just this length; override where the peer (not the network) measures in another way."""
        return "👩🏽‍🚀" * 20 + "é" * (limit - 20)

    def facet_texts(self, ref: Ref) -> list[str]:
        """The links and tags which the network itself finds in the post, in their order."""
        raise NotImplementedError(
            "Needed by networks that can write, unless `cannot` says why offsets mean nothing."
        )

    @abstractmethod
    def someone_replies(self, to: Ref, text: str) -> Ref:
        """A person answers our post (or, where nobody can answer, writes what our stream brings)."""

    def deliveries(self, to: Ref, texts: Iterable[str]) -> list[tuple[Mapping[str, str], bytes]]:
        """Headers and body of what the network would send us for people who write these texts, one after the other."""
        raise NotImplementedError("Needed by networks with the capability `webhook`.")

    def eventually(self, look: Callable[[], Found | None]) -> Found:
        """Look until something is there: views of a real network lag behind."""
        end = time.monotonic() + self.patience_seconds
        while not (found := look()) and time.monotonic() < end:
            time.sleep(0.1)
        assert found, "it never came"
        return found


def words(text: str = "A desk for less") -> str:
    return f"{text} {secrets.token_hex(4)}"


def rendered(network: Network, text: str, *, link: str = "", card: Card | None = None) -> Rendered:
    (only,) = network.render(Draft(text, "en", card), link)
    assert only.sendable, only.problems
    return only


def long_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=1)


def new_key() -> str:
    return secrets.token_hex(16)


def read_all(network: Network, stream: Stream, cursor: str) -> tuple[list[Event], str]:
    """All pages from the cursor on."""
    events: list[Event] = []
    while True:
        page = network.poll(stream, cursor)
        events += page.events
        cursor = page.cursor
        if not page.more:
            return events, cursor


def with_events(network: Network, stream: Stream, cursor: str) -> tuple[list[Event], str] | None:
    events, after = read_all(network, stream, cursor)
    return (events, after) if events else None


def thread_of(network: Network, ref: Ref, n_posts: int) -> list[ThreadPost] | None:
    try:
        posts = network.thread(ref)
    except Gone:
        return None
    return posts if len(posts) == n_posts else None
