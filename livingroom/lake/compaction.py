"""Merge the many small files of a day into one, sorted so that one link's clicks lie together."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from livingroom.lake.lake import Lake
from livingroom.lake.places import hold, write_parquet
from livingroom.lake.swap import Swap, begin_swap, finish_swap

MERGED = "merged.parquet"


def compact(lake: Lake, name: str, *, before: date, at_least: int = 2, order: str = 'link_id, "at"') -> int:
    """Leave one file in every partition `day=` earlier than `before` that has `at_least` so many. Returns how many went."""
    gone = 0
    with hold(lake.folder / ".compaction.lock", alone=True):
        for folder, files in sorted(_days(lake, name, before).items()):
            if len(files) >= max(2, at_least):
                gone += _merge(lake, folder, files, order)
    return gone


def rewrite(lake: Lake, name: str, day: date, change: Callable[[pa.Table], pa.Table]) -> int:
    """Replace a day's rows by what `change` makes of them, at one stroke. Returns how many rows there are."""
    with hold(lake.folder / ".compaction.lock", alone=True):
        files = lake.files(name, partition={"day": f"{day:%Y-%m-%d}"})
        if not files:
            return 0
        with lake.reading():
            changed = change(
                pa.concat_tables([pq.ParquetFile(path).read() for path in files], promote_options="default")
            )
        draft, target = files[0].parent / f"{MERGED}.draft", files[0].parent / MERGED
        write_parquet(changed, draft)
        _swap_in(lake, draft, target, files)
        return int(changed.num_rows)


def _days(lake: Lake, name: str, before: date) -> dict[Path, list[Path]]:
    days: dict[Path, list[Path]] = defaultdict(list)
    for path in lake.files(name):
        column, _, value = path.parent.name.partition("=")
        if column == "day" and date.fromisoformat(value) < before:
            days[path.parent].append(path)
    return days


def _merge(lake: Lake, folder: Path, files: list[Path], order: str) -> int:
    draft, target = folder / f"{MERGED}.draft", folder / MERGED
    with lake.reading() as connection:  # which first finishes what a crash left half done
        rows = connection.read_parquet(
            [str(path) for path in files], hive_partitioning=False, union_by_name=True
        )
        rows.order(order).write_parquet(str(draft), compression="zstd")
    expected = sum(pq.read_metadata(path).num_rows for path in files)
    if pq.read_metadata(draft).num_rows != expected:
        raise OSError(f"merging {folder} did not keep its {expected} rows")
    _swap_in(lake, draft, target, files)
    return len(files) - 1


def _swap_in(lake: Lake, draft: Path, target: Path, files: list[Path]) -> None:
    with hold(lake.folder / ".lock", alone=True):
        finish_swap(lake.folder)
        relative = [str(path.relative_to(lake.folder)) for path in (draft, target, *files)]
        begin_swap(lake.folder, Swap(relative[0], relative[1], relative[2:]))
        finish_swap(lake.folder)
