"""The click journal: an answer waits until its click is on the disk, and one fdatasync serves everybody who waits.

The event loop queues framed records; one flusher thread writes all that are queued, syncs once and wakes the whole batch.
While it syncs, the next batch gathers: the sync in progress is the batching window.
"""

import asyncio
import fcntl
import logging
import os
import time
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread

from livingroom.links.redirector.gaps import GapsFile
from livingroom.links.redirector.segments import MAGIC, SegmentName, frame, sync_directory

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 2.0
MOST_QUEUED = 200_000


class Durability(StrEnum):
    DISK = "disk"  # the answer waits for fdatasync: survives a power cut
    OS = "os"  # the answer waits for write: survives a crash of this process
    MEMORY = "memory"  # the answer does not wait


class Journal:
    """One worker's segments. `append` belongs to the event loop; everything that touches the disk to the flusher thread."""

    def __init__(
        self,
        directory: Path,
        node: str,
        *,
        gaps: GapsFile,
        loop: asyncio.AbstractEventLoop,
        durability: Durability = Durability.DISK,
        segment_bytes: int = 64 * 1024 * 1024,
        segment_seconds: float = 3.0,
    ) -> None:
        self._directory, self._node, self._gaps, self._loop = directory, node, gaps, loop
        self.durability = durability
        self._segment_bytes, self._segment_seconds = segment_bytes, segment_seconds
        self._lock = Lock()
        self._queued: list[bytes] = []
        self._turned_away = 0
        self._landed: asyncio.Future[None] = loop.create_future()
        self._wake: SimpleQueue[bool] = SimpleQueue()
        self._segment: _OpenSegment | None = None
        self._sequence = 0
        self.recorded = self.unrecorded = self.batches = self.impatient = 0
        self.failure = ""
        self._thread = Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def append(self, payload: bytes) -> "asyncio.Future[None] | None":
        """Queue a click. Await what is returned before answering; None means that nobody need wait."""
        record = frame(payload)
        with self._lock:
            waiting = len(self._queued)
            landed = self._landed
            if waiting < MOST_QUEUED:
                self._queued.append(record)
            else:
                self._turned_away += 1
        if waiting == 0:
            self._wake.put(True)
            if self.durability is not Durability.MEMORY:
                self._loop.call_later(PATIENCE_SECONDS, self._give_up, landed)
        return None if self.durability is Durability.MEMORY else landed

    def close(self) -> None:
        """Write what is queued and seal the segment."""
        self._wake.put(False)
        self._thread.join()

    def _give_up(self, landed: "asyncio.Future[None]") -> None:
        """A disk that hangs must not keep visitors: they are answered, and their clicks stay queued."""
        if not landed.done():
            self.impatient += 1
            landed.set_result(None)

    def _run(self) -> None:
        going_on = True
        while going_on:
            try:
                going_on = self._wake.get(timeout=self._seconds_until_sealing())
            except Empty:
                self._seal()
                continue
            self._flush()
        self._flush()
        self._seal()

    def _flush(self) -> None:
        with self._lock:
            records, landed, turned_away = self._queued, self._landed, self._turned_away
            self._queued, self._landed, self._turned_away = [], self._loop.create_future(), 0
        if records:
            self._record(records)
        if turned_away:
            self._lose(turned_away, "the disk does not keep up")
        with suppress(RuntimeError):  # the loop closed before us; nobody waits any more
            self._loop.call_soon_threadsafe(_wake_all, landed)

    def _record(self, records: list[bytes]) -> None:
        try:
            self._write(b"".join(records))
        except OSError as error:
            self._lose(len(records), error.strerror or str(error))
            return
        if self.failure:
            log.warning("clicks are recorded again; %d were not", self.unrecorded)
            self.failure = ""
            self._gaps.end()
        self.recorded += len(records)
        self.batches += 1

    def _write(self, data: bytes) -> None:
        """Write a batch, in a fresh segment if this one fails: after a failed sync its pages cannot be trusted again."""
        segment = self._segment or self._open()
        try:
            segment.append(data, sync=self.durability is Durability.DISK)
        except OSError:
            self._seal()
            segment = self._open()
            try:
                segment.append(data, sync=self.durability is Durability.DISK)
            except OSError:
                self._seal()
                raise
        if segment.size >= self._segment_bytes or time.monotonic() >= segment.seal_at:
            self._seal()

    def _lose(self, clicks: int, reason: str) -> None:
        if not self.failure:
            log.error("clicks are answered but not recorded: %s", reason)
        self.failure = reason
        self.unrecorded += clicks
        self._gaps.add(at=time.time_ns() // 1000, clicks=clicks, reason=reason)

    def _open(self) -> "_OpenSegment":
        self._sequence += 1
        name = SegmentName(self._node, self._sequence)
        self._segment = _OpenSegment(self._directory, name, seal_at=time.monotonic() + self._segment_seconds)
        return self._segment

    def _seal(self) -> None:
        if self._segment is not None:
            segment, self._segment = self._segment, None
            try:
                segment.seal(sync=self.durability is not Durability.MEMORY)
            except OSError as error:
                log.error("segment stays open until the next start: %s", error)

    def _seconds_until_sealing(self) -> float | None:
        return None if self._segment is None else max(0.0, self._segment.seal_at - time.monotonic())


class _OpenSegment:
    def __init__(self, directory: Path, name: SegmentName, *, seal_at: float) -> None:
        self._directory, self._name, self.seal_at = directory, name, seal_at
        self._path = name.path(directory, "open")
        self.size, self._torn = 0, False
        self._descriptor = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.append(MAGIC, sync=False)
            sync_directory(directory)
        except OSError:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
            raise

    def append(self, data: bytes, *, sync: bool) -> None:
        """All of it or, after an OSError, none: half a record would spoil what follows."""
        try:
            written = 0
            while written < len(data):
                written += os.write(self._descriptor, data[written:] if written else data)
            if sync:
                os.fdatasync(self._descriptor)
        except OSError:
            self._torn = True
            os.ftruncate(self._descriptor, self.size)
            os.lseek(self._descriptor, self.size, os.SEEK_SET)
            self._torn = False
            raise
        self.size += len(data)

    def seal(self, *, sync: bool) -> None:
        """Hand the segment over by renaming it; one that holds no click is removed, a torn one waits to be mended."""
        try:
            if self._torn:
                return
            if self.size <= len(MAGIC):
                self._path.unlink()
                return
            if sync:
                os.fdatasync(self._descriptor)
            self._path.rename(self._name.path(self._directory, "sealed"))
            sync_directory(self._directory)
        finally:
            os.close(self._descriptor)


def _wake_all(landed: "asyncio.Future[None]") -> None:
    if not landed.done():
        landed.set_result(None)
