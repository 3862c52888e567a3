"""What the journal could not record, kept where people and the shipper find it.

The file's blocks are reserved while there is still room, and it is overwritten in place: it works on a full disk.
"""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

RESERVED_BYTES = 4096
_KEPT = 20


@dataclass
class Gap:
    """Clicks answered but not written down, from the first to the last of them, microseconds UTC."""

    from_at: int
    to_at: int
    clicks: int
    reason: str


class GapsFile:
    def __init__(self, path: Path) -> None:
        self._path = path
        self.gaps = read_gaps(path)
        self._open_gap: Gap | None = None
        self._descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        with suppress(OSError):  # the disk is full already: an earlier start may have reserved the blocks
            os.posix_fallocate(self._descriptor, 0, RESERVED_BYTES)

    def add(self, *, at: int, clicks: int, reason: str) -> None:
        """Count clicks that were answered without a record."""
        if self._open_gap is None:
            self._open_gap = Gap(at, at, 0, reason)
            self.gaps = [*self.gaps[1 - _KEPT :], self._open_gap]
        self._open_gap.to_at = at
        self._open_gap.clicks += clicks
        self._write()

    def end(self) -> None:
        """Writing works again: the next failure is another gap."""
        self._open_gap = None

    def close(self) -> None:
        os.close(self._descriptor)

    def _write(self) -> None:
        text = json.dumps([asdict(gap) for gap in self.gaps])
        while len(text) > RESERVED_BYTES:
            self.gaps = self.gaps[1:]
            text = json.dumps([asdict(gap) for gap in self.gaps])
        with suppress(OSError):  # the count stays in memory and in the health answer
            os.pwrite(self._descriptor, text.ljust(RESERVED_BYTES).encode("ascii"), 0)


def read_gaps(path: Path) -> list[Gap]:
    """The gaps in a file; none when there is no file, or nothing readable in it."""
    try:
        rows = json.loads(path.read_bytes().rstrip(b"\x00 ") or b"[]")
        return [Gap(**row) for row in rows]
    except (OSError, ValueError, TypeError):
        return []
