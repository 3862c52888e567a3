"""Where a lake's files are and how they get there: whole, or not at all."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq


class LakeAddressProblem(ValueError):
    """LAKE_URL names no place that a lake can be; the text shows an example."""


def local_folder(url: str) -> Path:
    """The folder of a local lake. Raises LakeAddressProblem."""
    if url.startswith("file://"):
        return Path(unquote(urlsplit(url).path))
    if not url or "://" in url:
        raise LakeAddressProblem(
            f"LAKE_URL is {url!r}; give a folder, for example LAKE_URL=/var/lib/livingroom/lake"
        )
    return Path(url)


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write beside, sync, then rename: a reader, or a power cut, meets the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    try:
        pq.write_table(table, draft, compression="zstd", compression_level=1)
        settle(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def settle(draft: Path, path: Path) -> None:
    """Make a complete file durable and give it its name."""
    _sync(draft, os.O_RDONLY)
    draft.replace(path)
    _sync(path.parent, os.O_RDONLY | os.O_DIRECTORY)


def remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        _sync(path.parent, os.O_RDONLY | os.O_DIRECTORY)


@contextmanager
def hold(path: Path, *, alone: bool) -> Iterator[None]:
    """Keep the lake's lock: readers together, or one who rearranges files alone."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
