"""Histories of reach from a CSV file: good rows are kept, and every row is told what became of it."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db import transaction

from livingroom.branches.models import Branch, ReachDay
from livingroom.branches.operations import record_reach
from livingroom.people.models import Staff
from livingroom.people.policy import may, require
from livingroom.shared.events import record_event

MOST_ROWS = 100_000
LARGEST = 10 * 1024 * 1024
NEEDED = ("date", "branch", "followers")
Outcome = Literal["new", "changed", "same", "refused"]


class Unreadable(ValueError):
    """The file is no table that we know."""


@dataclass(frozen=True)
class Row:
    """What became of one line of the file."""

    line: int
    outcome: Outcome
    text: str


@dataclass(frozen=True)
class Report:
    rows: tuple[Row, ...]

    def count(self, outcome: Outcome) -> int:
        return sum(row.outcome == outcome for row in self.rows)

    @property
    def n_new(self) -> int:
        return self.count("new")

    @property
    def n_changed(self) -> int:
        return self.count("changed")

    @property
    def n_same(self) -> int:
        return self.count("same")

    @property
    def refused(self) -> list[Row]:
        return [row for row in self.rows if row.outcome == "refused"]


def import_reach(*, staff: Staff, content: bytes, now: datetime) -> Report:
    """Keep the followers and posts of a file with the columns date, branch, followers and, if known, posts.

    `branch` is the short name or the handle. Raises PermissionDenied, Unreadable.
    """
    require(staff, "publish")
    lines = _lines(content)
    branches = _branches_by_name()
    with transaction.atomic():
        report = Report(tuple(_keep(number, cells, branches, staff, now.date()) for number, cells in lines))
        record_event(
            actor=staff,
            verb="imported reach",
            subject="reach",
            now=now,
            new=report.n_new,
            changed=report.n_changed,
            refused=len(report.refused),
        )
    return report


def _lines(content: bytes) -> list[tuple[int, dict[str, str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("The file is not UTF-8 text. Save it as CSV (UTF-8).") from None
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = {name: (name or "").strip().casefold() for name in reader.fieldnames or []}
    missing = [name for name in NEEDED if name not in names.values()]
    if missing:
        known = ", ".join(filter(None, names.values()))
        raise Unreadable(f"These columns are missing: {', '.join(missing)}. There are: {known}.")
    rows = [(reader.line_num, _cells(row, names)) for row in reader]
    if len(rows) > MOST_ROWS:
        raise Unreadable(f"The file has {len(rows):,} rows; at most {MOST_ROWS:,} are read at once.")
    return rows


def _cells(row: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    return {
        names[name]: (value or "").strip()
        for name, value in row.items()
        if name in names and isinstance(value, str | None)
    }


def _branches_by_name() -> dict[str, Branch]:
    rows = list(Branch.objects.all())
    handles: dict[str, list[Branch]] = {}
    for branch in rows:
        handles.setdefault(branch.handle.casefold(), []).append(branch)
    # A handle that two networks share names neither.
    found = {handle: same[0] for handle, same in handles.items() if len(same) == 1}
    return found | {branch.slug: branch for branch in rows}


def _keep(line: int, cells: dict[str, str], branches: dict[str, Branch], staff: Staff, today: date) -> Row:
    try:
        branch = _branch_of(cells, branches, staff)
        on, followers, posts = _date_of(cells, today), _count_of(cells, "followers"), cells.get("posts", "")
        n_posts = _count_of(cells, "posts") if posts else None
    except ValueError as problem:
        return Row(line, "refused", str(problem))
    before = ReachDay.objects.filter(branch=branch, on=on).first()
    if before and before.followers == followers and n_posts in {None, before.n_posts}:
        return Row(line, "same", f"{branch}, {on}")
    record_reach(branch=branch, on=on, followers=followers, n_posts=n_posts, source="csv")
    return Row(line, "changed" if before else "new", f"{branch}, {on}")


def _branch_of(cells: dict[str, str], branches: dict[str, Branch], staff: Staff) -> Branch:
    name = cells.get("branch", "")
    branch = branches.get(name) or branches.get(name.lstrip("@").casefold())
    if branch is None:
        raise ValueError(f"“{name}” is no branch's short name, nor a handle of one branch alone.")
    if not may(staff, "publish", branch):
        raise ValueError(f"Your role does not hold on {branch}.")
    return branch


def _date_of(cells: dict[str, str], today: date) -> date:
    try:
        on = date.fromisoformat(cells.get("date", ""))
    except ValueError:
        raise ValueError(f"“{cells.get('date', '')}” is no date such as 2009-12-31.") from None
    if on > today:
        raise ValueError(f"{on} is not over yet.")
    return on


def _count_of(cells: dict[str, str], name: str) -> int:
    written = cells.get(name, "").replace(" ", "").replace("\u202f", "")
    if not written.isdecimal() or len(written) > 10 or int(written) > 2_147_483_647:
        raise ValueError(f"“{cells.get(name, '')}” is no number of {name}: write digits only.")
    return int(written)
