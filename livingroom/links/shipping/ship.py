"""Shipping: sealed segments become Parquet in the lake and counts in the records, exactly once.

One transaction holds the counts and the names of the segments they came from. The Parquet is written before it, beside the
lake, and moves in after it; the segments are deleted last. Whatever is interrupted, the next round finds by those names
what is done.
"""

import fcntl
import logging
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
from django.db import transaction

from livingroom.lake import Lake, compact
from livingroom.links.models import ClickSegment
from livingroom.links.redirector.gaps import read_gaps
from livingroom.links.redirector.places import Places
from livingroom.links.redirector.segments import (
    CorruptSegment,
    SegmentName,
    list_segments,
    read_segment,
    recover,
)
from livingroom.links.redirector.visitor import destroy_old_keys
from livingroom.links.shipping.bursts import POSTING_MICROSECONDS, mark_bursts
from livingroom.links.shipping.counts import add_counts, branches_of, links_with_clicks
from livingroom.links.shipping.pending import adopt_pending, settle_pending, write_pending
from livingroom.links.shipping.report import ShippingReport
from livingroom.links.shipping.rows import batch_of
from livingroom.links.shipping.visits import Visits

log = logging.getLogger(__name__)

BATCH_BYTES = 32 * 1024 * 1024
FILES_OF_TODAY = 100  # beyond that many small files today's are merged too


class Shipper:
    """Keeps what the next round can use again; make one and call `ship` every second or so."""

    def __init__(self, home: Path, lake: Lake) -> None:
        self._places, self._lake = Places(home), lake
        self._places.make()
        self._duck = duckdb.connect(config={"threads": 1})
        self._visits = Visits(lake, self._duck)
        self._first_clicks: dict[int, int] = {}

    def ship(self, now: datetime, *, budget_seconds: float = math.inf) -> ShippingReport:
        """Ship what is sealed, beginning no further batch once the budget is spent.

        Safe to call anywhere, any time: of several processes on a machine one works, the others are told it is busy.
        """
        give_up_at = time.monotonic() + budget_seconds
        report = ShippingReport()
        with self.alone() as is_alone:
            if not is_alone:
                report.is_busy = True
                return report
            settle_pending(self._places.pending, self._lake)
            recover(self._places.segments)
            while time.monotonic() < give_up_at and (batch := self._next_batch(report, now)):
                self._ship_batch(batch, report, now)
        report.gaps = [
            gap for path in sorted(self._places.gaps_folder.glob("gaps-*.json")) for gap in read_gaps(path)
        ]
        return report

    def tidy(self, now: datetime) -> int:
        """Merge the lake's small files and destroy the visitor keys that are due. Returns how many files went."""
        destroy_old_keys(self._places.keys, now=now)
        today = now.date()
        return compact(self._lake, "clicks", before=today) + compact(
            self._lake, "clicks", before=today + timedelta(days=1), at_least=FILES_OF_TODAY
        )

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether this process is the only one of the machine that touches clicks, for as long as the block runs."""
        with (self._places.home / "clicks" / "shipping.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def _next_batch(self, report: ShippingReport, now: datetime) -> dict[SegmentName, pa.Table]:
        """The next segments that were never shipped, decoded; what cannot be read is set aside."""
        batch: dict[SegmentName, pa.Table] = {}
        size = 0
        for name in self._unshipped(report):
            path = name.path(self._places.segments, "sealed")
            size += path.stat().st_size
            if batch and size > BATCH_BYTES:
                break
            try:
                batch[name] = batch_of(read_segment(path))
            except (CorruptSegment, ValueError) as problem:
                self._set_aside(name, str(problem), report, now)
        return batch

    def _unshipped(self, report: ShippingReport) -> list[SegmentName]:
        sealed = list_segments(self._places.segments, "sealed")
        shipped = ClickSegment.objects.filter(node__in={name.node for name in sealed}, problem="")
        done = {SegmentName(*key) for key in shipped.values_list("node", "sequence")}
        for name in sealed:
            if name in done:
                name.path(self._places.segments, "sealed").unlink()
                report.already_shipped += 1
        return [name for name in sealed if name not in done]

    def _ship_batch(self, tables: dict[SegmentName, pa.Table], report: ShippingReport, now: datetime) -> None:
        names = list(tables)
        batch = pa.concat_tables(tables.values())
        branches = branches_of(set(batch["link_id"].to_pylist()))
        batch = mark_bursts(self._duck, batch, self._young_links(batch))
        tallies = self._visits.tally(batch)
        place = write_pending(self._places.pending, names[0], batch)
        with transaction.atomic():
            _forget_problems(names)
            ClickSegment.objects.bulk_create(
                ClickSegment(node=name.node, sequence=name.sequence, n_clicks=table.num_rows, shipped_at=now)
                for name, table in tables.items()
            )
            add_counts(tallies, branches)
        adopt_pending(place, self._lake)
        for name in names:
            name.path(self._places.segments, "sealed").unlink()
        report.clicks += batch.num_rows
        report.segments += len(names)
        report.clicks_of_unknown_links += sum(tally.n for tally in tallies if tally.link_id not in branches)

    def _young_links(self, batch: pa.Table) -> dict[int, int]:
        """Links that nobody had clicked before the last half minute, each with its first click."""
        firsts = {
            row["link_id"]: row["at_min"]
            for row in batch.group_by("link_id").aggregate([("at", "min")]).to_pylist()
        }
        newest = max(firsts.values())
        known = links_with_clicks(firsts)
        self._first_clicks |= {link: first for link, first in firsts.items() if link not in known}
        oldest = newest - 2 * POSTING_MICROSECONDS
        self._first_clicks = {link: first for link, first in self._first_clicks.items() if first > oldest}
        return self._first_clicks

    def _set_aside(self, name: SegmentName, problem: str, report: ShippingReport, now: datetime) -> None:
        """Keep a broken segment for a person, so that it neither stops the others nor gets lost."""
        log.error("click segment set aside: %s", problem)
        ClickSegment.objects.update_or_create(
            node=name.node,
            sequence=name.sequence,
            defaults={"problem": problem, "shipped_at": now},
            create_defaults={"problem": problem, "shipped_at": now, "n_clicks": 0},
        )
        name.path(self._places.segments, "sealed").rename(name.path(self._places.segments, "poison"))
        report.poisoned.append(problem)


def _forget_problems(names: list[SegmentName]) -> None:
    """A segment that was mended and put back is shipped like any other."""
    broken = ClickSegment.objects.filter(node__in={name.node for name in names}).exclude(problem="")
    mended = [row.pk for row in broken if SegmentName(row.node, row.sequence) in names]
    ClickSegment.objects.filter(pk__in=mended).delete()
