"""How an order's net revenue is divided among the touches before it, by named models. docs/methods/credit.md explains."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from livingroom.measure.channels.bootstrap import Bootstrap
from livingroom.measure.channels.gathering import RULES
from livingroom.measure.channels.running import ALL_MODELS, STEPS, Run, options_for
from livingroom.measure.channels.totals import Totals
from livingroom.measure.engine import Engine, open_workspace
from livingroom.measure.outputs import Collector
from livingroom.measure.problems import InputReport
from livingroom.measure.progress import Progress, silent
from livingroom.measure.sources import Source
from livingroom.measure.summary import ChannelValue, CreditSummary

# Rules look at one journey alone; models that learn look at all journeys, also at those that ended in no order.
MODELS = RULES


@dataclass(frozen=True)
class CreditTotals:
    """Credit in all, without the rows.

    Parameters
    ----------
    summary : CreditSummary
        Credit by model, channel and currency, with intervals.
    channels : tuple of ChannelValue
        For models that learn: what they say about each channel before any order is divided.
    notes : tuple of str
        What a person should know about the models' values.
    n_orders, n_null_journeys : int
        How many orders there are, and how many journeys without one the models looked at (0 if none needed them).
    bootstrap : Bootstrap
        How the intervals were made.
    self_transitions : bool
        Whether a channel met twice in a row is a step.
    report : InputReport
        What was found in the input.
    """

    summary: CreditSummary
    channels: tuple[ChannelValue, ...]
    notes: tuple[str, ...]
    n_orders: int
    n_null_journeys: int
    bootstrap: Bootstrap
    self_transitions: bool
    report: InputReport


@dataclass(frozen=True)
class Credit(CreditTotals):
    """The rows of credit beside the totals.

    Parameters
    ----------
    rows : pyarrow.Table or None
        order_id, touch_id, customer_id, channel, branch_id, placement_id, model, share (0 to 1), amount_minor,
        currency; None if they went to a file.
    n_rows : int
        How many rows there are.
    """

    rows: pa.Table | None
    n_rows: int


def assign(
    connection: Engine,
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
    bootstrap: Bootstrap | None = None,
    self_transitions: bool = True,
    merge_rare: int | None = None,
) -> Credit:
    """Divide every order's net revenue among its touches.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection or pyspark.sql.SparkSession
        The engine, from `engine.connect`, `spark.connect_spark` or any other; nothing is left in it.
    touches, orders : path, pyarrow.Table or duckdb.DuckDBPyRelation
        The tables of `columns.py`.
    models : tuple of str
        Any of `ALL_MODELS`.
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
    bootstrap : Bootstrap, optional
        How intervals are made; 200 replicates and 95 % by default.
    self_transitions : bool
        Whether the Markov chains keep the step from a channel to itself.
    merge_rare : int, optional
        Count all but the most frequent channels as one, so that there are no more than this.

    Returns
    -------
    Credit
        Shares of one order under one model sum to 1, amounts to its net revenue exactly.

    Raises
    ------
    InputError
        A model is unknown, a table lacks a column or cannot be read, there are too many channels for a model.
    RowsRejected
        `strict`, and a row is bad.

    Source
    ------
    docs/methods/credit.md; largest remainder: Hamilton's method of apportionment, 1792.
    """
    options = options_for(models, window_days, currency, strict, rejected_path, merge_rare)
    with open_workspace(connection) as workspace, Collector(workspace, "credit", out) as collector:
        run = Run(
            workspace, touches, orders, models, options, progress, bootstrap, self_transitions, merge_rare
        )
        # Rows of models that learn need what all shards say first; rules are ready at the first look.
        totals = run.look("Dividing", collector) if not run.learns else run.look("Learning")
        if run.learns:
            run.write_rows(totals, collector)
        progress(run.n_orders, run.n_orders, "Writing")
        rows = collector.finish()
        progress(run.n_orders, run.n_orders, "Done")
        return Credit(**vars(_result(run, totals)), rows=rows, n_rows=collector.n_rows)


def totals(
    connection: Engine,
    *,
    touches: Source,
    orders: Source,
    models: tuple[str, ...] = MODELS,
    window_days: float = 30,
    currency: str | None = None,
    strict: bool = False,
    rejected_path: Path | None = None,
    progress: Progress = silent,
    bootstrap: Bootstrap | None = None,
    self_transitions: bool = True,
    merge_rare: int | None = None,
) -> CreditTotals:
    """Add up what `assign` would give, without making its rows.

    Parameters
    ----------
    connection, touches, orders, models, … :
        As for `assign`.

    Returns
    -------
    CreditTotals
        Its amounts are the sums of the rows of `assign`, to the minor unit.

    Raises
    ------
    InputError, RowsRejected
        As `assign`.

    Source
    ------
    docs/methods/credit.md
    """
    options = options_for(models, window_days, currency, strict, rejected_path, merge_rare)
    with open_workspace(connection) as workspace:
        run = Run(
            workspace, touches, orders, models, options, progress, bootstrap, self_transitions, merge_rare
        )
        found = run.look("Counting")
        progress(run.n_orders, run.n_orders, "Done")
        return _result(run, found)


def _result(run: Run, found: Totals) -> CreditTotals:
    return CreditTotals(
        found.summary,
        found.channels,
        found.notes,
        run.n_orders,
        run.gathering.n_null_journeys,
        run.bootstrap,
        run.self_transitions,
        run.intake.report,
    )


__all__ = ["ALL_MODELS", "MODELS", "STEPS", "Bootstrap", "Credit", "CreditTotals", "assign", "totals"]
