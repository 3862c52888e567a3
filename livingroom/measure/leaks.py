"""The leak meter: which codes got out, since when, and how much of their revenue remains. docs/methods/leaks.md explains."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pyarrow as pa

from livingroom.measure.engine import Engine, Workspace, quoted
from livingroom.measure.leaking.verdict import CodeLeak, LeakReason, Proposal
from livingroom.measure.progress import Progress, silent
from livingroom.measure.sources import Source

__all__ = [
    "COUPON_SITES", "CodeLeak", "LeakReason", "Proposal", "find_leaks", "judge", "leaked_from_ceiling_minor", "prepare",
]  # fmt: skip

# Parts of the names of sites where codes are passed on; a brand adds its own.
COUPON_SITES = (
    "coupon", "cupon", "cupom", "kupon", "voucher", "promo", "gutschein", "rabatt", "deals", "dealz", "discount",
    "bargain", "codes.", "retailmenot", "honey", "groupon", "wethrift",
)  # fmt: skip


def find_leaks(
    connection: Engine,
    *,
    touches: Source,
    orders: Source,
    window_days: float = 30,
    currency: str | None = None,
    now: datetime | None = None,
    coupon_sites: tuple[str, ...] = (),
    strict: bool = False,
    seed: int = 0,
    progress: Progress = silent,
) -> tuple[CodeLeak, ...]:
    """Look at every shared code of a post.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection or pyspark.sql.SparkSession
        The engine; nothing is left in it.
    touches, orders : path, pyarrow.Table or duckdb.DuckDBPyRelation
        The tables of `columns.py`; `country` and `referrer_host` make it see more.
    window_days : float
        How many days before the order a touch may lie.
    currency : str, optional
        The currency of all orders, if their table has no such column.
    now : datetime, optional
        Aware; orders of later days are not looked at.
    coupon_sites : tuple of str
        Further parts of host names at which codes are passed on.
    strict : bool
        Stop if any row is bad.
    seed : int
        Of the draws behind the intervals.

    Returns
    -------
    tuple of CodeLeak
        One for every code and currency, the largest leak first.

    Raises
    ------
    InputError, RowsRejected
        As `evidence.grade`.

    Source
    ------
    docs/methods/leaks.md
    """
    from livingroom.measure import evidence

    graded = evidence.grade(
        connection, touches=touches, orders=orders, window_days=window_days, currency=currency, strict=strict,
        coupon_sites=coupon_sites, with_rows=False, progress=progress,
    )  # fmt: skip
    return judge(graded.code_days, now=now, seed=seed)


def prepare(workspace: Workspace, coupon_sites: tuple[str, ...]) -> None:
    """Make what `code_days` reads beside the shard: sites, where branches are at home, when placements ended."""
    sites = ", ".join(f"({quoted(f'%{part.lower()}%')})" for part in (*COUPON_SITES, *coupon_sites))
    workspace.table("coupon_sites", f"SELECT k.pattern FROM (VALUES {sites}) AS k (pattern)")  # noqa: S608 - quoted
    workspace.results(["home_countries", "placement_ends"])


def judge(code_days: pa.Table, *, now: datetime | None = None, seed: int = 0) -> tuple[CodeLeak, ...]:
    """Say of every code whether it leaks, from the rows of `code_days`. Parameters as `find_leaks`."""
    # scipy is slow to load, and most of what grades orders needs no verdict.
    from livingroom.measure.leaking.days import split
    from livingroom.measure.leaking.judging import EPOCH, chances_of, judge_code, settle

    today = None if now is None else (now.astimezone(UTC).date() - EPOCH).days
    codes = list(split(code_days, today))
    if not codes:
        return ()
    baseline, changes = settle(codes)
    chances = chances_of(changes)
    verdicts = [
        judge_code(uses, name, changes[place], chances[place], baseline, seed)
        for place, uses in enumerate(codes)
        for name in uses.money
    ]
    return tuple(sorted(verdicts, key=lambda leak: (-leak.leaked_minor, leak.code, leak.currency)))


def leaked_from_ceiling_minor(leaks: Iterable[CodeLeak], currency: str) -> int:
    """Return the revenue in one currency that leaks take from the ceiling."""
    return sum(leak.leaked_from_ceiling_minor for leak in leaks if leak.currency == currency)
