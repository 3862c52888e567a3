import asyncio
import errno
import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from livingroom.links.redirector import journal as journal_module
from livingroom.links.redirector.gaps import GapsFile, read_gaps
from livingroom.links.redirector.journal import Journal
from livingroom.links.redirector.segments import list_segments, read_segment
from tests.links.support import LinkTable, Running, click_id_in, journal_clicks, redirector, wait_until

LONG_AGENT = "Mozilla/5.0 " + "x" * 480


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("only root may mount a small disk; the injected failure below tests the same path")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_links_go_on_while_the_disk_is_full_and_the_gap_is_counted(
    tmp_path: Path, small_disk: Path, links: LinkTable
) -> None:
    links.put("shop", "https://shop.example/")
    with redirector(small_disk, database_url=f"sqlite:///{links.path}") as running:
        first = click_id_in(running.get("/shop"))
        _fill(small_disk / "ballast")
        unrecorded = _click_until_unrecorded(running)

        assert running.get("/shop").status_code == 302
        assert "No space left" in str(running.health()["problems"])

        (small_disk / "ballast").unlink()
        wait_until(lambda: click_id_in(running.get("/shop")) != "" and running.health()["status"] == "ok")
        last = click_id_in(running.get("/shop"))
        running.stop()

    recorded = [click.click_id for click in journal_clicks(small_disk)]
    (gap,) = read_gaps(small_disk / "clicks" / "gaps-w0.json")
    assert {first, last} <= set(recorded)
    assert gap.clicks >= unrecorded
    assert gap.reason == os.strerror(errno.ENOSPC)
    assert gap.from_at <= gap.to_at


def test_a_write_that_ends_half_way_spoils_no_record(tmp_path: Path, links: LinkTable) -> None:
    """Past this size the kernel writes what fits of a batch and refuses the rest."""
    links.put("shop", "https://shop.example/")

    def files_stay_small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))

    with redirector(tmp_path, limit=files_stay_small) as running:
        ids = [click_id_in(running.get("/shop", agent=LONG_AGENT)) for _ in range(1500)]
        running.stop()

    assert [click.click_id for click in journal_clicks(tmp_path)] == ids
    assert len(list_segments(tmp_path / "clicks" / "segments", "sealed")) > 1


def test_a_refused_write_is_counted_and_the_next_one_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> Journal:
        gaps = GapsFile(tmp_path / "gaps-w0.json")
        journal = Journal(tmp_path, "w0-test", gaps=gaps, loop=asyncio.get_running_loop())
        await _append(journal, b"before")
        with monkeypatch.context() as patch:
            patch.setattr(journal_module.os, "write", _refuse)
            await _append(journal, b"lost")
            await _append(journal, b"lost too")
        await _append(journal, b"after")
        await asyncio.to_thread(journal.close)
        return journal

    journal = asyncio.run(story())

    payloads = [
        payload
        for name in list_segments(tmp_path, "sealed")
        for payload in read_segment(name.path(tmp_path, "sealed"))
    ]
    (gap,) = read_gaps(tmp_path / "gaps-w0.json")
    assert payloads == [b"before", b"after"]
    assert (journal.recorded, journal.unrecorded, gap.clicks) == (2, 2, 2)


def test_a_disk_that_hangs_keeps_no_visitor_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "PATIENCE_SECONDS", 0.05)

    async def story() -> Journal:
        gaps = GapsFile(tmp_path / "gaps-w0.json")
        journal = Journal(tmp_path, "w0-test", gaps=gaps, loop=asyncio.get_running_loop())
        release = asyncio.Event()
        loop, sync = asyncio.get_running_loop(), os.fdatasync

        def hang(descriptor: int) -> None:
            asyncio.run_coroutine_threadsafe(release.wait(), loop).result()
            sync(descriptor)

        with monkeypatch.context() as patch:
            patch.setattr(journal_module.os, "fdatasync", hang)
            await _append(journal, b"patient")
            await _append(journal, b"queued")
            release.set()
            await asyncio.to_thread(journal.close)
        return journal

    journal = asyncio.run(story())

    assert journal.impatient >= 1
    assert journal.recorded == 2
    assert [read_segment(name.path(tmp_path, "sealed")) for name in list_segments(tmp_path, "sealed")] == [
        [b"patient", b"queued"]
    ]


def _refuse(descriptor: int, data: bytes) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


async def _append(journal: Journal, payload: bytes) -> None:
    landed = journal.append(payload)
    assert landed is not None
    await landed


def _fill(ballast: Path) -> None:
    """Write until the disk refuses: what statvfs calls free need not all be for us, least while others write."""
    with ballast.open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 1):
            with suppress(OSError):
                while file.write(b"x" * size) == size:
                    pass


def _click_until_unrecorded(running: Running) -> int:
    wait_until(
        lambda: (
            running.get("/shop", agent=LONG_AGENT).status_code == 302
            and bool(running.health()["clicks_not_recorded"])
        )
    )
    return int(str(running.health()["clicks_not_recorded"]))
