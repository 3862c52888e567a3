from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from livingroom.lake import CLICKS, Lake, compact
from livingroom.lake import compaction as compaction_module
from livingroom.lake import swap as swap_module


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Two days of three files with two clicks each."""
    lake = Lake(tmp_path / "lake")
    for number in range(6):
        rows = [{"click_id": f"{number}-{row}", "at": 10 - number, "link_id": row} for row in range(2)]
        table = pa.Table.from_pylist(rows, schema=CLICKS)
        lake.write_table(
            "clicks", table, file=f"w0-{number}", partition={"day": f"2026-03-0{5 + number % 2}"}
        )
    return lake


def _ids(lake: Lake) -> list[str]:
    return [str(row[0]) for row in lake.rows("SELECT click_id FROM clicks ORDER BY click_id")]


def test_a_closed_day_becomes_one_file(lake: Lake) -> None:
    before = _ids(lake)

    assert compact(lake, "clicks", before=date(2026, 3, 6)) == 2

    assert _ids(lake) == before
    assert [path.name for path in lake.files("clicks", partition={"day": "2026-03-05"})] == ["merged.parquet"]
    assert len(lake.files("clicks", partition={"day": "2026-03-06"})) == 3


def test_a_late_file_is_merged_in_the_next_time(lake: Lake) -> None:
    compact(lake, "clicks", before=date(2026, 3, 6))
    late = pa.Table.from_pylist([{"click_id": "late", "at": 1, "link_id": 1}], schema=CLICKS)
    lake.write_table("clicks", late, file="w9-1", partition={"day": "2026-03-05"})

    assert compact(lake, "clicks", before=date(2026, 3, 6)) == 1

    assert "late" in _ids(lake)
    assert len(_ids(lake)) == 13


def test_a_few_files_of_today_may_wait(lake: Lake) -> None:
    assert compact(lake, "clicks", before=date(2026, 3, 7), at_least=4) == 0


def test_one_links_clicks_lie_together_in_order(lake: Lake) -> None:
    compact(lake, "clicks", before=date(2026, 3, 6))

    rows = lake.rows("SELECT link_id, clicks.at FROM clicks WHERE day = DATE '2026-03-05'")

    assert rows == sorted(rows)


@pytest.mark.parametrize("crash_at", range(6))
def test_a_crash_at_any_step_of_the_swap_is_mended_by_the_next_reader(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, crash_at: int
) -> None:
    before = _ids(lake)
    steps = _Steps(crash_at)
    with monkeypatch.context() as patch:
        patch.setattr(swap_module, "remove", steps.counting(swap_module.remove))
        patch.setattr(swap_module, "settle", steps.counting(swap_module.settle))
        with pytest.raises(KeyboardInterrupt):
            compact(lake, "clicks", before=date(2026, 3, 6))

    assert _ids(Lake(lake.folder)) == before

    compact(lake, "clicks", before=date(2026, 3, 6))
    assert _ids(lake) == before
    assert len(lake.files("clicks", partition={"day": "2026-03-05"})) == 1


def test_a_merge_that_would_lose_rows_is_given_up(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _ids(lake)

    class Wrong:
        num_rows = 1

    real = compaction_module.pq.read_metadata
    monkeypatch.setattr(
        compaction_module.pq,
        "read_metadata",
        lambda path: Wrong() if path.name.endswith(".draft") else real(path),
    )

    with pytest.raises(OSError, match="did not keep its 6 rows"):
        compact(lake, "clicks", before=date(2026, 3, 6))

    assert _ids(lake) == before


class _Steps:
    """Lets so many steps happen, then ends the process, as far as the code can see."""

    def __init__(self, crash_at: int) -> None:
        self._left = crash_at

    def counting(self, step: Callable[..., None]) -> Callable[..., None]:
        def counted(*args: object) -> None:
            if self._left == 0:
                raise KeyboardInterrupt
            self._left -= 1
            step(*args)

        return counted
