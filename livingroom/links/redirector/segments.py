"""The click journal on disk: what a segment file looks like, how it is read, and how one is mended after a crash.

    <node>-<sequence>.open     being written; its writer holds a lock on it
    <node>-<sequence>.sealed   complete; the shipper may take it
    <node>-<sequence>.poison   unreadable; set aside for a person

A segment is `MAGIC`, then records: length and CRC-32 of the payload, four bytes each, little-endian, then the payload.
"""

import fcntl
import os
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

MAGIC = b"LRCLICK1"
HEADER = struct.Struct("<II")
LONGEST_RECORD = 64 * 1024

_NAME = re.compile(r"(?P<node>[a-z0-9-]+)-(?P<sequence>\d{10})\.(?P<state>open|sealed|poison)")


class CorruptSegment(Exception):
    """A sealed segment does not read back as it was written; the text says where."""


@dataclass(frozen=True, order=True)
class SegmentName:
    """Who wrote a segment and its place in the writer's order; together they name it for ever."""

    node: str
    sequence: int

    def path(self, directory: Path, state: str) -> Path:
        return directory / f"{self}.{state}"

    def __str__(self) -> str:
        return f"{self.node}-{self.sequence:010d}"


def frame(payload: bytes) -> bytes:
    """A payload as it stands in a segment."""
    return HEADER.pack(len(payload), crc32(payload)) + payload


def parse_name(path: Path) -> SegmentName | None:
    match = _NAME.fullmatch(path.name)
    return SegmentName(match["node"], int(match["sequence"])) if match else None


def list_segments(directory: Path, state: str) -> list[SegmentName]:
    """The segments in this state, each node's in the order it wrote them."""
    names = (parse_name(path) for path in directory.glob(f"*.{state}"))
    return sorted(name for name in names if name is not None)


def read_segment(path: Path) -> list[bytes]:
    """Every payload of a sealed segment. Raises CorruptSegment rather than return a part."""
    data = path.read_bytes()
    payloads = list(_intact(data))
    end = len(MAGIC) + sum(HEADER.size + len(payload) for payload in payloads)
    if not data.startswith(MAGIC) or end != len(data):
        raise CorruptSegment(
            f"{path.name}: byte {end} of {len(data)} starts no valid record, after {len(payloads)} good ones"
        )
    return payloads


@dataclass(frozen=True)
class Recovered:
    """What mending found: the segment, its good records, and how many bytes of a torn tail were cut."""

    name: SegmentName
    records: int
    bytes_cut: int


def recover(directory: Path) -> list[Recovered]:
    """Seal what crashed writers left open, cutting the torn tail. Segments of living writers are left alone."""
    recovered = []
    for name in list_segments(directory, "open"):
        outcome = _recover_one(directory, name)
        if outcome is not None:
            recovered.append(outcome)
    return recovered


def _recover_one(directory: Path, name: SegmentName) -> Recovered | None:
    path = name.path(directory, "open")
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return _cut_and_seal(directory, name, descriptor)
    except BlockingIOError:
        return None
    finally:
        os.close(descriptor)


def _cut_and_seal(directory: Path, name: SegmentName, descriptor: int) -> Recovered:
    """Nothing in the tail was acknowledged: an answer waits until its whole batch is on the disk."""
    path = name.path(directory, "open")
    data = path.read_bytes()
    payloads = list(_intact(data))
    if not payloads:
        path.unlink()
        return Recovered(name, 0, len(data))
    end = len(MAGIC) + sum(HEADER.size + len(payload) for payload in payloads)
    os.ftruncate(descriptor, end)
    os.fsync(descriptor)
    path.rename(name.path(directory, "sealed"))
    sync_directory(directory)
    return Recovered(name, len(payloads), len(data) - end)


def _intact(data: bytes) -> Iterator[bytes]:
    """Payloads up to the first that is short or damaged."""
    if not data.startswith(MAGIC):
        return
    position, end = len(MAGIC), len(data)
    while position + HEADER.size <= end:
        length, checksum = HEADER.unpack_from(data, position)
        start = position + HEADER.size
        payload = data[start : start + length]
        if len(payload) < length or length == 0 or length > LONGEST_RECORD or crc32(payload) != checksum:
            return
        yield payload
        position = start + length


def sync_directory(directory: Path) -> None:
    """A new or renamed file survives a power cut only once its directory is on the disk."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
