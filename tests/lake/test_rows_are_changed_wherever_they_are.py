import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from livingroom.lake import CLICKS, Lake
from livingroom.lake import erasure as erasure_module
from livingroom.lake.erasure import files_holding, rewrite_where

CONDITION = "visitor = $who"
BLANKED = "SELECT * REPLACE (CASE WHEN visitor = $who THEN $new ELSE visitor END AS visitor) FROM rows"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Three days, a file each: Lee on the first and the last, Mo on all."""
    lake = Lake(tmp_path / "lake")
    for day in range(1, 4):
        visitors = ["mo", "lee"] if day != 2 else ["mo"]
        rows = [{"click_id": f"{day}-{who}", "at": day, "link_id": 1, "visitor": who} for who in visitors]
        table = pa.Table.from_pylist(rows, schema=CLICKS)
        lake.write_table("clicks", table, file=f"w0-{day}", partition={"day": f"2026-03-0{day}"})
    return lake


def blank(lake: Lake) -> int:
    return rewrite_where(lake, "clicks", CONDITION, BLANKED, who="lee", new="e:1")


def test_only_files_that_hold_them_are_written_and_all_rows_and_types_stay(lake: Lake) -> None:
    before = {path: path.stat().st_mtime_ns for path in lake.files("clicks")}

    assert blank(lake) == 2
    assert blank(lake) == 0

    assert files_holding(lake, ["LEE"]) == {"clicks.click_id": 2}
    assert [path.name for path, at in before.items() if path.stat().st_mtime_ns == at] == ["w0-2.parquet"]
    assert lake.rows("SELECT count(*), count(DISTINCT click_id) FROM clicks") == [(5, 5)]
    assert all(pq.read_schema(path).equals(CLICKS) for path in lake.files("clicks"))


def test_a_crash_between_promise_and_deed_is_finished_by_the_next_reader(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def die_after_the_promise(folder: Path) -> None:
        calls.append(folder)
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(erasure_module, "finish_swap", die_after_the_promise)
    with pytest.raises(KeyboardInterrupt):
        blank(lake)
    monkeypatch.undo()

    assert lake.rows("SELECT visitor FROM clicks WHERE click_id = '1-lee'") == [("e:1",)]
    assert blank(lake) == 1
    assert not list(lake.folder.rglob("*.draft"))


def test_who_reads_meanwhile_sees_all_rows_old_or_new(lake: Lake) -> None:
    seen: set[tuple[int, int]] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.update(lake.rows("SELECT count(*), count(*) FILTER (visitor IN ('lee', 'e:1')) FROM clicks"))

    reader = threading.Thread(target=read)
    reader.start()
    blank(lake)
    done.set()
    reader.join()

    assert seen <= {(5, 2)}
