from pathlib import Path

import pytest

from livingroom.links.redirector.segments import (
    MAGIC,
    CorruptSegment,
    SegmentName,
    frame,
    list_segments,
    read_segment,
    recover,
)
from tests.links.load import Load
from tests.links.support import LinkTable, journal_clicks, redirector, wait_until

NAME = SegmentName("w0-test", 1)


def test_kill_9_under_load_loses_no_answered_click(tmp_path: Path, links: LinkTable) -> None:
    links.put("shop", "https://shop.example/")
    answered: list[str] = []
    for _ in range(3):
        with redirector(tmp_path) as running, Load(running.port, "/shop") as load:
            wait_until(lambda load=load: len(load.answered) > 300)  # type: ignore[misc]
            running.kill()
        answered += load.answered

    recover(tmp_path / "clicks" / "segments")

    recorded = [click.click_id for click in journal_clicks(tmp_path)]
    assert len(answered) > 900
    assert set(answered) <= set(recorded)
    assert len(recorded) == len(set(recorded))


def test_the_next_start_mends_what_a_crash_left(tmp_path: Path, links: LinkTable) -> None:
    links.put("shop", "https://shop.example/")
    with redirector(tmp_path) as running:
        running.get("/shop")
        running.kill()
    assert list_segments(tmp_path / "clicks" / "segments", "open")

    with redirector(tmp_path):
        assert len(journal_clicks(tmp_path)) == 1


@pytest.mark.parametrize(
    "torn", [b"\x05", b"\x10\x00\x00\x00\x99\x99\x99\x99", frame(b"third")[:-1], b"\x00" * 64]
)
def test_a_torn_tail_is_cut_and_the_rest_kept(tmp_path: Path, torn: bytes) -> None:
    NAME.path(tmp_path, "open").write_bytes(MAGIC + frame(b"first") + frame(b"second") + torn)

    (found,) = recover(tmp_path)

    assert (found.records, found.bytes_cut) == (2, len(torn))
    assert read_segment(NAME.path(tmp_path, "sealed")) == [b"first", b"second"]


def test_a_damaged_record_in_the_tail_is_cut(tmp_path: Path) -> None:
    damaged = bytearray(frame(b"second"))
    damaged[-1] ^= 1
    NAME.path(tmp_path, "open").write_bytes(MAGIC + frame(b"first") + damaged)

    recover(tmp_path)

    assert read_segment(NAME.path(tmp_path, "sealed")) == [b"first"]


def test_an_empty_segment_leaves_nothing_behind(tmp_path: Path) -> None:
    NAME.path(tmp_path, "open").write_bytes(MAGIC)

    recover(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_living_writers_segment_is_left_alone(tmp_path: Path, links: LinkTable) -> None:
    links.put("shop", "https://shop.example/")
    with redirector(tmp_path) as running:
        running.get("/shop")

        assert recover(tmp_path / "clicks" / "segments") == []


def test_a_damaged_sealed_segment_is_refused_whole(tmp_path: Path) -> None:
    data = bytearray(MAGIC + frame(b"first") + frame(b"second"))
    data[-2] ^= 1
    NAME.path(tmp_path, "sealed").write_bytes(data)

    with pytest.raises(CorruptSegment, match="after 1 good"):
        read_segment(NAME.path(tmp_path, "sealed"))
