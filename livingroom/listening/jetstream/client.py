"""Follow the stream: from where we stood, again after every break, a little longer apart each time."""

import logging
import random
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpcore
from django.conf import settings
from django.db import close_old_connections, transaction
from django.db.models import F
from django.utils import timezone

from livingroom.listening.jetstream.reading import POSTS, Note, Unreadable, read_note
from livingroom.listening.models import Poison, Source
from livingroom.listening.taking import Heard, forget, take_in
from livingroom.listening.topics.live import live_matcher
from livingroom.listening.topics.matching import Matcher
from livingroom.listening.topics.tree import Said
from livingroom.networks.errors import NetworkError
from livingroom.networks.guard import judge

log = logging.getLogger("livingroom.listening")
FLUSH_SECONDS = 1.0
FLUSH_SIZE = 200
LOOK_BACK_US = 2_000_000  # on coming back: what passed just before the break comes again, and is known
LARGEST_MESSAGE = 512 * 1024
SILENT_SECONDS = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


@dataclass
class Following:
    """One source while it is followed. `is_ours` renews the right to it and says whether it still holds."""

    source_id: int
    stop: threading.Event
    is_ours: Callable[[], bool]
    pause: float = FIRST_PAUSE
    kept: list[Heard] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    n_seen: int = 0
    time_us: int | None = None
    flushed_at: float = field(default_factory=time.monotonic)
    matcher: Matcher | None = None

    def run(self) -> None:
        """Follow until told to stop, the source is ended, or another process has it."""
        pause = self.pause
        while not self.stop.is_set() and self.is_ours():
            close_old_connections()
            source = Source.objects.filter(pk=self.source_id, ended_at=None).first()
            if source is None:
                return
            began = time.monotonic()
            problem = self._follow(source)
            if time.monotonic() - began > LONGEST_PAUSE:
                pause = self.pause
            Source.objects.filter(pk=self.source_id).update(problem=problem[:300])
            if problem:
                log.warning("The stream at %s broke: %s", source.address, problem)
            # A little chance, so that a house full of readers does not come back in one moment.
            self.stop.wait(pause * random.uniform(0.5, 1.0))
            pause = min(pause * 2, LONGEST_PAUSE)

    def _follow(self, source: Source) -> str:
        """Read until it breaks. Returns why."""
        from websockets.exceptions import WebSocketException
        from websockets.sync.client import connect

        try:
            url = address_from(source)
            with connect(
                url, sock=_socket(url), max_size=LARGEST_MESSAGE, open_timeout=10, close_timeout=1
            ) as stream:
                Source.objects.filter(pk=source.pk).update(problem="")
                heard_at = time.monotonic()
                while not self.stop.is_set():
                    try:
                        self._see(stream.recv(timeout=0.25))
                        heard_at = time.monotonic()
                    except TimeoutError:
                        if time.monotonic() - heard_at > SILENT_SECONDS:
                            return f"Nothing came for {SILENT_SECONDS:.0f} seconds."
                    if self._is_time() and not self._flush():
                        return ""
                self._flush()
                return ""
        except (OSError, WebSocketException, ValueError, NetworkError, httpcore.ConnectError) as problem:
            self._flush()
            return f"{type(problem).__name__}: {problem}" if str(problem) else type(problem).__name__

    def _see(self, message: str | bytes) -> None:
        self.n_seen += 1
        try:
            note = read_note(message)
        except Unreadable as problem:
            text = message if isinstance(message, str) else message.decode(errors="replace")
            self.unreadable.append((text[:4000], str(problem)))
            return
        self.time_us = max(note.time_us, self.time_us or 0)
        self._sort(note)

    def _sort(self, note: Note) -> None:
        if note.gone:
            self.gone.append(note.gone)
        post = note.post
        if post is None:
            return
        self.matcher = self.matcher or live_matcher()
        if self.matcher.match(
            Said(post.text, post.language, network=post.network, author=post.author_id.lower())
        ):
            self.kept.append(post)

    def _is_time(self) -> bool:
        return len(self.kept) >= FLUSH_SIZE or time.monotonic() - self.flushed_at >= FLUSH_SECONDS

    def _flush(self) -> bool:
        """Keep what was found and move the place, together or not at all. Returns whether the source is still ours."""
        self.flushed_at, now = time.monotonic(), timezone.now()
        with transaction.atomic():
            taken = take_in(self.kept, now=now)
            if self.gone:
                forget("bluesky", self.gone, now=now)
            Poison.objects.bulk_create(
                Poison(
                    source="stream, bluesky",
                    content={"message": text.replace("\0", "�")},
                    reason=reason[:300],
                    at=now,
                )
                for text, reason in self.unreadable
            )
            seen: dict[str, Any] = {"n_seen": F("n_seen") + self.n_seen, "n_kept": F("n_kept") + taken.n_new}
            if self.time_us is not None:
                seen |= {"cursor": self.time_us, "heard_at": now}
            Source.objects.filter(pk=self.source_id).update(**seen)
        self.kept, self.gone, self.unreadable, self.n_seen = [], [], [], 0
        # Topics may have changed meanwhile.
        self.matcher = live_matcher()
        return self.is_ours() and Source.objects.filter(pk=self.source_id, ended_at=None).exists()


def address_from(source: Source) -> str:
    """Where to go on: a little before our place, since a break may have lost what was on its way."""
    query = {"wantedCollections": POSTS}
    if source.cursor is not None:
        query["cursor"] = str(source.cursor - LOOK_BACK_US)
    return f"{source.address}?{urlencode(query)}"


def _socket(url: str) -> socket.socket:
    """A connection to an address that we may go to; the name is looked up once, so it cannot change on the way."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "wss" else 80)
    if parts.scheme not in {"ws", "wss"}:
        raise ValueError("The address of a stream begins with wss://.")
    address = judge(host, port, allow_private=settings.ALLOW_PRIVATE_NETWORKS)
    return socket.create_connection((str(address), port), timeout=10)
