"""Why we believe that a social touch belongs to an order: one graded row per order. docs/methods/evidence.md explains."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from livingroom.measure import leaks
from livingroom.measure.engine import Engine, open_workspace
from livingroom.measure.intake import Intake, Options
from livingroom.measure.leaking.days import add_up
from livingroom.measure.outputs import Collector
from livingroom.measure.overlap import Overlap, add_shard
from livingroom.measure.problems import InputReport
from livingroom.measure.progress import Progress, silent
from livingroom.measure.sources import Source
from livingroom.measure.summary import EvidenceSummary, add_grades

STEPS = ("journeys", "sightings", "proofs", "evidence")


@dataclass(frozen=True)
class Evidence:
    """What grading gives.

    Parameters
    ----------
    rows : pyarrow.Table or None
        order_id, grade (A to E, or none), kind, touch_id, placement_id, branch_id, reason, rule_version;
        None if they went to a file, or were not wanted.
    n_rows : int
        How many orders were graded.
    summary : EvidenceSummary
        Orders and net revenue by grade, with floor and ceiling, for each currency.
    report : InputReport
        What was found in the input.
    rule_version : str
        The rules and the window.
    overlap : Overlap
        Which channels touched the same orders.
    code_days : pyarrow.Table
        How each shared code was used, day by day: `leaks.judge` says which of them leaked.
    """

    rows: pa.Table | None
    n_rows: int
    summary: EvidenceSummary
    report: InputReport
    rule_version: str
    overlap: Overlap
    code_days: pa.Table


def grade(
    connection: Engine,
    *,
    touches: Source,
    orders: Source,
    window_days: float = 30,
    currency: str | None = None,
    social_channels: tuple[str, ...] = (),
    coupon_sites: tuple[str, ...] = (),
    strict: bool = False,
    with_rows: bool = True,
    out: Path | None = None,
    rejected_path: Path | None = None,
    progress: Progress = silent,
) -> Evidence:
    """Grade every order.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection or pyspark.sql.SparkSession
        The engine, from `engine.connect`, `spark.connect_spark` or any other; nothing is left in it.
    touches, orders : path, pyarrow.Table or duckdb.DuckDBPyRelation
        The tables of `columns.py`.
    window_days : float
        How many days before the order a touch may lie.
    currency : str, optional
        The currency of all orders, if their table has no such column.
    social_channels : tuple of str
        Further names by which a buyer may call a social channel.
    coupon_sites : tuple of str
        Further parts of host names at which codes are passed on.
    strict : bool
        Stop if any row is bad.
    with_rows : bool
        Whether the rows are wanted, or only what they add up to.
    out, rejected_path : Path, optional
        Files (.parquet or .csv) for the rows and for the bad rows of the input.
    progress : callable
        Told (orders done, orders in all, what is done now).

    Returns
    -------
    Evidence

    Raises
    ------
    InputError
        A table lacks a column, or cannot be read.
    RowsRejected
        `strict`, and a row is bad.

    Source
    ------
    docs/methods/evidence.md
    """
    options = Options(window_days, currency, strict, rejected_path, social_channels)
    with open_workspace(connection) as workspace, Collector(workspace, "evidence", out) as collector:
        progress(0, 0, "Reading")
        intake = Intake(workspace, touches, orders, options)
        intake.name_social_channels()
        leaks.prepare(workspace, coupon_sites)
        summary, overlap, n_done = EvidenceSummary(), Overlap(), 0
        code_days: list[pa.Table] = []
        for shard in intake.shards():
            progress(n_done, intake.n_orders, f"Grading {shard.number + 1} of {shard.n_shards}")
            workspace.results(STEPS)
            if with_rows:
                collector.take()
            workspace.results(["evidence_totals", "code_days"])
            summary = add_grades(summary, workspace.rows("SELECT t.* FROM evidence_totals AS t"))
            overlap = add_shard(overlap, workspace)
            code_days.append(workspace.arrow("SELECT d.* FROM code_days AS d"))
            n_done += shard.n_orders
        progress(n_done, intake.n_orders, "Writing")
        rows = collector.finish() if with_rows else None
        progress(n_done, intake.n_orders, "Done")
        return Evidence(rows, n_done, summary, intake.report, intake.rule_version, overlap, add_up(code_days))
