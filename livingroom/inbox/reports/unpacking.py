"""From the bytes of packed days to columns."""

from collections.abc import Sequence

import numpy as np

from livingroom.inbox.reports.columns import Column, Columns, Kind, Table
from livingroom.inbox.reports.packing import CASE, CLOSE, KINDS, NEVER, WAIT, Rows

Bytes = bytes | memoryview
LATER = np.iinfo(np.int64).max
CASE_COLUMNS = (
    "conversation", "opened", "author", "branch", "team", "subject", "language", "country", "rating", "was_asked", "by_customer",
)  # fmt: skip


def unpack(days: Sequence[tuple[Bytes, Bytes, Bytes]]) -> tuple[Columns, int]:
    """Return the conversations of some days in their order, and how many bytes they hold."""
    cases = np.frombuffer(b"".join(day[0] for day in days), CASE)
    counts = [len(day[0]) // CASE.itemsize for day in days]
    first = np.cumsum([0, *counts], dtype=np.int32)[:-1]
    waits, of_waits = _together(days, 1, WAIT, first)
    closes, of_closes = _together(days, 2, CLOSE, first)
    found: dict[Kind, dict[str, Column]] = {
        "first": _waits(waits, of_waits, "first"),
        "next": _waits(waits, of_waits, "next"),
        "resolution": _waits(waits, of_waits, "resolution"),
        "closes": {"case": of_closes, "at": closes["at"].copy(), "again": closes["again"].copy()},
    }
    kept = {name: cases[name].copy() for name in CASE_COLUMNS}
    n_bytes = sum(column.nbytes for columns in (kept, *found.values()) for column in columns.values())
    tables = {kind: _table(columns) for kind, columns in found.items()}
    return Columns(_table(kept), tables.__getitem__), n_bytes


def _table(columns: dict[str, Column]) -> Table:
    for column in columns.values():
        column.setflags(write=False)  # it is kept for whoever asks next
    return Table(len(next(iter(columns.values()))), columns.__getitem__)


def _together(
    days: Sequence[tuple[Bytes, Bytes, Bytes]], place: int, kind: np.dtype[np.void], first: Column
) -> tuple[Rows, Column]:
    """Return the rows of one kind of all days, and where their cases stand among those of all days."""
    rows = np.frombuffer(b"".join(day[place] for day in days), kind)
    counts = [len(day[place]) // kind.itemsize for day in days]
    return rows, rows["case"] + np.repeat(first, counts)


def _waits(waits: Rows, cases: Column, kind: Kind) -> dict[str, Column]:
    """Return what the lengths of one kind of wait need.

    `since` is when it would have begun without its pauses, and `until` when it stood still for good: at its end, or since it
    waits for the customer. One that does neither runs on.
    """
    which = np.flatnonzero(waits["kind"] == KINDS.index(kind))
    start, end, stood, stands = (waits[name][which] for name in ("start", "end", "stood", "stands_since"))
    until = np.minimum(np.where(end == NEVER, LATER, end), np.where(stands == NEVER, LATER, stands))
    return {"case": cases[which], "start": start, "end": end, "since": start + stood, "until": until}
