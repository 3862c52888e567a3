"""Parquet that waits for its batch's counts to be committed: the transaction decides whether it enters the lake."""

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from livingroom.lake import CLICKS, Lake
from livingroom.lake.places import write_parquet
from livingroom.links.models import ClickSegment
from livingroom.links.redirector.segments import SegmentName, parse_name
from livingroom.links.shipping.visits import DAY, day_of


def write_pending(folder: Path, name: SegmentName, batch: pa.Table) -> Path:
    """Write a batch by day, below a folder that carries the name of the batch's first segment."""
    place = folder / f"{name}.sealed"
    shutil.rmtree(place, ignore_errors=True)
    days = pc.divide(batch["at"], DAY)
    for day in pc.unique(days).to_pylist():
        rows = (
            batch.filter(pc.equal(days, day))
            .select(CLICKS.names)
            .sort_by([("link_id", "ascending"), ("at", "ascending")])
        )
        write_parquet(rows, place / f"{day_of(day * DAY):%Y-%m-%d}.parquet")
    return place


def adopt_pending(place: Path, lake: Lake) -> None:
    """Move a committed batch into the lake."""
    for path in sorted(place.glob("*.parquet")):
        lake.adopt("clicks", path, file=place.name.removesuffix(".sealed"), partition={"day": path.stem})
    shutil.rmtree(place, ignore_errors=True)


def settle_pending(folder: Path, lake: Lake) -> None:
    """After a crash: what was committed enters the lake, what was not is made anew from its segments."""
    for place in sorted(folder.iterdir()):
        name = parse_name(place)
        if name and ClickSegment.objects.filter(node=name.node, sequence=name.sequence, problem="").exists():
            adopt_pending(place, lake)
        else:
            shutil.rmtree(place)
