"""Counting in this process: the touches as columns of numbers, bin by bin, on all cores.

The named results in `sql/` define what is counted and make the rows of credit. Where only sums are wanted, this way to them
is many times quicker: ids become hashes, channels numbers, and no row is written down. People whose journeys depend on the
text of ids, and people whose ids share a hash, are counted by the named results.
"""

# ruff: noqa: S608 - names in these queries are our own.

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pyarrow as pa

from livingroom.measure.bins import SHARE_OF_MEMORY, Bins, Hashes, n_bins_for
from livingroom.measure.channels.counting import Found, Paid, Wanted, count
from livingroom.measure.channels.finding import find_walks
from livingroom.measure.channels.gathering import Gathering
from livingroom.measure.channels.tally import Columns, Integers
from livingroom.measure.channels.walks import IS_CODE, Sales, Touches, changes
from livingroom.measure.engine import DuckWorkspace, Workspace, read_sql
from livingroom.measure.intake import HALF_LIFE, Intake

_MICROSECOND = timedelta(microseconds=1)
_BINS_A_ROUND = 32

_TOUCHES = """
    SELECT
        {person}, t.at,
        CAST(h.place + CASE WHEN t.kind = 'code' THEN {is_code} ELSE 0 END AS USMALLINT){placement}
    FROM touches_used AS t
    INNER JOIN channels AS h ON t.channel = h.channel
    WHERE t.kind <> 'answer'
"""
# 0 stands for no placement; the hash of the id 0 would be 0, too, without its last bit.
_PLACEMENT = ", CASE WHEN t.placement_id IS NULL THEN CAST(0 AS UBIGINT) ELSE hash(t.placement_id) | CAST(1 AS UBIGINT) END"
# Everybody once, with the bucket that sql/payers.sql and sql/people.sql give them.
_PEOPLE = """
    SELECT
        {person},
        CAST(
            (strpos('0123456789abcdef', substr(d.digest, 2, 1)) - 1) * 16
            + strpos('0123456789abcdef', substr(d.digest, 3, 1)) - 1
        AS UTINYINT)
    FROM (SELECT k.customer_id, md5(CAST(k.customer_id AS VARCHAR)) AS digest FROM ({known}) AS k) AS d
"""
_BUYERS = "SELECT b.customer_id FROM buyers AS b"
_ALL = f"SELECT t.customer_id FROM touches_used AS t UNION {_BUYERS}"
# An order of nobody lies in the bin of the hash of nothing.
_ORDERS = """
    SELECT
        {person}, p.at, p.revenue_minor, CAST(p.currency_number AS BIGINT), CAST(p.bucket AS BIGINT),
        CAST(CASE WHEN p.customer_id IS NULL THEN 0 ELSE 1 END AS UTINYINT)
    FROM ({payers}) AS p
"""


def hash_of(column: str) -> str:
    """Write the 64-bit hash that stands for an id; whoever shares one is found and counted apart."""
    return f"hash({column})"


def can_count(workspace: Workspace, gathering: Gathering) -> bool:
    """Whether this engine's rows can be counted in this process."""
    return isinstance(workspace, DuckWorkspace) and gathering.base < IS_CODE


@dataclass(frozen=True)
class _Apart:
    """People of a bin who are to be counted by the named results, and how many rows they have."""

    people: Hashes
    n_rows: int


@dataclass(frozen=True)
class _Counted:
    """What one bin came to."""

    orders: Columns
    found: list[Found]
    apart: _Apart


def gather(
    intake: Intake,
    gathering: Gathering,
    by_queries: Callable[[str, str, int], None],
    progress: Callable[[int], None],
) -> None:
    """Count everything, and hand what needs the named results to `by_queries` (touches, orders, number of rows).

    `progress` is told how many orders are done.
    """
    workspace = intake.workspace
    assert isinstance(workspace, DuckWorkspace)
    wanted = _wanted(intake, gathering)
    with workspace.in_any_order():
        read = _Bins(workspace, gathering, wanted)
    with ThreadPoolExecutor(workspace.threads) as pool:
        apart, n_done = [], 0
        # A round at a time, so that what bins came to is not piled up faster than it is added.
        for first in range(0, read.n_bins, _BINS_A_ROUND):
            for counted in pool.map(read.count, range(first, min(first + _BINS_A_ROUND, read.n_bins))):
                apart.append(_take(gathering, counted))
                n_done += len(counted.orders["members"])
            progress(n_done)
    _count_apart(workspace, apart, by_queries)


def _wanted(intake: Intake, gathering: Gathering) -> Wanted:
    return Wanted(
        gathering.base,
        gathering.memory,
        gathering.step_source == "steps",
        gathering.counts_rules,
        gathering.learns,
        gathering.counts_null_sets,
        intake.options.window // _MICROSECOND,
        HALF_LIFE // _MICROSECOND,
        len(gathering.currencies),
    )


def _take(gathering: Gathering, counted: _Counted) -> _Apart:
    """Add what one bin came to, and return who is still to be counted."""
    gathering.add_orders(counted.orders)
    for found in counted.found:
        _add(gathering, found)
    return counted.apart


def _add(gathering: Gathering, found: Found) -> None:
    if found.rules is not None:
        gathering.add_rules(found.rules)
    if found.null_sets is not None:
        gathering.add_null_sets(found.null_sets)
    if found.moves is not None:
        moves = found.moves
        gathering.add_steps(moves.keys, moves.n_steps)
        gathering.add_endings(moves.ends, np.ones_like(moves.ends), moves.currency, moves.revenue_minor)
        gathering.n_null_journeys += moves.n_null_journeys


class _Bins:
    """Touches, people and orders, read once and parted by person."""

    def __init__(self, workspace: DuckWorkspace, gathering: Gathering, wanted: Wanted) -> None:
        self.workspace, self.wanted = workspace, wanted
        self.n_bins = n_bins_for(gathering.channels.n_touches)
        self.with_codes = workspace.number("SELECT count(*) FROM touches_used AS t WHERE t.kind = 'code'") > 0
        workspace.view("orders", "SELECT u.* FROM orders_used AS u")
        placement = _PLACEMENT if self.with_codes else ""
        self.touches = self._read(
            "touches",
            _TOUCHES.format(person=hash_of("t.customer_id"), is_code=IS_CODE, placement=placement),
            (np.uint64, np.int64, np.uint16, *((np.uint64,) if self.with_codes else ())),
        )
        self.people = self._read(
            "people",
            _PEOPLE.format(person=hash_of("d.customer_id"), known=_ALL if wanted.with_idle else _BUYERS),
            (np.uint64, np.uint8),
        )
        self.orders = self._read(
            "orders",
            _ORDERS.format(person=hash_of("p.customer_id"), payers=read_sql("payers")),
            (np.uint64, np.int64, np.int64, np.int64, np.int64, np.uint8),
        )

    def _read(self, name: str, sql: str, types: tuple[type[np.generic], ...]) -> Bins:
        room = int(self.workspace.memory_bytes * SHARE_OF_MEMORY)
        bins = Bins(self.n_bins, types, room, self.workspace.folder / f"bins-{name}")
        for batch in self.workspace.reader(sql):
            bins.add(batch)
        return bins

    def count(self, number: int) -> _Counted:
        """Count one bin."""
        touches = Touches(*self.touches.take(number), *(() if self.with_codes else (None,)))
        people, bucket, same_hash = _sorted_people(*self.people.take(number))
        person, at, *paid, is_known = self.orders.take(number)
        known = is_known > 0
        paid_for = Paid(*paid)
        sales = Sales(person, at, np.arange(len(at))).only(known)
        walks, more = find_walks(
            *_without(touches, sales, same_hash), self.wanted.window_us, self.wanted.with_idle
        )
        apart = np.concatenate([same_hash, more])
        members = np.zeros(len(at), np.int64)
        found = [
            count(part, bucket[np.searchsorted(people, part.person)], paid_for, members, self.wanted)
            for part in walks
        ]
        kept = ~(known & np.isin(person, apart)) if len(apart) else np.ones(len(at), np.bool_)
        orders: Columns = {
            "bucket": paid_for.bucket[kept],
            "currency_number": paid_for.currency[kept],
            "revenue_minor": paid_for.revenue_minor[kept],
            "members": members[kept],
        }
        n_apart = int((~kept).sum()) + (int(np.isin(touches.person, apart).sum()) if len(apart) else 0)
        return _Counted(orders, found, _Apart(apart, n_apart))


def _sorted_people(person: Hashes, bucket: Integers) -> tuple[Hashes, Integers, Hashes]:
    """Return people by hash, with their buckets; and the hashes that belong to more than one person."""
    order = np.argsort(person)
    person = person[order]
    return person, bucket[order].astype(np.int64), np.unique(person[~changes(person)])


def _without(touches: Touches, sales: Sales, apart: Hashes) -> tuple[Touches, Sales]:
    if not len(apart):
        return touches, sales
    return touches.only(~np.isin(touches.person, apart)), sales.only(~np.isin(sales.person, apart))


def _count_apart(
    workspace: DuckWorkspace, parts: list[_Apart], by_queries: Callable[[str, str, int], None]
) -> None:
    people = np.concatenate([part.people for part in parts])
    if not len(people):
        return
    hashes = pa.Array.from_buffers(pa.uint64(), len(people), [None, pa.py_buffer(people)])
    workspace.keep("apart", pa.table({"person": hashes}))
    for table in ("touches", "orders"):
        # Orders of nobody are counted already.
        workspace.view(
            f"{table}_apart",
            f"""SELECT u.* FROM {table}_used AS u
                WHERE u.customer_id IS NOT NULL AND {hash_of("u.customer_id")} IN (SELECT a.person FROM apart AS a)""",
        )
    by_queries("touches_apart", "orders_apart", sum(part.n_rows for part in parts))
