"""How an order's net revenue is divided among the touches before it, by named rules. docs/methods/credit.md explains."""

# ruff: noqa: S608 - names in these queries are our own; values are written by `quoted`.

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from livingroom.measure.engine import Workspace, quoted
from livingroom.measure.intake import Intake, Options
from livingroom.measure.outputs import Collector
from livingroom.measure.problems import InputError, InputReport
from livingroom.measure.progress import Progress, silent
from livingroom.measure.sources import Source
from livingroom.measure.summary import CreditSummary, add_credit

MODELS = ("last", "first", "linear", "time_decay", "position")
STEPS = ("journeys", "contacts", "decay")


@dataclass(frozen=True)
class Credit:
    """What dividing gives.

    Parameters
    ----------
    rows : pyarrow.Table or None
        order_id, touch_id, customer_id, channel, branch_id, placement_id, model, share (0 to 1), amount_minor,
        currency; None if they went to a file.
    n_rows : int
        How many rows there are.
    summary : CreditSummary
        Credit by rule, channel and currency.
    report : InputReport
        What was found in the input.
    """

    rows: pa.Table | None
    n_rows: int
    summary: CreditSummary
    report: InputReport


def assign(
    connection: duckdb.DuckDBPyConnection,
    *,
    touches: Source,
    orders: Source,
    models: tuple[str, ...] = MODELS,
    window_days: float = 30,
    currency: str | None = None,
    strict: bool = False,
    out: Path | None = None,
    rejected_path: Path | None = None,
    progress: Progress = silent,
) -> Credit:
    """Divide every order's net revenue among its touches.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        The engine, from `engine.connect` or any other; nothing is left in it.
    touches, orders : path, pyarrow.Table or duckdb.DuckDBPyRelation
        The tables of `columns.py`.
    models : tuple of str
        The rules: any of `MODELS`.
    window_days : float
        How many days before the order a touch may lie.
    currency : str, optional
        The currency of all orders, if their table has no such column.
    strict : bool
        Stop if any row is bad.
    out, rejected_path : Path, optional
        Files (.parquet or .csv) for the rows and for the bad rows of the input.
    progress : callable
        Told (orders done, orders in all, what is done now).

    Returns
    -------
    Credit
        Shares of one order under one rule sum to 1, amounts to its net revenue exactly.

    Raises
    ------
    InputError
        A rule is unknown, a table lacks a column or cannot be read.
    RowsRejected
        `strict`, and a row is bad.

    Source
    ------
    docs/methods/credit.md; largest remainder: Hamilton's method of apportionment, 1792.
    """
    _check_models(models)
    options = Options(window_days, currency, strict, rejected_path)
    with Workspace(connection) as workspace, Collector(workspace, "credit", out) as collector:
        progress(0, 0, "Reading")
        intake = Intake(workspace, touches, orders, options)
        listed = ", ".join(f"({quoted(model)})" for model in dict.fromkeys(models))
        workspace.table("models", f"SELECT m.model FROM (VALUES {listed}) AS m (model)")
        summary, n_done = CreditSummary(), 0
        for shard in intake.shards():
            progress(n_done, intake.n_orders, f"Dividing {shard.number + 1} of {shard.n_shards}")
            workspace.results(STEPS)
            workspace.named_query("credit")
            collector.take()
            workspace.results(["credit_totals"])
            summary = add_credit(summary, workspace.rows("SELECT * FROM credit_totals"))
            n_done += shard.n_orders
        progress(n_done, intake.n_orders, "Writing")
        rows = collector.finish()
        progress(n_done, intake.n_orders, "Done")
        return Credit(rows, collector.n_rows, summary, intake.report)


def _check_models(models: tuple[str, ...]) -> None:
    unknown = [model for model in models if model not in MODELS]
    if unknown or not models:
        named = f"There is no rule {', '.join(unknown)}" if unknown else "No rule was named"
        raise InputError([f"{named}. The rules are {', '.join(MODELS)}."])
