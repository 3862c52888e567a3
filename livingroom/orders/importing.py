"""Read a whole file into the till, in batches. Reading it again adds nothing."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from livingroom.orders import till
from livingroom.orders.facts import Fact, Nothing, Outcome, Unusable
from livingroom.orders.intake.csv_files import Group, OrderFile, WrongFile, kept, open_file
from livingroom.orders.models import ColumnMapping, Import, Intake
from livingroom.shared.models import Brand

ORDERS_AT_ONCE = 1000
Progress = Callable[[int], None]


def read_file(file_import: Import, path: Path, *, progress: Progress | None = None) -> Import:
    """Read `path` for `file_import`, which keeps count. `progress` is told the bytes read with every batch."""
    clock = timezone.now
    try:
        stream, orders = open_file(path, file_import.shop, file_import.layout)
    except (WrongFile, ColumnMapping.DoesNotExist, OSError) as problem:
        return _end(file_import, Import.State.FAILED, clock(), str(problem) or "The file cannot be read.")
    file_import.bytes_total = path.stat().st_size
    with stream:
        batch = _Batch(file_import, orders)
        try:
            for group in orders.groups():
                batch.add(group)
                if len(batch.facts) >= ORDERS_AT_ONCE:
                    batch.write(clock())
                    if progress:
                        progress(orders.bytes_read)
        except WrongFile as problem:
            return _end(file_import, Import.State.FAILED, clock(), str(problem))
        batch.write(clock())
    if progress:
        progress(orders.bytes_read)
    return _end(file_import, Import.State.DONE, clock())


@dataclass
class _Batch:
    file_import: Import
    orders: OrderFile
    facts: list[Fact] = field(default_factory=list)
    sources: list[Group] = field(default_factory=list)
    dead: list[tuple[Group, Unusable]] = field(default_factory=list)

    def add(self, group: Group) -> None:
        """Read a group; what cannot be read is put aside, and the rest of the file goes on."""
        self.file_import.n_rows += max(1, len(group.rows))
        if group.problem:
            self.dead.append((group, group.problem))
            return
        try:
            facts = self.orders.layout.read(group.rows)
        except Unusable as problem:
            self.dead.append((group, problem))
            return
        if isinstance(facts, Nothing):
            self.file_import.n_skipped += 1
            return
        self.facts += facts
        self.sources += [group] * len(facts)

    def write(self, now: datetime) -> None:
        shop = self.file_import.shop
        reporting_currency = Brand.current().reporting_currency
        outcomes = (
            till.enter(shop, self.facts, reporting_currency=reporting_currency, now=now) if self.facts else []
        )
        for group, outcome in zip(self.sources, outcomes, strict=True):
            self._count(group, outcome)
        self._bury(now)
        self._settle_waiting([outcome for outcome in outcomes if outcome.state == "new"], now)
        self.facts.clear()
        self.sources.clear()
        self.dead.clear()
        self.file_import.bytes_read = self.orders.bytes_read
        self.file_import.seen_at = now
        self.file_import.save()

    def _count(self, group: Group, outcome: Outcome) -> None:
        if outcome.problem:
            self.dead.append((group, outcome.problem))
        elif outcome.state == "new":
            self.file_import.n_new += 1
        elif outcome.state == "changed":
            self.file_import.n_changed += 1
        else:
            self.file_import.n_same += 1

    def _bury(self, now: datetime) -> None:
        """Keep each broken row where a person can correct it."""
        shop, layout = self.file_import.shop, self.file_import.layout
        rows = [
            Intake(
                shop=shop,
                dedupe_key=_key(layout, group),
                source="file",
                received_at=now,
                body=kept(group.rows, layout),
                state=Intake.State.DEAD,
                problem=f"Row {group.number:,}: {problem.text}",
                problem_field=problem.field[:60],
                problem_code=problem.code,
                file_import=self.file_import,
                row_number=group.number,
                n_attempts=1,
            )
            for group, problem in self.dead
        ]
        # The same broken row of a file that is read again is the same dead letter.
        Intake.objects.bulk_create(rows, ignore_conflicts=True)
        self.file_import.n_dead += len(rows)

    def _settle_waiting(self, new: list[Outcome], now: datetime) -> None:
        from livingroom.orders.intake.inbox import apply_those_that_wait

        if new and Intake.objects.filter(shop=self.file_import.shop, state=Intake.State.WAITING).exists():
            apply_those_that_wait(self.file_import.shop, now=now)


def _key(layout: str, group: Group) -> str:
    digest = hashlib.sha256(kept(group.rows, layout).encode()).hexdigest()[:32]
    return f"file:{digest}" if group.rows else f"file:{layout}:row {group.number}"


def _end(file_import: Import, state: Import.State, now: datetime, problem: str = "") -> Import:
    file_import.state = state
    file_import.ended_at = now
    file_import.problem = problem
    file_import.save()
    return file_import


def digest_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
