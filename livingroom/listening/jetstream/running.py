"""Which process follows which stream: the one whose ticker asks, as long as it keeps its lease."""

import os
import secrets
import socket
import threading
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from livingroom.listening.jetstream.client import Following
from livingroom.listening.models import Source
from livingroom.people.models import Staff
from livingroom.people.policy import require
from livingroom.shared.events import record_event
from livingroom.shared.leases import give_back, take_lease
from livingroom.shared.problems import Problem

LEASE, RENEW_EVERY = timedelta(seconds=30), timedelta(seconds=10)
PUBLIC_STREAM = "wss://jetstream2.us-east.bsky.network/subscribe"
_threads: dict[int, threading.Thread] = {}
_stop = threading.Event()


class BadAddress(ValueError):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


def follow_sources(now: datetime) -> None:
    """Have each open source followed by a thread of its own, if no other process does so already."""
    for source_id in Source.objects.filter(ended_at=None).values_list("pk", flat=True):
        running = _threads.get(source_id)
        if running is not None and running.is_alive():
            continue
        name, holder = (
            f"stream {source_id}",
            f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}",
        )
        if take_lease(name, holder, now=now, length=LEASE):
            thread = threading.Thread(target=_follow, args=(source_id, name, holder), name=name, daemon=True)
            _threads[source_id] = thread
            thread.start()


def stop_following() -> None:
    """End the threads of this process; for tests and an orderly end."""
    _stop.set()
    for thread in list(_threads.values()):
        thread.join(timeout=5)
    _threads.clear()
    _stop.clear()


def _follow(source_id: int, name: str, holder: str) -> None:
    renewed_at = timezone.now()

    def is_ours() -> bool:
        nonlocal renewed_at
        now = timezone.now()
        if now - renewed_at < RENEW_EVERY:
            return True
        renewed_at = now
        return take_lease(name, holder, now=now, length=LEASE)

    try:
        Following(source_id, _stop, is_ours).run()
    finally:
        give_back(name, holder)
        connection.close()


def open_source(*, staff: Staff, address: str, now: datetime) -> Source:
    """Begin to follow a stream. Raises BadAddress, PermissionDenied."""
    require(staff, "set_up")
    address = address.strip().rstrip("/")
    if not address.startswith(("wss://", "ws://")) or "?" in address:
        raise BadAddress(
            Problem(f"Write the address of a Jetstream, such as {PUBLIC_STREAM}.", field="address")
        )
    source, _ = Source.objects.update_or_create(
        kind=Source.Kind.JETSTREAM, address=address, defaults={"ended_at": None, "problem": ""}
    )
    record_event(actor=staff, verb="listens to", subject=source, now=now, address=address)
    return source


def close_source(*, staff: Staff, source: Source, now: datetime) -> None:
    """Follow it no more; what it brought stays. Raises PermissionDenied."""
    require(staff, "set_up")
    source.ended_at = now
    source.save(update_fields=["ended_at"])
    record_event(actor=staff, verb="stopped listening to", subject=source, now=now)
