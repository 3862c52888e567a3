import errno
from pathlib import Path

import pyarrow as pa
import pytest

from livingroom.lake import CLICKS, Lake, LakeAddressProblem, UnknownTable
from livingroom.lake import lake as lake_module
from livingroom.lake import places as places_module

DAY = {"day": "2026-03-05"}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def clicks(*ids: str) -> pa.Table:
    rows = [
        {"click_id": one, "at": number, "link_id": number % 2, "class": "human"}
        for number, one in enumerate(ids)
    ]
    return pa.Table.from_pylist(rows, schema=CLICKS)


def test_clicks_can_be_asked_for_before_there_are_any(lake: Lake) -> None:
    assert lake.rows("SELECT count(*), max(day) FROM clicks") == [(0, None)]
    assert lake.read("clicks").column_names == [*CLICKS.names, "day"]


def test_what_is_written_is_read(lake: Lake) -> None:
    lake.write_table("clicks", clicks("a", "b"), file="w0-1", partition=DAY)
    lake.write_table("clicks", clicks("c"), file="w0-2", partition={"day": "2026-03-06"})

    assert lake.rows("SELECT CAST(day AS VARCHAR), count(*) FROM clicks GROUP BY day ORDER BY day") == [
        ("2026-03-05", 2),
        ("2026-03-06", 1),
    ]
    assert lake.query("SELECT click_id FROM clicks WHERE link_id = $link", link=1)[
        "click_id"
    ].to_pylist() == ["b"]


def test_writing_a_part_again_changes_nothing(lake: Lake) -> None:
    for _ in range(2):
        lake.write_table("clicks", clicks("a", "b"), file="w0-1", partition=DAY)

    assert lake.rows("SELECT count(*) FROM clicks") == [(2,)]


def test_a_table_of_another_room_is_replaced_whole(lake: Lake) -> None:
    lake.write_table("orders", pa.table({"order_id": [1, 2]}))
    lake.write_table("orders", pa.table({"order_id": [3]}))

    assert lake.read("orders")["order_id"].to_pylist() == [3]
    assert lake.tables() == ["clicks", "orders"]


def test_tables_can_be_joined(lake: Lake) -> None:
    lake.write_table("clicks", clicks("a", "b"), file="w0-1", partition=DAY)
    lake.write_table("orders", pa.table({"order_id": [7], "click_id": ["b"]}))

    assert lake.rows("SELECT order_id FROM orders JOIN clicks USING (click_id)") == [(7,)]


def test_a_write_that_fails_leaves_the_old_file(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    lake.write_table("orders", pa.table({"order_id": [1]}))
    monkeypatch.setattr(places_module.os, "fsync", _refuse)

    with pytest.raises(OSError, match="No space"):
        lake.write_table("orders", pa.table({"order_id": [2]}))

    assert lake.read("orders")["order_id"].to_pylist() == [1]
    assert [path.name for path in (lake.folder / "orders").iterdir()] == ["all.parquet"]


def test_a_finished_file_moves_in(lake: Lake, tmp_path: Path) -> None:
    source = tmp_path / "made elsewhere.parquet"
    places_module.write_parquet(clicks("a"), source)

    lake.adopt("clicks", source, file="w0-1", partition=DAY)

    assert not source.exists()
    assert lake.rows("SELECT click_id FROM clicks") == [("a",)]


def test_a_finished_file_moves_in_from_another_disk(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "elsewhere.parquet"
    places_module.write_parquet(clicks("a"), source)
    settle = lake_module.settle

    def on_another_disk(draft: Path, path: Path) -> None:
        if draft == source:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        settle(draft, path)

    monkeypatch.setattr(lake_module, "settle", on_another_disk)

    lake.adopt("clicks", source, file="w0-1", partition=DAY)

    assert not source.exists()
    assert lake.rows("SELECT click_id FROM clicks") == [("a",)]


def test_an_unknown_table_is_named(lake: Lake) -> None:
    with pytest.raises(UnknownTable, match="no table touches; it holds clicks"):
        lake.read("touches")


@pytest.mark.parametrize("name", ["", "Clicks", "../secret", "a b", "a;DROP"])
def test_a_name_cannot_leave_the_lake(lake: Lake, name: str) -> None:
    with pytest.raises(ValueError, match="cannot name"):
        lake.write_table(name, pa.table({"a": [1]}))
    with pytest.raises(ValueError, match="cannot name"):
        lake.write_table("orders", pa.table({"a": [1]}), file=f"../{name}")


def test_a_folder_with_a_quote_in_its_name_is_a_lake_too(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "Anna's lake")
    lake.write_table("orders", pa.table({"order_id": [1]}))

    assert lake.read("orders").num_rows == 1


def test_the_address_is_a_folder(tmp_path: Path) -> None:
    assert Lake.open(f"file://{tmp_path}/one").folder == tmp_path / "one"
    assert Lake.open(str(tmp_path / "two")).folder == tmp_path / "two"
    for address in ("s3://bucket/lake", ""):
        with pytest.raises(LakeAddressProblem, match="LAKE_URL=/var/lib"):
            Lake.open(address)


def _refuse(descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")
